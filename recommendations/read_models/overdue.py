"""How many recommendations are overdue, in four bands of days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recommendations.read_models.summary import StatusRow, median_days
from recommendations.wording.numbers import of_all, plural

# The last day of each band, and its name.
BANDS: tuple[tuple[float, str], ...] = (
    (30, "Up to 30 days"),
    (90, "31 to 90 days"),
    (180, "91 to 180 days"),
    (float("inf"), "Over 180 days"),
)


@dataclass(frozen=True)
class Overdue:
    """`counts` are in the order of BANDS; `median` is in days, None if nothing is overdue."""

    counts: Sequence[int]
    open: int
    median: int | None

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def headline(self) -> str:
        if not self.open:
            return "No recommendation is open"
        words = f"{of_all(self.total, self.open, 'open recommendation')} overdue"
        longest = self.counts[-1]
        return f"{words}, {longest:,} by over 180 days" if longest else words

    @property
    def sentence(self) -> str:
        if self.median is None:
            return "No target date of an open action has passed."
        bands = zip(BANDS, self.counts, strict=True)
        *parts, last = [f"{count:,} by {name.lower()}" for (_, name), count in bands]
        words = f"Of {self.total:,} overdue: {', '.join(parts)} and {last}."
        return f"{words} The median is {plural(self.median, 'day')}."


def overdue_of(found: Iterable[StatusRow]) -> Overdue:
    """The overdue recommendations by band. Days count from the earliest due date of an open action."""
    rows = list(found)
    late = [one.late_by for one in rows if one.late_by is not None]
    counts, before = [], 0.0
    for last, _ in BANDS:
        counts.append(sum(before < days <= last for days in late))
        before = last
    return Overdue(counts, sum(one.is_open for one in rows), median_days(late))
