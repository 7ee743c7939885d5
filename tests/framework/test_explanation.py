"""Explanations of ratings. The figures are those of the published report."""

from dataclasses import replace

import pytest

from recommendations.framework import Method, StandardDefinition
from recommendations.framework.explanation import (
    ExplainedRating,
    KeyQuestionFigure,
    Total,
    total_of,
    with_readings,
)
from tests.framework.test_method import BANDS, method

POINTS = (("1.1", 1), ("1.2", 1), ("1.3", 1), ("1.4", 2), ("2.1", 0), ("2.2", 0), ("2.3", 1), ("2.4", 0))
SCORES = (*POINTS, ("2.5", 0))


def explained(figures: dict[str, int], awarded: int = 0, *, rules: Method | None = None) -> ExplainedRating:
    rules = rules or method()
    guidance = rules.guidance(list(figures.values()))
    return ExplainedRating(
        standard=StandardDefinition("2.3", "Planning", 2, rated=True, key_questions=()),
        awarded=BANDS[awarded],
        guidance=guidance,
        reason="",
        figures=tuple(KeyQuestionFigure(number, percentage) for number, percentage in figures.items()),
        method=rules,
    )


PLANNING = {"2.3.1": 60, "2.3.2": 70, "2.3.3": 47}


def alternatives(one: ExplainedRating | Total) -> dict[str, str]:
    return {other.rating.name: other.sentence for other in one.alternatives}


def test_the_lowest_figure_decides() -> None:
    assert explained(PLANNING).decided_by == (
        "2.3.3 (47 per cent) is the lowest figure, and the lowest decides."
    )


def test_two_that_are_lowest_decide_together() -> None:
    assert explained({"a": 40, "b": 40, "c": 41}).decided_by.startswith(
        "a (40 per cent) and b (40 per cent) share"
    )


def test_without_figures_none_decides() -> None:
    one = replace(explained({}), guidance=BANDS[0], awarded=BANDS[1])
    assert one.decided_by == "No figure decides this rating: it was judged from evidence of other kinds."
    assert one.alternatives == []


def test_a_lift_within_five_points_is_explained() -> None:
    assert explained(PLANNING, awarded=1).difference == (
        "Guidance gives Inadequate; Requires improvement was awarded. The lowest figure lies 3 points below"
        " the boundary of 50 per cent: discretion may lift a figure that is at most 5 below."
    )


def test_a_lift_over_more_is_not_called_discretion() -> None:
    assert explained({"a": 44}, awarded=1).difference == (
        "Guidance gives Inadequate; Requires improvement was awarded."
    )


def test_what_was_awarded_by_guidance_does_not_differ() -> None:
    assert explained(PLANNING).difference == ""


def test_each_other_rating_names_the_figures_that_would_have_to_move() -> None:
    assert alternatives(explained(PLANNING)) == {
        "Requires improvement": "2.3.3 (47 per cent) would have to reach 50 per cent.",
        "Good": "2.3.1 (60 per cent) and 2.3.3 (47 per cent) would each have to reach 65 per cent.",
        "Outstanding": "2.3.1 (60 per cent), 2.3.2 (70 per cent) and 2.3.3 (47 per cent) would each have to"
        " reach 80 per cent.",
    }


def test_a_lower_rating_takes_a_fall_below_the_next_boundary() -> None:
    assert alternatives(explained({"a": 66}))["Requires improvement"] == (
        "The lowest figure would have to fall below 65 per cent."
    )


def test_a_boundary_that_no_report_prints_is_unconfirmed() -> None:
    bands = (BANDS[0], replace(BANDS[1], percentage_confirmed=True), *BANDS[2:])
    found = explained(PLANNING, rules=replace(method(), ratings=bands)).alternatives
    assert [way.confirmed for way in found] == [True, False, False]


def test_the_points_add_up() -> None:
    assert Total(SCORES, method()).sum == "1 + 1 + 1 + 2 + 0 + 0 + 1 + 0 + 0 = 6 of 27"


def test_the_total_says_what_each_other_overall_rating_takes() -> None:
    assert alternatives(Total(SCORES, method())) == {
        "Inadequate": "A total of 4 or less.",
        "Good": "A total of 14: 8 points more.",
        "Outstanding": "A total of 23: 17 points more.",
    }


def test_one_point_more_is_said_in_the_singular() -> None:
    assert alternatives(Total((*SCORES, ("x", 7)), method()))["Good"] == "A total of 14: 1 point more."


def test_the_total_is_of_what_was_awarded_to_rated_standards() -> None:
    unrated = replace(explained(PLANNING, awarded=3), standard=replace(STANDARD, rated=False))
    assert total_of([explained(PLANNING, awarded=1), unrated]).score == 1


STANDARD = StandardDefinition("2.6", "Outcomes", 2, rated=False, key_questions=())


def test_a_total_of_no_standard_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a standard"):
        total_of([])


def test_a_later_reading_takes_the_place_of_its_figure() -> None:
    since = with_readings(explained(PLANNING), {"2.3.3": KeyQuestionFigure("2.3.3", 66, "4 June 2026")})
    assert since is not None
    assert [one.percentage for one in since.figures] == [60, 70, 66]
    assert since.guidance == BANDS[1]


def test_without_a_reading_of_its_questions_a_standard_has_no_later_guidance() -> None:
    assert (
        with_readings(explained(PLANNING), {"2.4.3": KeyQuestionFigure("2.4.3", 66, "4 June 2026")}) is None
    )
