"""Contradictions are refused, each with its line and the expected value."""

import re
from dataclasses import replace

import pytest

from recommendations.intake.report import ReadReport, read_report
from tests.intake.family import method, published_report


def read_with(old: str, new: str) -> ReadReport:
    """Read the published report with one passage changed."""
    text = published_report()
    assert old in text
    return read_report(text.replace(old, new, 1), method())


def line_of(passage: str) -> int:
    """Return the line of the published report on which a passage begins."""
    return published_report().count("\n", 0, published_report().index(passage)) + 1


def without(pattern: str) -> ReadReport:
    """Read the published report without the line that matches."""
    text, removed = re.subn(rf"^{pattern}.*\n", "", published_report(), count=1, flags=re.MULTILINE)
    assert removed
    return read_report(text, method())


UNRECONCILABLE = {
    "a missing recommendation": (
        "- 3. improve quality assurance and management oversight arrangements of all casework, "
        "ensuring practitioners apply professional curiosity\n",
        "",
        "recommendation 3 was expected here, found number 4: recommendation 3 is missing",
        "- 3. improve",
    ),
    "a repeated number": (
        "- 5. provide",
        "- 4. provide",
        "recommendation 5 was expected here, found number 4 a second time",
        "- 5. provide",
    ),
    "a number out of order": (
        "- 6. ensure",
        "- 2. ensure",
        "recommendation 6 was expected here, found number 2, out of order",
        "- 6. ensure",
    ),
    "a wrong score": (
        "6/27",
        "7/27",
        "the score reads 7 and the ratings add up to 1 + 1 + 1 + 2 + 0 + 0 + 1 + 0 + 0 = 6",
        "6/27",
    ),
    "a score out of another total": ("6/27", "6/30", "expected 0 to 27 out of 27", "6/27"),
    "a score without its figure": ("6/27", "/27", "the score reads '/27'", "6/27"),
    "a percentage over 100": ("safe?\t36%", "safe?\t136%", "expected a whole percentage", "safe?\t36%"),
    "a percentage below 0": ("safe?\t36%", "safe?\t-36%", "expected a whole percentage", "safe?\t36%"),
    "a percentage that is missing": ("safe?\t36%", "safe?", "no percentage beside it", "safe?\t36%"),
    "a percentage cut in two": ("safe?\t36%", "safe?\t3 6%", "no percentage", "safe?\t36%"),
    "a lowest score that the text contradicts": (
        "safe?\t36%",
        "safe?\t63%",
        "the lowest score of 2.2 is said to be 36 per cent: expected 60",
        "is rated as 'Inadequate' for assessment",
    ),
    "a key question that the framework has not": (
        "Does planning focus sufficiently on engaging",
        "Does planning consider faith?\t55%\nDoes planning focus sufficiently on engaging",
        "'Does planning consider faith?' has a percentage and is not a key question",
        "Does planning focus sufficiently on engaging",
    ),
    "an unknown rating": (
        "Staff\tRequires improvement",
        "Staff\tAdequate",
        "standard 1.2 Staff reads '1.2 Staff Adequate': expected its name and one of 'Inadequate'",
        "1.2\tStaff",
    ),
    "a rating that its own section contradicts": (
        "Staff\tRequires improvement",
        "Staff\tGood",
        "standard 1.2 Staff is rated 'Requires improvement' here: expected 'Good'",
        "Requires improvement\n\n### Strengths:",
    ),
    "a number and a name that do not belong together": (
        "1.2\tStaff",
        "1.3\tStaff",
        "standard 1.2 Staff reads '1.3 Staff Requires improvement'",
        "1.2\tStaff",
    ),
    "an overall rating that the foreword contradicts": (
        "rating\tRequires improvement",
        "rating\tGood",
        "the foreword gives 'Requires improvement' as the overall rating: expected 'Good'",
        "At Bristol and South",
    ),
    "an ISBN with a wrong digit": ("81-9", "81-8", "expected 9 as its last digit", "ISBN:"),
    "no ISBN": ("ISBN: 978-1-915468-81-9", "ISBN:", "none found as the ISBN", "ISBN:"),
    "an unknown month": (
        "Probation, August 2023",
        "Probation, Augustus 2023",
        "the date of publication reads 'Augustus 2023': expected a month and a year",
        "HM Inspectorate of Probation, August",
    ),
    "a year that the copyright contradicts": (
        "Probation, August 2023",
        "Probation, August 2028",
        "the copyright is of 2023 and the cover says 'August 2028'",
        "#### © Crown",
    ),
    "a start of fieldwork that the table contradicts": (
        "beginning 26 June",
        "beginning 26 July",
        "says that fieldwork started June 2023: expected July 2023",
        "6/27",
    ),
    "a sample that ends before it begins": (
        "between 21 November 2022",
        "between 21 December 2022",
        "the dates read '21 December 2022 to 05 December 2022'",
        "We conducted fieldwork",
    ),
    "a title of another body than the page headers name": (
        "in: **Bristol and South",
        "in: **Bristol and North",
        "a page header names 'Bristol and South Gloucestershire PDU'",
        "An inspection of probation services in Bristol",
    ),
    "a title without its region": (
        " The Probation Service – South West region",
        "",
        "the title reads",
        "# An inspection",
    ),
    "an addressee cut off, whose name is printed nowhere": (
        "**HM Prison",
        "**M Prison",
        "the addressee reads 'M Prison and Probation Service', which looks cut off",
        "### **HM Prison",
    ),
    "a heading without recommendations": (
        "7. ensure that Bristol and South Gloucestershire PDU has sufficient staffing resources in "
        "place.\n\n",
        "",
        "'South West region should:' has no recommendation below it",
        "#### South West region should",
    ),
    "two recommendations on one line": (
        "recruitment of staff\n- 9.",
        "recruitment of staff - 9.",
        "looks like another recommendation inside recommendation 8",
        "- 8. improve",
    ),
    "a recommendation that breaks off": (
        "to ensure the safety of others\n",
        "to ensure the safety of\n",
        "recommendation 1 breaks off with 'of'",
        "- 1. improve",
    ),
    "a recommendation that announces parts": (
        "in place.\n",
        "in:\n",
        "recommendation 7 ends with a colon",
        "7. ensure",
    ),
    "a paragraph after the list": (
        "## Background\n",
        "",
        "'We conducted fieldwork in Bristol and South Gloucestershire over the period of a' is",
        "We conducted fieldwork",
    ),
}


@pytest.mark.parametrize("case", UNRECONCILABLE.values(), ids=UNRECONCILABLE.keys())
def test_the_report_is_refused_for(case: tuple[str, str, str, str]) -> None:
    old, new, message, where = case
    read = read_with(old, new)
    assert read.report is None
    found = {problem.line for problem in read.problems if message in problem.message}
    shift = new.count("\n") - old.count("\n")
    assert found & {line_of(where), line_of(where) + shift}, [str(p) for p in read.problems]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (r"## Recommendations", "no list of recommendations was found"),
        (r"## Ratings", "no ratings were found"),
        (r"2\.2\tAssessment", "standard 2.2 Assessment was not found in the ratings table"),
        (r"## 2\.3\. Planning", "the section of standard 2.3 Planning was not found"),
        (r"Does planning focus sufficiently on reducing", "key question 2.3.2"),
        (r"# An inspection", "no title was found"),
        (r"HM Inspectorate of Probation, August 2023", "no imprint was found"),
        (r"#### \*\*Bristol", "comes before any heading: expected '<body> should:' above it"),
    ],
)
def test_a_part_that_is_missing_is_named(pattern: str, message: str) -> None:
    read = without(pattern)
    assert read.report is None
    assert any(message in problem.message for problem in read.problems)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        (" \n\t\r\n", "the file is empty"),
        ("An inspection\x00", "U+0000"),
        ("An inspection\ud800", "U+D800"),
        ("\n" * 30_000 + "x", "a report has at most"),
        ("The quick brown fox jumps over the lazy dog.\n" * 100, "no title was found"),
        ("%PDF-1.7\n%âãÏÓ\n1 0 obj << /Type /Catalog >> endobj\n", "no ratings were found"),
    ],
)
def test_other_text_is_refused_in_plain_words(text: str, message: str) -> None:
    read = read_report(text, method())
    assert read.report is None
    assert any(message in problem.message for problem in read.problems)


def test_every_problem_is_reported_at_once() -> None:
    text = (
        published_report()
        .replace("6/27", "8/27")
        .replace("81-9", "81-0")
        .replace("- 3. improve", "- 4. improve")
        .replace("safe?\t36%", "safe?\t101%")
    )
    read = read_report(text, method())
    assert {problem.line for problem in read.problems} >= {
        line_of("ISBN:"),
        line_of("6/27"),
        line_of("- 3. improve"),
        line_of("safe?\t36%"),
    }


def test_a_report_cut_off_half_way_is_refused() -> None:
    text = published_report()
    read = read_report(text[: len(text) // 2], method())
    assert read.report is None
    assert any("2.6 Outcomes" in problem.message for problem in read.problems)


def test_a_rating_lifted_without_a_printed_reason_is_a_warning() -> None:
    read = without("Bristol and South Gloucestershire PDU is rated as 'Requires improvement'")
    assert read.report is not None
    assert next(f for f in read.report.standards if f.number == "2.3").reason == ""
    assert any("expected a printed reason" in warning.message for warning in read.warnings)


def test_a_rating_lifted_further_than_discretion_reaches_is_a_warning() -> None:
    read = read_with("safe?\t47%", "safe?\t40%")
    assert read.report is not None
    said = [warning.message for warning in read.warnings]
    assert any("40 per cent, 10 points below 50; discretion reaches 5" in each for each in said)


def test_a_rating_lower_than_its_figures_is_a_warning() -> None:
    read = read_with(
        "supporting the court's decision-making?\t31%", "supporting the court's decision-making?\t91%"
    )
    assert read.report is not None
    assert any("discretion lifts, never lowers" in each.message for each in read.warnings)


def test_an_overall_rating_off_an_unconfirmed_band_is_a_warning() -> None:
    text = published_report().replace("rating\tRequires improvement", "rating\tGood", 1)
    text = text.replace("an overall rating of 'Requires improvement'", "an overall rating of 'Good'")
    read = read_report(text, method())
    assert read.report is not None
    assert read.report.overall == "good"
    assert any("a band that no source confirms" in each.message for each in read.warnings)


def test_an_overall_rating_off_a_confirmed_band_is_refused() -> None:
    ratings = tuple(replace(rating, total_confirmed=True) for rating in method().ratings)
    text = published_report().replace("rating\tRequires improvement", "rating\tGood", 1)
    text = text.replace("an overall rating of 'Requires improvement'", "an overall rating of 'Good'")
    read = read_report(text, replace(method(), ratings=ratings))
    assert read.report is None
    assert "expected 'Requires improvement' for a score of 6" in read.problems[0].message
