"""Confidence intervals, compared with scipy."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.framework import Count
from recommendations.framework.interval import counts_all_cases, interval_of, interval_of_percentage


@st.composite
def counts(draw: st.DrawFn) -> Count:
    out_of = draw(st.integers(1, 200))
    return Count(draw(st.integers(0, out_of)), out_of)


@pytest.mark.parametrize(
    ("percentage", "low", "high"), [(36, 26, 48), (47, 36, 59), (39, 28, 51), (31, 21, 43)]
)
def test_a_bare_percentage_has_its_interval_of_percentage_cases_counted(
    percentage: int, low: int, high: int
) -> None:
    found = interval_of_percentage(percentage, cases=70)
    assert (round(found.low), round(found.high)) == (low, high)


def test_an_interval_is_said_in_whole_percentages() -> None:
    assert interval_of_percentage(36, cases=70).in_words == "26 to 48 per cent"


@given(counts())
def test_a_share_and_its_count_have_the_same_interval(count: Count) -> None:
    counted = interval_of(count)
    shared = interval_of_percentage(100 * count.n / count.out_of, cases=count.out_of)
    assert counted is not None
    assert (shared.low, shared.high) == pytest.approx((counted.low, counted.high), abs=1e-9)


@given(counts())
def test_an_interval_holds_its_share_and_stays_within_0_and_100(count: Count) -> None:
    found = interval_of(count)
    assert found is not None
    assert 0 <= found.low <= 100 * count.n / count.out_of + 1e-9
    assert 100 * count.n / count.out_of - 1e-9 <= found.high <= 100


def test_of_no_cases_there_is_no_interval() -> None:
    assert interval_of(Count(0, 0)) is None


@pytest.mark.parametrize(("percentage", "cases"), [(-1, 70), (101, 70), (36, 0)])
def test_a_share_that_cannot_be_is_refused(percentage: int, cases: int) -> None:
    with pytest.raises(ValueError, match="is not possible"):
        interval_of_percentage(percentage, cases=cases)


@pytest.mark.parametrize(
    ("question", "counts_all"),
    [("2.2.3", True), ("2.5.1", True), ("2.6.1", True), ("2.1.1", False), ("", False), (None, False)],
)
def test_only_casework_may_have_counted_all_cases(question: str | None, *, counts_all: bool) -> None:
    assert counts_all_cases(question) is counts_all


def test_a_bare_percentage_needs_no_library() -> None:
    code = (
        "import sys; from recommendations.framework.interval import interval_of_percentage;"
        " interval_of_percentage(36, cases=70); sys.exit('scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
