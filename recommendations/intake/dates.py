"""Target dates as people write them, read into a span of days or asked about."""

from dataclasses import dataclass
from datetime import date

from recommendations.intake.date_forms import UnclearTargetDate, span_of
from recommendations.intake.date_ranges import Precision

__all__ = ["TargetDate", "UnclearTargetDate", "read_target_date"]


@dataclass(frozen=True)
class TargetDate:
    """When something is to be done, as honestly as it was said.

    `words` are those that were written, to the letter. `earliest` and `latest` are the first
    and last day that they can mean, both None when they name no date (precision "none").
    """

    words: str
    earliest: date | None
    latest: date | None
    precision: Precision


_NO_DATE = {"", "ongoing", "on-going", "completed", "complete", "tbc", "to be confirmed"}
_SAME = str.maketrans("‐‑‒–—−‘’", "------''")
_QUOTED = 80


def read_target_date(words: str) -> TargetDate:
    """Read a target date as an action plan words it.

    Dates in figures are British (day first). Spring is March to May, summer June to August,
    autumn September to November; a financial year runs from April. "By June 2026" is the
    whole month, since overdue counts from the latest day. Raises `UnclearTargetDate` where a
    guess would be needed: winter, an unmarked quarter, a missing or short year, "within 3
    months", a day that does not exist, a year outside 1990–2100.
    """
    phrase = " ".join(words.translate(_SAME).casefold().split()).removesuffix(".").rstrip()
    if phrase in _NO_DATE:
        return TargetDate(words, None, None, "none")
    try:
        span = span_of(phrase)
    except UnclearTargetDate as unclear:
        raise UnclearTargetDate(f"“{_quoted(words)}”: {unclear.question}") from None
    return TargetDate(words, span.earliest, span.latest, span.precision)


def _quoted(words: str) -> str:
    """The words on one line, cut where they are too long for a question."""
    line = " ".join(words.split())
    return line if len(line) <= _QUOTED else f"{line[:_QUOTED]}…"
