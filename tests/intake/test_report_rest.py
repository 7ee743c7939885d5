"""Text after the list of recommendations, and statements that must agree with it."""

import pytest

from recommendations.intake.report import ReadReport, read_report
from tests.intake.family import method, published_report

LAST_HEADING = "### **HM Prison and Probation Service should:**"
ANNEXE = "## Annexe one – Web links\n\n"
OVERALL = "given an overall rating of 'Requires improvement'"


def read_with(*changes: tuple[str, str]) -> ReadReport:
    text = published_report()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read_report(text, method())


def refusals(*changes: tuple[str, str]) -> list[str]:
    read = read_with(*changes)
    assert read.report is None
    return [problem.message for problem in read.problems]


@pytest.mark.parametrize(
    "heading",
    [
        "### **HM Prison and Probation Service must:**",
        "### **National recommendations**",
        "### National recommendations\n\nWe also recommend that the national service does this:",
    ],
)
@pytest.mark.parametrize("marks", [("- ", "- "), ("1. ", "2. "), ("1 ", "2 "), ("", "")])
def test_items_below_another_heading_are_not_dropped(heading: str, marks: tuple[str, str]) -> None:
    said = refusals(
        (LAST_HEADING, heading), ("- 8. improve", f"{marks[0]}improve"), ("- 9. review", f"{marks[1]}review")
    )
    assert any("improve the vetting" in each and "comes after the end" in each for each in said)


@pytest.mark.parametrize("title", ["## Recommendations\n\n", ""])
def test_a_second_list_is_refused_wherever_it_stands(title: str) -> None:
    second = f"{title}#### HM Prison and Probation Service should:\n\n- 10. publish a national plan.\n\n"
    said = refusals((f"\n{ANNEXE}", f"\n{second}{ANNEXE}"))
    assert any("'HM Prison and Probation Service should:' comes after the end" in each for each in said)


def test_a_second_list_without_markup_is_refused() -> None:
    second = "Recommendations\n\nKent Police should:\n\n- publish a plan.\n\n"
    assert any("'Kent Police should:'" in each for each in refusals((f"\n{ANNEXE}", f"\n{second}{ANNEXE}")))


def test_advice_far_from_the_list_is_a_warning() -> None:
    read = read_with((f"\n{ANNEXE}", f"\nGood court teams should:\n\n- ask early.\n\n{ANNEXE}"))
    assert read.report is not None
    assert any("is far from the recommendations" in warning.message for warning in read.warnings)


def test_a_list_before_the_ratings_is_told_as_a_second_list() -> None:
    first = "## Recommendations\n\n#### Kent Police should:\n\n1. publish a plan.\n\n## Ratings\n"
    assert any(
        "another list of recommendations was found" in each for each in refusals(("## Ratings\n", first))
    )


def test_missing_ratings_are_told_with_a_line() -> None:
    read = read_with(("## Ratings\n", ""))
    missing = next(problem for problem in read.problems if "no ratings were found" in problem.message)
    assert missing.line is not None


@pytest.mark.parametrize(
    "said", ["received an overall rating of 'Good'", "rated overall as 'Good'", "rated as 'Good' overall"]
)
def test_an_overall_statement_that_contradicts_the_table_is_refused(said: str) -> None:
    assert any(
        "the foreword gives 'Good' as the overall rating" in each for each in refusals((OVERALL, said))
    )


def test_the_rating_of_an_earlier_inspection_is_a_warning() -> None:
    read = read_with((OVERALL, "previously given an overall rating of 'Good'"))
    assert read.report is not None
    assert any("the foreword gives 'Good'" in warning.message for warning in read.warnings)


def test_numbers_of_cases_beside_percentages_are_no_part_of_a_reason() -> None:
    read = read_with(("?\t47%", "?\t47% (70)"))
    assert read.report is not None
    reason = next(finding.reason for finding in read.report.standards if finding.number == "2.3")
    assert reason.startswith("Bristol and South Gloucestershire PDU is rated as")
