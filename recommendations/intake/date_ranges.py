"""Spans of days and their names: months, seasons, quarters, calendar and financial years."""

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "season", "quarter", "year", "none"]

MONTHS = {
    "january": 1,
    "february": 2,
    "march": 3,
    "april": 4,
    "may": 5,
    "june": 6,
    "july": 7,
    "august": 8,
    "september": 9,
    "october": 10,
    "november": 11,
    "december": 12,
}
MONTHS |= {name[:3]: month for name, month in MONTHS.items()} | {"sept": 9}
# First and last month. Winter has no entry: December falls in one year and January in the next.
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11)}


@dataclass(frozen=True)
class DateRange:
    """The first and last day that a phrase can mean, and how exactly it was said."""

    earliest: date
    latest: date
    precision: Precision

    def last_day(self) -> "DateRange":
        """The end of the span, as one day."""
        return day(self.latest)

    def in_months(self) -> str:
        """The span for a reader, such as "April–June 2025"."""
        return f"{self.earliest:%B}–{self.latest:%B %Y}"


def day(when: date) -> DateRange:
    """One day."""
    return DateRange(when, when, "day")


def months(*, first: tuple[int, int], last: tuple[int, int], precision: Precision) -> DateRange:
    """From the first day of one (year, month) to the last day of another."""
    return DateRange(date(*first, 1), date(*last, days_in(year=last[0], month=last[1])), precision)


def days_in(*, year: int, month: int) -> int:
    """How many days the month has."""
    return calendar.monthrange(year, month)[1]


def calendar_quarter(*, quarter: int, year: int) -> DateRange:
    """A quarter of the calendar year: the first is January to March."""
    end = 3 * quarter
    return months(first=(year, end - 2), last=(year, end), precision="quarter")


def financial_quarter(*, quarter: int, starting: int) -> DateRange:
    """A quarter of the financial year from April of `starting`: the first is April to June."""
    if quarter == 4:
        return calendar_quarter(quarter=1, year=starting + 1)
    return calendar_quarter(quarter=quarter + 1, year=starting)


def financial_year(*, starting: int) -> DateRange:
    """1 April to 31 March, as in British government: 2025/26 is the one starting in 2025."""
    return months(first=(starting, 4), last=(starting + 1, 3), precision="year")
