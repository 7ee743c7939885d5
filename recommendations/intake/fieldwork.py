"""Reads when the fieldwork took place, and how many cases and interviews it covered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recommendations.intake.lines import Line
from recommendations.intake.printed_dates import DAY, MONTH, PrintedDate, printed_day
from recommendations.intake.problems import Notes
from recommendations.intake.prose import RunningText, Vocabulary, running_text

_DAY = rf"{DAY} {MONTH}(?:,? \d{{4}})?"
# A full stop after a month may end the sentence, so the rest must not follow one.
_REST = r"(?P<rest>(?<!\.)[^.]{0,200}|)"
_STARTED = re.compile(
    r"\bfieldwork\b[^.]{0,200}?\b(?:(?P<between>between)|beginning|began|starting|started|commencing|from)"
    rf"(?: on)? (?P<first>{_DAY})(?: (?P<joint>to|until|and|-) (?P<last>{_DAY}))?{_REST}"
)
_SAMPLE = re.compile(
    r"\binspected (?:a [a-z ]{0,30}of )?(?P<cases>\d[^.]{0,400}?)"
    rf"\bbetween (?P<first>{_DAY}) and (?P<last>{_DAY}){_REST}"
)
# "70 cases", "70 community and licence cases", and "26 of the 70 cases", which gives two sizes.
_CASES = re.compile(r"(?<![\d.,])(?:(\d{1,4}) of (?:the |our )?)?(\d{1,4}) (?:[a-z'-]+ ){0,5}cases\b")
_INTERVIEWS = re.compile(r"\b(?:conducted|undertook|held) (\d{1,4})(?: [a-z-]+){0,3} interviews\b")
_YEAR = re.compile(r"\d{4}$")

_FirstAndLast = tuple[date | None, date | None]


@dataclass(frozen=True)
class Fieldwork:
    """The facts that the background gives, with the line of its first day; None for each missing one."""

    started: date | None = None
    ended: date | None = None
    sample_size: int | None = None
    sample_from: date | None = None
    sample_to: date | None = None
    interviews: int | None = None
    line: int | None = None


def read_fieldwork(lines: Sequence[Line], vocabulary: Vocabulary, notes: Notes) -> Fieldwork:
    """Read the fieldwork from the background's prose; warn of each missing fact."""
    prose = running_text(lines, vocabulary)
    text = prose.text
    line = lines[0].number if lines else None
    started = _STARTED.search(text)
    sample = next((match for match in _SAMPLE.finditer(text) if "cases" in match["cases"]), None)
    interviews = _INTERVIEWS.search(text)
    missing = {
        "the first day of fieldwork": started,
        "the number of cases inspected and their dates": sample,
        "the number of interviews": interviews,
    }
    for what, match in missing.items():
        if match is None and lines:
            notes.warn(f"{what} was not found in the background that begins here", line)
    first, last = _fieldwork(started, prose, notes)
    size = _size(sample, prose, notes)
    sampled = _sampled(sample, prose, notes)
    count = int(interviews[1]) if interviews else None
    return Fieldwork(first, last, size, *sampled, count, prose.line(started.start()) if started else line)


def check_dates(
    fieldwork: Fieldwork,
    published: PrintedDate,
    *,
    started: tuple[date, int] | None,
    notes: Notes,
) -> None:
    """Check that sample, fieldwork and publication follow each other, and agree with the ratings table.

    `started` is the first day of the month in the ratings table, with its line.
    """
    first, line = fieldwork.started, fieldwork.line
    if first is None:
        return
    if started and started[0] != first.replace(day=1):
        notes.refuse(
            f"the ratings table says that fieldwork started {started[0]:%B %Y}: expected "
            f"{first:%B %Y}, as the background says (line {line})",
            started[1],
        )
    _check_order(first, fieldwork.sample_to, published, line, notes)


def _check_order(
    first: date, sample_to: date | None, published: PrintedDate, line: int | None, notes: Notes
) -> None:
    if first > published.latest:
        notes.refuse(
            f"fieldwork began on {first:%d %B %Y}: expected a day before the report was "
            f"published ({published.latest:%B %Y})",
            line,
        )
    if sample_to and sample_to > first:
        notes.refuse(
            f"the sample ends on {sample_to:%d %B %Y}: expected a day before fieldwork "
            f"began ({first:%d %B %Y})",
            line,
        )


def _fieldwork(match: re.Match[str] | None, prose: RunningText, notes: Notes) -> _FirstAndLast:
    """Return the first and last day. The last is None if the text names more days than two.

    "Two weeks, beginning 26 June and 3 July 2023" names two first days and no last one.
    """
    if match is None:
        return None, None
    first, last = _span(match, prose, notes)
    two_firsts = match["joint"] == "and" and not match["between"]
    if two_firsts or _days(match["rest"]):
        notes.warn(
            "the fieldwork has more days here than one first and one last: only its first day is read",
            prose.line(match.start()),
        )
        return first, None
    return first, last


def _sampled(match: re.Match[str] | None, prose: RunningText, notes: Notes) -> _FirstAndLast:
    if match is None or not _days(match["rest"]):
        return _span(match, prose, notes)
    notes.warn(
        "the inspected cases have more than two dates here: expected one span, and read none",
        prose.line(match.start()),
    )
    return None, None


def _size(match: re.Match[str] | None, prose: RunningText, notes: Notes) -> int | None:
    if match is None:
        return None
    sizes = [size for pair in _CASES.findall(match["cases"]) for size in pair if size]
    if len(sizes) == 1:
        return int(sizes[0])
    found = " and ".join(sizes) or "none"
    notes.warn(
        f"{found} found as the number of cases inspected: expected one, and read none",
        prose.line(match.start()),
    )
    return None


def _days(words: str) -> list[str]:
    # The pattern takes any word for a month ("70 cases"), so each match is tried as a day of a leap year.
    found = (match[0] for match in re.finditer(rf"(?<!\d){_DAY}", words))
    return [words for words in found if printed_day(words, year=2024)]


def _span(match: re.Match[str] | None, prose: RunningText, notes: Notes) -> _FirstAndLast:
    """Return both days of "between 21 November and 5 December 2022", where one year may serve both."""
    if match is None:
        return None, None
    words, until = match["first"], match["last"]
    later = [until or "", *_days(match["rest"])]
    year = next(filter(None, map(_YEAR.search, later)), None)
    last = printed_day(until, year=int(year[0]) if year else None) if until else None
    first = printed_day(words, year=int(year[0]) if year else None)
    if first is None or (until and (last is None or last < first)):
        printed = f"{words} to {until}" if until else words
        notes.refuse(
            f"the dates read '{printed}': expected days like '26 June 2023', in order",
            prose.line(match.start()),
        )
        return None, None
    return first, last
