"""Between which percentages the true share may lie, as a sample of cases can tell no closer."""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from statistics import NormalDist

from recommendations.framework.movement import Count, scipy_stats

CONFIDENCE = 0.95
# Standards that were measured on the sample of cases, court work apart: its cases are others.
CASEWORK = ("2.2", "2.3", "2.4", "2.5", "2.6")


@dataclass(frozen=True)
class Interval:
    """The 95 per cent interval of a share, both ends in per cent."""

    low: float
    high: float

    @property
    def in_words(self) -> str:
        return f"{self.low:.0f} to {self.high:.0f} per cent"


@lru_cache(maxsize=4096)
def interval_of(count: Count) -> Interval | None:
    """Wilson's interval of `count`; None where it is of no cases.

    Wilson's and not the exact one, because it can be had of a bare percentage too (`interval_if_all`).
    """
    if not count.out_of:
        return None
    found = scipy_stats().binomtest(count.n, count.out_of).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(100 * float(found.low), 100 * float(found.high))


def interval_if_all(percentage: float, *, cases: int) -> Interval:
    """Wilson's interval of a bare percentage, if all `cases` counted: 36 of 70 cases is 26 to 48.

    The library takes whole counts alone, and a printed percentage is of none. ValueError unless the
    percentage is 0 to 100 and there is a case.
    """
    if not 0 <= percentage <= 100 or cases < 1:
        raise ValueError(f"{percentage} per cent of {cases} cases cannot be.")
    share, z = percentage / 100, NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    wider = 1 + z**2 / cases
    centre = (share + z**2 / (2 * cases)) / wider
    half = z * sqrt(share * (1 - share) / cases + z**2 / (4 * cases**2)) / wider
    return Interval(100 * max(centre - half, 0.0), 100 * min(centre + half, 1.0))


def counts_all_cases(question: str | None) -> bool:
    """Is this a key question of the inspected cases (2.2 to 2.6), so that all of them may have counted?"""
    return bool(question) and str(question).rpartition(".")[0] in CASEWORK
