"""Tests whether two counts differ by more than chance."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SIGNIFICANT = 0.05


class Movement(StrEnum):
    """How a later reading compares with its baseline."""

    MOVED = "moved"
    NOT_SHOWN = "not_shown"
    WORSE = "worse"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True)
class Count:
    """`n` of `out_of` cases. Raises ValueError unless 0 ≤ n ≤ out_of."""

    n: int
    out_of: int

    def __post_init__(self) -> None:
        if not 0 <= self.n <= self.out_of:
            raise ValueError(f"{self.n} of {self.out_of} is not a count.")


def movement(*, baseline: Count | None, reading: Count | None, better: str) -> tuple[Movement, float | None]:
    """Return how `reading` differs from `baseline`, and the p-value.

    `better` is "higher", "lower", or "" without a direction; otherwise raises ValueError. The test is
    Fisher's exact test, two-sided: the usual approximation fails with few cases and with shares near 0 or
    100 per cent. p < 0.05 is significant. p is None if a count or the direction is missing.
    """
    if better not in {"higher", "lower", ""}:
        raise ValueError(f"“{better}” is not a direction.")
    if not (better and baseline and baseline.out_of and reading and reading.out_of):
        return Movement.CANNOT_SAY, None
    p = _fisher(baseline, reading)
    if p >= SIGNIFICANT:
        return Movement.NOT_SHOWN, p
    rose = reading.n * baseline.out_of > baseline.n * reading.out_of
    return (Movement.MOVED if rose == (better == "higher") else Movement.WORSE), p


def _fisher(first: Count, second: Count) -> float:
    table = [[count.n, count.out_of - count.n] for count in (first, second)]
    return float(scipy_stats().fisher_exact(table).pvalue)


def scipy_stats() -> Any:
    """Return `scipy.stats`, imported on the first call."""
    # The import takes over a second, and most commands and pages do not need it.
    from scipy import stats

    return stats
