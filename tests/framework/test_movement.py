"""The test of a change. The p-values come from textbooks, or are counted here from the definition."""

import subprocess
import sys
from fractions import Fraction
from math import comb

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recommendations.framework import Count, Movement, movement


@st.composite
def counts(draw: st.DrawFn, most: int = 80) -> Count:
    out_of = draw(st.integers(1, most))
    return Count(draw(st.integers(0, out_of)), out_of)


def by_definition(first: Count, second: Count) -> float:
    """Return Fisher's p: the share of tables with these margins that are at most as likely as this one."""
    yes = first.n + second.n

    def ways(n: int) -> int:
        return comb(first.out_of, n) * comb(second.out_of, yes - n)

    possible = range(max(0, yes - second.out_of), min(yes, first.out_of) + 1)
    unlikelier = sum(ways(n) for n in possible if ways(n) <= ways(first.n))
    return float(Fraction(unlikelier, comb(first.out_of + second.out_of, yes)))


@pytest.mark.parametrize(
    ("baseline", "reading", "p"),
    [
        # Fisher's lady tasting tea, The Design of Experiments (1935), chapter II: 34 of 70.
        (Count(1, 4), Count(3, 4), 34 / 70),
        # Fisher's twins of criminals, Statistical Methods for Research Workers, section 21.02: 2 of 17
        # fraternal and 10 of 13 monozygotic twins; 619/1330665 one-sided, with the other tail 0.000537.
        (Count(2, 17), Count(10, 13), 0.000537),
        # scipy's own example, eight of ten and one of six: 400 of 11440 ways.
        (Count(1, 6), Count(8, 10), 400 / 11440),
    ],
)
def test_the_p_value_is_the_published_one(baseline: Count, reading: Count, p: float) -> None:
    assert movement(baseline=baseline, reading=reading, better="higher")[1] == pytest.approx(p, abs=5e-7)


@given(counts(), counts())
def test_the_p_value_is_that_of_the_definition(baseline: Count, reading: Count) -> None:
    p = movement(baseline=baseline, reading=reading, better="higher")[1]
    assert p == pytest.approx(by_definition(baseline, reading))


@pytest.mark.parametrize(
    ("n", "better", "says"),
    [
        (38, "higher", Movement.MOVED),
        (37, "higher", Movement.NOT_SHOWN),
        (25, "higher", Movement.NOT_SHOWN),
        (14, "higher", Movement.NOT_SHOWN),
        (13, "higher", Movement.WORSE),
        (13, "lower", Movement.MOVED),
        (38, "lower", Movement.WORSE),
    ],
)
def test_a_reading_of_70_cases_against_25_of_70(n: int, better: str, says: Movement) -> None:
    assert movement(baseline=Count(25, 70), reading=Count(n, 70), better=better)[0] is says


def test_a_large_gain_of_few_cases_is_not_shown() -> None:
    assert movement(baseline=Count(1, 4), reading=Count(3, 4), better="higher")[0] is Movement.NOT_SHOWN


@pytest.mark.parametrize(
    ("baseline", "reading", "better"),
    [
        (None, Count(38, 70), "higher"),
        (Count(25, 70), None, "higher"),
        (None, None, "lower"),
        (Count(0, 0), Count(38, 70), "higher"),
        (Count(25, 70), Count(0, 0), "higher"),
        (Count(25, 70), Count(70, 70), ""),
    ],
)
def test_without_both_counts_and_a_direction_nothing_can_be_said(
    baseline: Count | None, reading: Count | None, better: str
) -> None:
    assert movement(baseline=baseline, reading=reading, better=better) == (Movement.CANNOT_SAY, None)


@given(counts(), counts())
def test_the_other_direction_swaps_moved_and_worse(baseline: Count, reading: Count) -> None:
    swapped = {Movement.MOVED: Movement.WORSE, Movement.WORSE: Movement.MOVED}
    up, p = movement(baseline=baseline, reading=reading, better="higher")
    assert movement(baseline=baseline, reading=reading, better="lower") == (swapped.get(up, up), p)


@given(counts(), counts())
def test_going_back_swaps_moved_and_worse(baseline: Count, reading: Count) -> None:
    there, p = movement(baseline=baseline, reading=reading, better="higher")
    back, same = movement(baseline=reading, reading=baseline, better="lower")
    assert back is there
    assert same == pytest.approx(p)


@given(counts(), st.integers(1, 5))
def test_the_same_proportion_is_never_a_movement(baseline: Count, times: int) -> None:
    reading = Count(baseline.n * times, baseline.out_of * times)
    says, p = movement(baseline=baseline, reading=reading, better="higher")
    assert says is Movement.NOT_SHOWN
    assert p == pytest.approx(1)


@given(counts(40), counts(40), st.integers(2, 6))
def test_more_cases_of_the_same_proportions_show_what_fewer_showed(
    baseline: Count, reading: Count, times: int
) -> None:
    few, _ = movement(baseline=baseline, reading=reading, better="higher")
    assume(few is not Movement.NOT_SHOWN)
    more = [Count(count.n * times, count.out_of * times) for count in (baseline, reading)]
    assert movement(baseline=more[0], reading=more[1], better="higher")[0] is few


@pytest.mark.parametrize(("n", "out_of"), [(-1, 4), (5, 4), (0, -1)])
def test_a_count_that_cannot_be_is_refused(n: int, out_of: int) -> None:
    with pytest.raises(ValueError, match="is not a count"):
        Count(n, out_of)


def test_an_unknown_direction_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a direction"):
        movement(baseline=None, reading=None, better="up")


def test_scipy_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, recommendations.framework; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
