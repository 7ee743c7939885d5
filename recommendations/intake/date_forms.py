"""The forms in which people write a target date, and the days that each can mean."""

import re
from collections.abc import Callable
from datetime import date

from recommendations.intake import date_ranges
from recommendations.intake.date_ranges import MONTHS, SEASONS, DateRange


class UnclearTargetDate(ValueError):
    """The words can mean several dates, or none that exists; the text asks which."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


_LONGEST = 80
# A year outside these is a slip of the pen.
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def date_range_of(phrase: str) -> DateRange:
    """Return the days that `phrase` can mean. It is in lower case, with plain hyphens and single spaces.

    Raises `UnclearTargetDate` with a question if the phrase is unclear.
    """
    if len(phrase) <= _LONGEST:
        for form, read in _FORMS:
            if match := form.fullmatch(phrase):
                return read(match)
    raise UnclearTargetDate(
        "which day, month, season, quarter or year is meant?"
        " Write it like “30 June 2026”, “June 2026”, “summer 2026” or “Q2 2025/26”."
    )


def _year(digits: str) -> int:
    if not _FIRST_YEAR <= int(digits) <= _LAST_YEAR:
        raise UnclearTargetDate(
            f"{digits} is not between {_FIRST_YEAR} and {_LAST_YEAR}. Which year is meant?"
        )
    return int(digits)


def _ask(question: str) -> Callable[[re.Match[str]], DateRange]:
    """Return a reader for a form that is known but unclear: it raises the question."""

    def read(match: re.Match[str]) -> DateRange:
        raise UnclearTargetDate(question)

    return read


def _day(match: re.Match[str]) -> DateRange:
    year, number, written = _year(match["year"]), int(match["day"]), match["month"]
    month = MONTHS[written] if written in MONTHS else int(written)
    if not 1 <= month <= 12:
        raise UnclearTargetDate(
            f"there is no month {month}. The day comes first, then the month: which day is meant?"
        )
    days, name = date_ranges.days_in(year=year, month=month), f"{date(year, month, 1):%B %Y}"
    if not 1 <= number <= days:
        raise UnclearTargetDate(
            f"{number} {name} does not exist, {name} has {days} days. Which day is meant?"
        )
    return date_ranges.day(date(year, month, number))


def _month(match: re.Match[str]) -> DateRange:
    when = (_year(match["year"]), MONTHS[match["month"]])
    return date_ranges.months(first=when, last=when, precision="month")


def _month_in_figures(match: re.Match[str]) -> DateRange:
    year, month = _year(match["year"]), int(match["month"])
    if match["mark"] == "-" and month == (year + 1) % 100:
        raise UnclearTargetDate(
            f"a month or a financial year? Write “{month:02d}/{year}” or “{year}/{month:02d}”."
        )
    return date_ranges.months(first=(year, month), last=(year, month), precision="month")


def _months(match: re.Match[str]) -> DateRange:
    last = (_year(match["year"]), MONTHS[match["month"]])
    first = (_year(match["from_year"] or match["year"]), MONTHS[match["from_month"]])
    if last < first:
        raise UnclearTargetDate("it ends before it begins. Which years are meant?")
    return date_ranges.months(first=first, last=last, precision="month")


def _season(match: re.Match[str]) -> DateRange:
    year, (first, last) = _year(match["year"]), SEASONS[match["season"]]
    return date_ranges.months(first=(year, first), last=(year, last), precision="season")


def _calendar_quarter(match: re.Match[str]) -> DateRange:
    return date_ranges.calendar_quarter(quarter=int(match["quarter"]), year=_year(match["year"]))


def _financial_quarter(match: re.Match[str]) -> DateRange:
    return date_ranges.financial_quarter(quarter=int(match["quarter"]), starting=_starting(match))


def _unmarked_quarter(match: re.Match[str]) -> DateRange:
    year, quarter = _year(match["year"]), int(match["quarter"])
    calendar = date_ranges.calendar_quarter(quarter=quarter, year=year)
    financial = date_ranges.financial_quarter(quarter=quarter, starting=year)
    raise UnclearTargetDate(
        f"the calendar quarter ({calendar.in_months()}) or the financial one"
        f" ({financial.in_months()})? Write “Q{quarter} {year} (calendar)” or"
        f" “Q{quarter} {year}/{(year + 1) % 100:02d}”."
    )


def _financial_year(match: re.Match[str]) -> DateRange:
    return date_ranges.financial_year(starting=_starting(match))


def _starting(match: re.Match[str]) -> int:
    """Return the year in which the financial year starts; refuse "2025/27"."""
    year, ending = _year(match["year"]), match.groupdict().get("ending")
    if ending and not str(year + 1).endswith(ending):
        raise UnclearTargetDate(
            f"a financial year that starts in {year} ends in {year + 1}. Which one is meant?"
        )
    _year(str(year + 1))
    return year


def _calendar_year(match: re.Match[str]) -> DateRange:
    year = _year(match["year"])
    return date_ranges.months(first=(year, 1), last=(year, 12), precision="year")


def _end_of(match: re.Match[str]) -> DateRange:
    span = date_range_of(match["whole"])
    if span.precision == "day":
        raise UnclearTargetDate("the end of which month, season, quarter or year is meant?")
    return span.last_day()


def _by(match: re.Match[str]) -> DateRange:
    return date_range_of(match["whole"])


_WHICH_YEAR = _ask("which year is meant?")
_SHORT_YEAR = _ask("which year is meant? Write it with four figures.")
_WINTER = _ask(
    "winter falls in two years. Which months are meant? Write them like “December 2025 to February 2026”."
)
_TWO_YEARS = _ask("the financial year, written like “2025/26”, or both calendar years?")
_RELATIVE = _ask("counted from which day? Write the date itself.")
_FINANCIAL_START = _ask("does this financial year start or end then? Write both years, like “2025/26”.")

_YEAR = r"(?P<year>[0-9]{4})"
_NAME = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_MONTH = rf"(?P<month>{_NAME})\.?,?"
_DAY = r"(?:the )?(?P<day>[0-9]{1,2})(?: ?(?:st|nd|rd|th))?(?: of)?"
_DAY_FIGURES, _MONTH_FIGURES = r"(?P<day>[0-9]{1,2})", r"(?P<month>[0-9]{1,2})"
_PART = r"(?:(?:early|mid|late)[ -])?"
_SEASON = rf"(?P<season>{'|'.join(SEASONS)})"
_FROM = rf"(?P<from_month>{_NAME})\.?(?: (?P<from_year>[0-9]{{4}}))?"
_TO = r"(?: ?[/-] ?| to | until )"
_QUARTER = r"(?:q|quarter) ?(?P<quarter>[1-4]),?"
_FINANCIAL = r"(?:fy|financial year) ?"
_ENDING = r"(?P<ending>[0-9]{2}|[0-9]{4})"
_BOTH_YEARS = rf"{_YEAR} ?[/-] ?{_ENDING}"
_SHORT = r"'?[0-9]{2}"
_YEARLESS = rf"(?:{_PART}{_NAME}|{'|'.join(SEASONS)}|q(?:uarter)? ?[1-4])"

# The first form that matches the whole phrase wins, so exact forms come before questions.
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], DateRange]], ...] = tuple(
    (re.compile(form), read)
    for form, read in (
        (r".*\bwinter\b.*", _WINTER),
        (r"by (?:the )?(?P<whole>(?!by\b).+)", _by),
        (r"(?:the )?end[ -](?:of )?(?:the )?(?P<whole>(?!end\b|early\b|mid\b|late\b).+)", _end_of),
        (rf"{_DAY}[ -]{_MONTH}[ -]{_YEAR}", _day),
        (rf"{_DAY_FIGURES}(?P<mark>[/.-]){_MONTH_FIGURES}(?P=mark){_YEAR}", _day),
        (rf"{_YEAR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})", _day),
        (rf"{_PART}{_MONTH}[ -]{_YEAR}", _month),
        (rf"(?P<month>0?[1-9]|1[0-2])(?P<mark>/){_YEAR}", _month_in_figures),
        (rf"{_YEAR}(?P<mark>-)(?P<month>0[1-9]|1[0-2])", _month_in_figures),
        (rf"(?:from )?{_FROM}{_TO}{_MONTH} {_YEAR}", _months),
        (rf"between {_FROM} and {_MONTH} {_YEAR}", _months),
        (rf"{_SEASON} {_YEAR}", _season),
        (rf"{_QUARTER} {_YEAR} \(?calendar(?: year)?\)?", _calendar_quarter),
        (rf"{_QUARTER} {_YEAR} \(?financial(?: year)?\)?", _financial_quarter),
        (rf"{_QUARTER} (?:of )?(?:{_FINANCIAL})?{_BOTH_YEARS}", _financial_quarter),
        (rf"(?:{_FINANCIAL})?{_BOTH_YEARS},? {_QUARTER}", _financial_quarter),
        (rf"{_QUARTER} (?:of )?{_YEAR}", _unmarked_quarter),
        (rf"{_YEAR},? {_QUARTER}", _unmarked_quarter),
        (rf"{_FINANCIAL}{_BOTH_YEARS}", _financial_year),
        (rf"{_YEAR} ?/ ?{_ENDING}", _financial_year),
        (rf"{_YEAR}-(?P<ending>[0-9]{{2}})", _financial_year),
        (_YEAR, _calendar_year),
        (r"[0-9]{4} ?- ?[0-9]{4}", _TWO_YEARS),
        (rf"(?:{_QUARTER} (?:of )?)?{_FINANCIAL}[0-9]{{4}}", _FINANCIAL_START),
        (rf"(?:{_DAY}[ -])?{_YEARLESS}(?:{_TO}{_NAME})?", _WHICH_YEAR),
        (rf"{_DAY_FIGURES}[/.-]{_MONTH_FIGURES}", _WHICH_YEAR),
        (rf".*[a-z/.-] ?{_SHORT}", _SHORT_YEAR),
        (r".*\b(?:day|week|fortnight|month|year)s?\b.*", _RELATIVE),
    )
)
