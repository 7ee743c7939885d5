"""Did practice change, or is the difference chance?"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SIGNIFICANT = 0.05


class Movement(StrEnum):
    """What a later reading says against its baseline."""

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
            raise ValueError(f"{self.n} of {self.out_of} is no count.")


def movement(*, baseline: Count | None, reading: Count | None, better: str) -> tuple[Movement, float | None]:
    """Whether `reading` moved from `baseline`, and the p-value of the test that says so.

    `better` is "higher", "lower" or "" where no direction is set; anything else raises ValueError. The
    test is Fisher's exact test on the two proportions, two-sided: as cases are few, and many figures
    near 0 or 100 per cent, the usual approximation does not hold. Significant is p < 0.05. Without
    both counts of at least one case, or without a direction, nothing can be said and p is None.
    """
    if better not in {"higher", "lower", ""}:
        raise ValueError(f"“{better}” is no direction.")
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
    """The statistics of scipy, imported at the first call."""
    # Importing scipy takes over a second. Most commands and pages test nothing, and need not wait.
    from scipy import stats

    return stats
