"""Ranges of days: months, seasons, quarters, calendar and financial years."""

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "season", "quarter", "year", "none"]

MONTHS = {name.lower(): month for month, name in enumerate(calendar.month_name) if name}
MONTHS |= {name[:3]: month for name, month in MONTHS.items()} | {"sept": 9}
# First and last month. Winter has no entry: December falls in one year and January in the next.
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11)}


@dataclass(frozen=True)
class DateRange:
    """The first and last day that a phrase can mean, and its precision."""

    earliest: date
    latest: date
    precision: Precision

    def last_day(self) -> "DateRange":
        """Return the last day as a range."""
        return day(self.latest)

    def in_months(self) -> str:
        """Return words such as "April–June 2025"."""
        return f"{self.earliest:%B}–{self.latest:%B %Y}"


def day(when: date) -> DateRange:
    return DateRange(when, when, "day")


def months(*, first: tuple[int, int], last: tuple[int, int], precision: Precision) -> DateRange:
    """Return the range from the first day of one (year, month) to the last day of another."""
    return DateRange(date(*first, 1), date(*last, days_in(year=last[0], month=last[1])), precision)


def days_in(*, year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def calendar_quarter(*, quarter: int, year: int) -> DateRange:
    """Return a quarter of the calendar year; the first is January to March."""
    end = 3 * quarter
    return months(first=(year, end - 2), last=(year, end), precision="quarter")


def financial_quarter(*, quarter: int, starting: int) -> DateRange:
    """Return a quarter of the financial year from April of `starting`; the first is April to June."""
    if quarter == 4:
        return calendar_quarter(quarter=1, year=starting + 1)
    return calendar_quarter(quarter=quarter + 1, year=starting)


def financial_year(*, starting: int) -> DateRange:
    """Return 1 April of `starting` to 31 March, the financial year of British government."""
    return months(first=(starting, 4), last=(starting + 1, 3), precision="year")
