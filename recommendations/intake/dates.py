"""Reads target dates as people write them."""

from dataclasses import dataclass
from datetime import date

from recommendations.intake.date_forms import UnclearTargetDate, date_range_of
from recommendations.intake.date_ranges import Precision

__all__ = ["TargetDate", "UnclearTargetDate", "read_target_date"]


@dataclass(frozen=True)
class TargetDate:
    """A target date: `words` exactly as written, and the first and last day that they can mean.

    Both days are None if the words name no date (precision "none").
    """

    words: str
    earliest: date | None
    latest: date | None
    precision: Precision


_NO_DATE = {"", "ongoing", "on-going", "completed", "complete", "tbc", "to be confirmed"}
_SAME = str.maketrans("‐‑‒–—−‘’", "------''")
_QUOTED = 80


def read_target_date(words: str) -> TargetDate:
    """Return the days that the words of an action plan can mean.

    Dates in figures are British (day first). Spring is March to May, summer June to August,
    autumn September to November; a financial year runs from April. "By June 2026" is the
    whole month, since overdue counts from the latest day. Raises `UnclearTargetDate` for
    winter, an unmarked quarter, a missing or short year, "within 3 months", a day that does
    not exist, and a year outside 1990–2100.
    """
    phrase = " ".join(words.translate(_SAME).casefold().split()).removesuffix(".").rstrip()
    if phrase in _NO_DATE:
        return TargetDate(words, None, None, "none")
    try:
        span = date_range_of(phrase)
    except UnclearTargetDate as unclear:
        raise UnclearTargetDate(f"“{_quoted(words)}”: {unclear.question}") from None
    return TargetDate(words, span.earliest, span.latest, span.precision)


def _quoted(words: str) -> str:
    """Return the words on one line, cut if they are long."""
    line = " ".join(words.split())
    return line if len(line) <= _QUOTED else f"{line[:_QUOTED]}…"
