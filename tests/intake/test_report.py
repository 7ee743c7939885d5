"""The published report. The expected facts were read in the report itself."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations.intake.report import read_report
from recommendations.intake.report_data import Report, StandardFinding
from tests.intake.family import method, published_report


def report() -> Report:
    read = read_report(published_report(), method())
    assert read.problems == ()
    assert read.report is not None
    return read.report


def standard(number: str) -> StandardFinding:
    return next(finding for finding in report().standards if finding.number == number)


def test_the_cover_is_read() -> None:
    read = report()
    assert read.title == ("An inspection of probation services in Bristol and South Gloucestershire PDU")
    assert read.inspected_body == "Bristol and South Gloucestershire PDU"
    assert read.region == "South West region"
    assert read.inspectorate == "HM Inspectorate of Probation"
    assert read.isbn == "978-1-915468-81-9"


def test_a_month_of_publication_gets_no_invented_day() -> None:
    read = report()
    assert (read.published_earliest, read.published_latest, read.published_precision) == (
        date(2023, 8, 1),
        date(2023, 8, 31),
        "month",
    )


def test_the_fieldwork_and_its_sample_are_read() -> None:
    read = report()
    assert (read.fieldwork_started, read.fieldwork_ended) == (date(2023, 6, 26), None)
    assert (read.sample_size, read.interviews) == (70, 70)
    assert (read.sample_from, read.sample_to) == (date(2022, 11, 21), date(2022, 12, 5))


def test_the_ratings_table_is_read() -> None:
    read = report()
    assert (read.score, read.score_out_of, read.overall) == (6, 27, "requires_improvement")
    assert {finding.number: finding.awarded for finding in read.standards} == {
        "1.1": "requires_improvement",
        "1.2": "requires_improvement",
        "1.3": "requires_improvement",
        "1.4": "good",
        "2.1": "inadequate",
        "2.2": "inadequate",
        "2.3": "requires_improvement",
        "2.4": "inadequate",
        "2.5": "inadequate",
    }


def test_every_key_question_is_read_rated_or_not() -> None:
    assert {finding.number: finding.percentage for finding in report().key_questions} == {
        "2.1.1": 31,
        "2.2.1": 60,
        "2.2.2": 67,
        "2.2.3": 36,
        "2.3.1": 60,
        "2.3.2": 70,
        "2.3.3": 47,
        "2.4.1": 56,
        "2.4.2": 51,
        "2.4.3": 39,
        "2.5.1": 61,
        "2.5.2": 53,
        "2.5.3": 31,
        "2.6.1": 44,
    }


def test_guidance_is_computed_where_there_are_figures() -> None:
    computed = {f.number for f in report().standards if f.guidance_source == "computed"}
    assert computed == {"2.1", "2.2", "2.3", "2.4", "2.5"}


def test_guidance_is_taken_from_the_text_where_it_states_it() -> None:
    stated = {f.number: f.guidance for f in report().standards if f.guidance_source == "stated"}
    assert stated == {"1.1": "inadequate", "1.3": "inadequate"}


def test_no_guidance_is_made_up() -> None:
    assert standard("1.2").guidance is None
    assert standard("1.4").guidance is None


def test_the_printed_reasons_for_a_difference_are_kept_whole() -> None:
    reasons = {f.number: f.reason for f in report().standards if f.reason}
    assert set(reasons) == {"1.1", "1.3", "2.3"}
    assert reasons["1.1"].startswith("As a result of the domain two ratings, the inspectorate's")
    assert reasons["1.1"].endswith("leadership is rated 'Requires improvement'.")
    assert reasons["1.3"].startswith("In rating services, the effective arrangements")
    assert reasons["1.3"].endswith("'Requires improvement' for services.")
    assert reasons["2.3"].startswith("Bristol and South Gloucestershire PDU is rated as")
    assert reasons["2.3"].endswith("to suggest a higher rating was justified.")


def test_nine_recommendations_are_numbered_through_three_addressees() -> None:
    read = report()
    assert [finding.number for finding in read.recommendations] == list(range(1, 10))
    assert [finding.addressee for finding in read.recommendations] == [
        *["Bristol and South Gloucestershire PDU"] * 6,
        "South West region",
        *["HM Prison and Probation Service"] * 2,
    ]


def test_the_wording_of_a_recommendation_is_exact() -> None:
    texts = [finding.text for finding in report().recommendations]
    assert texts[1] == (
        "ensure that processes by which to obtain domestic abuse and child safeguarding "
        "information are clear and that responses contain sufficient detail to support the "
        "assessment, planning and management of risk of harm to others"
    )
    assert texts[7] == "improve the vetting timescales for the recruitment of staff"
    assert all(text in published_report() for text in texts)


def test_each_finding_has_its_line() -> None:
    lines = published_report().split("\n")
    for finding in report().recommendations:
        assert finding.text in lines[finding.line - 1]


def test_a_number_that_the_copy_lost_is_said_so() -> None:
    read = read_report(published_report(), method())
    assert [str(warning) for warning in read.warnings] == [
        "line 91: no number is printed here: read as recommendation 2 by its place"
    ]


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_any_text_is_refused_without_an_exception(text: str) -> None:
    read = read_report(text, method())
    assert read.report is None
    assert read.problems


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 49_000), st.integers(0, 3_000), st.text(max_size=40))
def test_a_report_with_a_hole_or_a_blot_raises_nothing(start: int, size: int, blot: str) -> None:
    text = published_report()
    read = read_report(text[:start] + blot + text[start + size :], method())
    assert (read.report is None) == bool(read.problems)
