"""The arithmetic of ratings, with the bands of the framework and made-up organisations."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.framework import KeyQuestionDefinition, Method, RatingLevel, StandardDefinition


def rating(code: str, name: str, score: int, percentage_from: int, total_from: int) -> RatingLevel:
    return RatingLevel(
        code,
        name,
        score,
        percentage_from,
        total_from,
        percentage_confirmed=False,
        total_confirmed=False,
    )


BANDS = (
    rating("inadequate", "Inadequate", 0, 0, 0),
    rating("requires_improvement", "Requires improvement", 1, 50, 5),
    rating("good", "Good", 2, 65, 14),
    rating("outstanding", "Outstanding", 3, 80, 23),
)
QUESTION = KeyQuestionDefinition("2.1.1", "Is it so?")


def method() -> Method:
    """Nine rated standards and one unrated."""
    rated = tuple(
        StandardDefinition(f"2.{n}", f"Standard {n}", 2, rated=True, key_questions=(QUESTION,))
        for n in range(1, 10)
    )
    unrated = StandardDefinition("2.10", "Outcomes", 2, rated=False, key_questions=())
    return Method("m", 1, "M", ((2, "Casework"),), BANDS, (), (*rated, unrated), 5)


@pytest.mark.parametrize(
    ("percentage", "code"),
    [
        (0, "inadequate"),
        (49, "inadequate"),
        (50, "requires_improvement"),
        (64, "requires_improvement"),
        (65, "good"),
        (79, "good"),
        (80, "outstanding"),
        (100, "outstanding"),
    ],
)
def test_a_band_begins_at_its_own_boundary(percentage: int, code: str) -> None:
    assert method().rating_for_percentage(percentage).code == code


@pytest.mark.parametrize("percentage", [-1, 101])
def test_a_percentage_outside_0_to_100_is_refused(percentage: int) -> None:
    with pytest.raises(ValueError, match=str(percentage)):
        method().rating_for_percentage(percentage)


def test_the_lowest_key_question_gives_the_guidance() -> None:
    guidance = method().guidance([60, 67, 36])
    assert guidance is not None
    assert guidance.code == "inadequate"


def test_no_figures_give_no_guidance() -> None:
    assert method().guidance([]) is None


@given(st.lists(st.integers(0, 100), min_size=1))
def test_a_further_question_never_raises_the_guidance(percentages: list[int]) -> None:
    whole, part = method().guidance([*percentages, 50]), method().guidance(percentages)
    assert whole is not None
    assert part is not None
    assert whole.percentage_from <= part.percentage_from


@pytest.mark.parametrize(
    ("percentage", "awarded", "allowed"),
    [
        (47, "requires_improvement", True),
        (45, "requires_improvement", True),
        (44, "requires_improvement", False),
        (47, "good", False),
        (47, "inadequate", True),
        (51, "inadequate", False),
        (64, "good", True),
    ],
)
def test_discretion_lifts_over_a_near_boundary_only(
    percentage: int,
    awarded: str,
    *,
    allowed: bool,
) -> None:
    rating = method().rating_named(awarded)
    assert rating is not None
    assert method().within_discretion(percentage, awarded=rating) is allowed


@pytest.mark.parametrize(
    ("total", "code"),
    [
        (0, "inadequate"),
        (4, "inadequate"),
        (5, "requires_improvement"),
        (6, "requires_improvement"),
        (13, "requires_improvement"),
        (14, "good"),
        (22, "good"),
        (23, "outstanding"),
        (27, "outstanding"),
    ],
)
def test_the_overall_rating_follows_from_the_total(total: int, code: str) -> None:
    assert method().overall(total).code == code


@pytest.mark.parametrize("total", [-1, 28])
def test_a_total_beyond_the_scale_is_refused(total: int) -> None:
    with pytest.raises(ValueError, match=str(total)):
        method().overall(total)


def test_an_unrated_standard_adds_nothing_to_the_maximum() -> None:
    assert method().maximum() == 27


@pytest.mark.parametrize("words", ["Requires improvement", "REQUIRES  IMPROVEMENT", "requires_improvement"])
def test_a_rating_is_found_by_name_or_code(words: str) -> None:
    rating = method().rating_named(words)
    assert rating is not None
    assert rating.score == 1


def test_an_unknown_rating_is_none() -> None:
    assert method().rating_named("Adequate") is None


def test_a_standard_is_found_by_number() -> None:
    standard = method().standard("2.10")
    assert standard is not None
    assert standard.name == "Outcomes"
    assert method().standard("9.9") is None


def test_bands_are_read_from_the_data_in_any_order() -> None:
    reversed_bands = replace(method(), ratings=tuple(reversed(BANDS)))
    assert reversed_bands.rating_for_percentage(66).code == "good"
    assert reversed_bands.overall(14).code == "good"
