"""The cover, its names and the fieldwork, in other copies and other reports."""

from datetime import date

import pytest

from recommendations.intake.report import ReadReport, read_report
from recommendations.intake.report_data import Report
from tests.intake.family import method, published_report

BODY = "Bristol and South Gloucestershire PDU"
TITLE = f"# An inspection of probation services in: **{BODY}** The Probation Service – South West region"
IMPRINT = "HM Inspectorate of Probation, August 2023"
SAMPLE = (
    "inspected 70 cases where sentences and licences had commenced between 21 November 2022 and "
    "05 December 2022"
)
STARTED = "over the period of a week, beginning 26 June 2023"


def read_with(*changes: tuple[str, str]) -> ReadReport:
    text = published_report()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read_report(text, method())


def report_with(*changes: tuple[str, str]) -> Report:
    read = read_with(*changes)
    assert read.problems == ()
    assert read.report is not None
    return read.report


def without_headers(*changes: tuple[str, str]) -> Report:
    return report_with((f"An inspection of probation services in {BODY}", ""), *changes)


@pytest.mark.parametrize(
    "addressee", ["The South West region", "SOUTH WEST REGION", "The Head of South West region"]
)
def test_an_addressee_does_not_rename_the_region(addressee: str) -> None:
    read = report_with(("#### South West region should:", f"#### {addressee} should:"))
    assert read.region == "South West region"


@pytest.mark.parametrize(
    ("region", "addressee"),
    [
        ("London", "The Mayor of London"),
        ("Wales", "The Probation Service – Wales"),
        ("Wales", "The Probation Service in Wales"),
        ("Wales", "HMPPS Wales"),
    ],
)
def test_a_body_with_the_region_in_its_name_is_another_body(region: str, addressee: str) -> None:
    read = report_with(
        ("– South West region", f"– {region}"), ("#### South West region should", f"#### {addressee} should")
    )
    assert read.region == region


def test_an_addressee_does_not_rename_the_body() -> None:
    read = without_headers((f"**{BODY} should:**", f"**The Head of {BODY} should:**"))
    assert read.inspected_body == BODY
    assert read.title.endswith(f"in {BODY}")


def test_a_region_shorter_than_its_addressee_is_refused() -> None:
    read = read_with(("– South West region", "– West region"))
    assert read.report is None
    assert "names the region 'West region' and this heading 'South West region'" in read.problems[0].message


@pytest.mark.parametrize(
    "line",
    [
        "OFFICIAL",
        "Inspection report",
        "Published",
        "https://example.org/report",
        "![cover](x.png)",
        "A photo",
    ],
)
@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_what_stands_between_title_and_imprint_is_no_part_of_the_region(line: str, gap: str) -> None:
    read = report_with((f"{TITLE}\n", f"{TITLE}{gap}{line}\n"))
    assert read.region == "South West region"


def test_words_below_a_region_that_stands_nowhere_else_are_refused() -> None:
    read = read_with((TITLE, TITLE.replace("South West region", "Anglia") + "\n\nA photo"))
    assert read.report is None
    assert "the region reads 'Anglia' or 'Anglia A photo'" in read.problems[0].message


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_region_over_two_lines_is_one_name(gap: str) -> None:
    assert (
        report_with((TITLE, TITLE.replace("West region", f"West{gap}region"))).region == "South West region"
    )


def test_a_name_broken_at_its_hyphen_is_put_together() -> None:
    read = report_with((f"in: **{BODY}**", "in: **Stoke-\non-Trent PDU**"), (f"in {BODY}", ""))
    assert read.inspected_body == "Stoke-on-Trent PDU"


def test_a_title_without_its_body_is_refused() -> None:
    read = read_with((f"**{BODY}** The Probation", "The Probation"))
    assert read.report is None
    assert any("the title reads" in problem.message for problem in read.problems)


@pytest.mark.parametrize(
    "imprint",
    [
        "Inspectorate of Probation – August 2023",
        "August 2023\n\nHM Inspectorate of Probation",
        "August 2023 HM Inspectorate of Probation",
        "HM Inspectorate of Probation\nPublished: August 2023",
        "Published: August 2023",
        "Published by HM Inspectorate of Probation, August 2023",
    ],
)
def test_an_imprint_may_be_put_in_other_ways(imprint: str) -> None:
    read = report_with((IMPRINT, imprint))
    assert (read.inspectorate, read.region) == ("HM Inspectorate of Probation", "South West region")
    assert (read.published_earliest, read.published_precision) == (date(2023, 8, 1), "month")


def test_cases_are_counted_and_not_what_else_was_inspected() -> None:
    read = report_with(("inspected 70 cases", "inspected 26 court reports and 70 cases"))
    assert read.sample_size == 70


@pytest.mark.parametrize("cases", ["45 community sentence cases and 25 licence cases", "70 of the 120 cases"])
def test_two_numbers_of_cases_are_not_made_into_one(cases: str) -> None:
    read = read_with(("inspected 70 cases", f"inspected {cases}"))
    assert read.report is not None
    assert read.report.sample_size is None
    assert any("as the number of cases inspected" in warning.message for warning in read.warnings)


def test_two_spans_of_cases_are_not_made_into_one() -> None:
    spans = "between 21 November 2022 and 27 November 2022 and 05 December 2022 and 11 December 2022"
    read = read_with((SAMPLE, f"inspected 70 cases that commenced {spans}"))
    assert read.report is not None
    assert (read.report.sample_from, read.report.sample_to) == (None, None)
    assert any("more than two dates" in warning.message for warning in read.warnings)


@pytest.mark.parametrize(
    "weeks",
    ["beginning 26 June and 3 July 2023", "from 26 June to 30 June and from 10 July to 14 July 2023"],
)
def test_a_second_week_is_no_end_of_fieldwork(weeks: str) -> None:
    read = read_with((STARTED, f"over two weeks, {weeks}"))
    assert read.report is not None
    assert (read.report.fieldwork_started, read.report.fieldwork_ended) == (date(2023, 6, 26), None)
    assert any("more days here than one first" in warning.message for warning in read.warnings)


def test_an_end_of_fieldwork_is_read() -> None:
    read = report_with((STARTED, "between 26 June and 7 July 2023"))
    assert (read.fieldwork_started, read.fieldwork_ended) == (date(2023, 6, 26), date(2023, 7, 7))


def test_the_day_of_another_sentence_is_no_end_of_fieldwork() -> None:
    read = report_with((STARTED, f"{STARTED}. The cases began between 1 May 2022 and 2 May 2022"))
    assert (read.fieldwork_started, read.fieldwork_ended) == (date(2023, 6, 26), None)


def test_a_sample_of_cases_is_counted() -> None:
    assert report_with(("inspected 70 cases", "inspected a sample of 70 cases")).sample_size == 70


def test_the_dates_of_something_else_that_was_inspected_are_not_the_samples() -> None:
    premises = "inspected 7 premises between 1 May 2022 and 2 May 2022. We "
    read = report_with((SAMPLE, premises + SAMPLE))
    assert (read.sample_size, read.sample_from) == (70, date(2022, 11, 21))
