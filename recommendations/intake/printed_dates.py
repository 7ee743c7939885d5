"""Reads dates as a report prints them: "26 June 2023", "August 2023", "2023"."""

import re
from calendar import month_name, monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

_MONTHS = tuple(name.lower() for name in month_name)
MONTH = r"[A-Za-z]{3,9}\.?"
DAY = r"\d{1,2}(?:st|nd|rd|th)?"


@dataclass(frozen=True)
class PrintedDate:
    """The first and last day that the printed words can mean, and how precise they are."""

    earliest: date
    latest: date
    precision: Literal["day", "month", "year"]


def month_number(words: str) -> int | None:
    """Return 1 to 12 for a month's name, its beginning or its end; None if no single month fits."""
    word = words.strip(" .").lower()
    if len(word) < 3:
        return None
    named = [n for n in range(1, 13) if _MONTHS[n].startswith(word) or _MONTHS[n].endswith(word)]
    exact = [n for n in named if _MONTHS[n] == word]
    return (exact or named)[0] if len(exact or named) == 1 else None


def printed_day(words: str, *, year: int | None = None) -> date | None:
    """The day of "26 June 2023", or of "26 June" with the year given; None if there is none."""
    match = re.fullmatch(rf"(\d{{1,2}})(?:st|nd|rd|th)? ({MONTH})(?:,? (\d{{4}}))?", words.strip())
    month = month_number(match[2]) if match else None
    if not match or not month:
        return None
    try:
        return date(int(match[3] or year or 0), month, int(match[1]))
    except ValueError:
        return None


def printed_date(words: str) -> PrintedDate | None:
    """The span of a day, a month or a year, with precision "day", "month" or "year"."""
    words = words.strip()
    if day := printed_day(words):
        return PrintedDate(day, day, "day")
    match = re.fullmatch(rf"(?:({MONTH}),? )?(\d{{4}})", words)
    if not match or not 1900 <= int(match[2]) <= 2999:
        return None
    year = int(match[2])
    if match[1] is None:
        return PrintedDate(date(year, 1, 1), date(year, 12, 31), "year")
    month = month_number(match[1])
    if not month:
        return None
    last = monthrange(year, month)[1]
    return PrintedDate(date(year, month, 1), date(year, month, last), "month")
