"""When inspectors were there, and which cases and interviews they looked at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recommendations.intake.lines import Line
from recommendations.intake.printed_dates import DAY, MONTH, PrintedDate, printed_day
from recommendations.intake.problems import Notes
from recommendations.intake.prose import Flow, Vocabulary, flow

_DAY = rf"{DAY} {MONTH}(?:,? \d{{4}})?"
_STARTED = re.compile(
    r"\bfieldwork\b[^.]{0,200}?\b(?:beginning|began|starting|started|commencing|from|between)"
    rf"(?: on)? (?P<first>{_DAY})(?: (?:to|until|and|-) (?P<last>{_DAY}))?"
)
_SAMPLE = re.compile(
    r"\binspected (?P<size>\d{1,4})\b[^.]{0,60}?\bcases\b[^.]{0,200}?"
    rf"\bbetween (?P<first>{_DAY}) and (?P<last>{_DAY})"
)
_INTERVIEWS = re.compile(r"\b(?:conducted|undertook|held) (\d{1,4})(?: [a-z-]+){0,3} interviews\b")
_YEAR = re.compile(r"\d{4}$")


@dataclass(frozen=True)
class Fieldwork:
    """What the background says, with the line of its first day; None where it says nothing."""

    started: date | None = None
    ended: date | None = None
    sample_size: int | None = None
    sample_from: date | None = None
    sample_to: date | None = None
    interviews: int | None = None
    line: int | None = None


def read_fieldwork(lines: Sequence[Line], vocabulary: Vocabulary, notes: Notes) -> Fieldwork:
    """The fieldwork from the background's prose; what is not there is noted as a warning."""
    prose = flow(lines, vocabulary)
    text = prose.text
    line = lines[0].number if lines else None
    started, sample = _STARTED.search(text), _SAMPLE.search(text)
    interviews = _INTERVIEWS.search(text)
    missing = {
        "the first day of fieldwork": started,
        "the number of cases inspected and their dates": sample,
        "the number of interviews": interviews,
    }
    for what, match in missing.items():
        if match is None and lines:
            notes.warn(f"{what} was not found in the background that begins here", line)
    first, last = _span(started, prose, notes)
    sample_from, sample_to = _span(sample, prose, notes)
    return Fieldwork(
        first,
        last,
        int(sample["size"]) if sample else None,
        sample_from,
        sample_to,
        int(interviews[1]) if interviews else None,
        prose.line(started.start()) if started else line,
    )


def check_dates(
    fieldwork: Fieldwork,
    published: PrintedDate,
    *,
    started: tuple[date, int] | None,
    notes: Notes,
) -> None:
    """The sample came first, then the fieldwork, then the report; the ratings table agrees.

    `started` is the month in the ratings table, as its first day, with its line.
    """
    first, line = fieldwork.started, fieldwork.line
    if started and first and started[0] != first.replace(day=1):
        notes.refuse(
            f"the ratings table says that fieldwork started {started[0]:%B %Y}: expected "
            f"{first:%B %Y}, as the background says (line {line})",
            started[1],
        )
    if first and first > published.latest:
        notes.refuse(
            f"fieldwork began on {first:%d %B %Y}: expected a day before the report was "
            f"published ({published.latest:%B %Y})",
            line,
        )
    if first and fieldwork.sample_to and fieldwork.sample_to > first:
        notes.refuse(
            f"the sample ends on {fieldwork.sample_to:%d %B %Y}: expected a day before fieldwork "
            f"began ({first:%d %B %Y})",
            line,
        )


def _span(match: re.Match[str] | None, prose: Flow, notes: Notes) -> tuple[date | None, date | None]:
    """Both days of "between 21 November and 5 December 2022"; the year may stand once."""
    if match is None:
        return None, None
    words, until = match["first"], match["last"]
    year = _YEAR.search(until or "")
    last = printed_day(until) if until else None
    first = printed_day(words, year=int(year[0]) if year else None)
    if first is None or (until and (last is None or last < first)):
        said = f"{words} to {until}" if until else words
        notes.refuse(
            f"the dates read '{said}': expected days like '26 June 2023', in order",
            prose.line(match.start()),
        )
        return None, None
    return first, last
