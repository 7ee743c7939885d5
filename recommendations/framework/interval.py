"""Confidence intervals of shares that were measured on a sample of cases."""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from statistics import NormalDist

from recommendations.framework.movement import Count, scipy_stats

CONFIDENCE = 0.95
# Standards measured on the sample of inspected cases. Court work has a sample of its own.
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
    """Wilson's interval of `count`, or None without cases.

    Wilson's interval, unlike the exact one, also exists for a percentage (`interval_of_percentage`).
    """
    if not count.out_of:
        return None
    found = scipy_stats().binomtest(count.n, count.out_of).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(100 * float(found.low), 100 * float(found.high))


def interval_of_percentage(percentage: float, *, cases: int) -> Interval:
    """Wilson's interval of a percentage of `cases`: 36 per cent of 70 cases gives 26 to 48.

    scipy takes only whole counts, and a printed percentage is rounded. Raises ValueError unless the
    percentage is 0 to 100 and there is at least one case.
    """
    if not 0 <= percentage <= 100 or cases < 1:
        raise ValueError(f"{percentage} per cent of {cases} cases is not possible.")
    share, z = percentage / 100, NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    wider = 1 + z**2 / cases
    centre = (share + z**2 / (2 * cases)) / wider
    half = z * sqrt(share * (1 - share) / cases + z**2 / (4 * cases**2)) / wider
    return Interval(100 * max(centre - half, 0.0), 100 * min(centre + half, 1.0))


def counts_all_cases(question: str | None) -> bool:
    """Whether a key question was put to all inspected cases (standards 2.2 to 2.6)."""
    return bool(question) and str(question).rpartition(".")[0] in CASEWORK
