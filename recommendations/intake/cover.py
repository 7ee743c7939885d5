"""The cover of a report: its title, the body and region inspected, who published it and when."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recommendations.intake.lines import Line, letters
from recommendations.intake.names import header_bodies, printed_names, whole_name
from recommendations.intake.printed_dates import DAY, MONTH, PrintedDate, printed_date
from recommendations.intake.problems import Notes

_COVER_LINES = 60
_MAJESTY = r"(?:HM|His Majesty's|Her Majesty's)"
_IMPRINT = re.compile(
    rf"(?:\b(?:{_MAJESTY}|M) )?(?:\bI?n?s?pectorate of|\bof) (?P<field>[A-Z][a-z]+)[,.]?"
    rf" (?P<when>(?:{DAY} )?(?:{MONTH} )?\d{{4}})$"
)
_TITLE_OPENS = re.compile(r"\W*(?:a?n? )?i?n?s?pection of [a-z -]{3,60}? service", re.IGNORECASE)
_TITLE = re.compile(
    r"\W*(?:a?n? )?i?n?s?pection of (?P<kind>[a-z -]{3,60}?) services? in ?:? ?"
    r"(?P<body>\S.{2,120}?),? (?:the |he |e )?probation service[ :,-]{0,4}(?P<region>.{3,80})$",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"copyright,? (\d{4})", re.IGNORECASE)


@dataclass(frozen=True)
class Cover:
    """What the cover says, and the line that its title begins on."""

    title: str
    body: str
    region: str
    inspectorate: str
    published: PrintedDate
    line: int


def read_cover(lines: Sequence[Line], notes: Notes) -> Cover | None:
    """The cover from the report's first lines (without blank ones); None with problems noted."""
    start = next((i for i in range(_COVER_LINES) if _opens_title(_texts(lines, i, i + 2))), None)
    end = next((i for i in range(_COVER_LINES) if _IMPRINT.search(_texts(lines, i, i + 1))), None)
    if end is None:
        end = next((i for i in range(_COVER_LINES) if _IMPRINT.search(_texts(lines, i - 1, i + 1))), None)
    if start is None:
        notes.refuse(
            "no title was found: expected 'An inspection of probation services in: "
            "<body inspected> The Probation Service - <region>' on the first page",
            1,
        )
    if end is None:
        notes.refuse(
            "no imprint was found: expected the inspectorate and the month of publication, "
            "like 'HM Inspectorate of Probation, August 2023', on the first page",
            1,
        )
    if start is None or end is None:
        return None
    return _cover(lines, start, end, notes)


def _cover(lines: Sequence[Line], start: int, end: int, notes: Notes) -> Cover | None:
    printed = _texts(lines, min(start, end), end + 1)
    imprint = _IMPRINT.search(printed)
    if imprint is None:
        return None
    line, imprint_line = lines[start].number, lines[end].number
    words = printed[: imprint.start()] if start <= end else lines[start].text
    published = _published(imprint["when"], imprint_line, lines, notes)
    inspectorate = _inspectorate(imprint["field"], imprint_line, lines, notes)
    title = _TITLE.match(words.strip())
    if title is None:
        notes.refuse(
            f"the title reads '{words[:160].strip()}': expected 'An inspection of probation "
            "services in: <body inspected> The Probation Service - <region>'",
            line,
        )
        return None
    known = printed_names(lines)
    body, region = (
        whole_name(title[group], lines, known=known, what=what, line=line, notes=notes)
        for group, what in (("body", "the inspected body"), ("region", "the region"))
    )
    if not (body and region and published and inspectorate):
        return None
    _check_headers(body, lines[max(start, end) :], notes)
    name = f"An inspection of {title['kind'].lower()} services in {body}"
    return Cover(name, body, region, inspectorate, published, line)


def _texts(lines: Sequence[Line], start: int, end: int) -> str:
    words = (line.text for line in lines[max(start, 0) : end])
    return " ".join(text for text in words if not text.isdigit())


def _opens_title(words: str) -> bool:
    return _TITLE_OPENS.match(words) is not None


def _published(words: str, number: int, lines: Iterable[Line], notes: Notes) -> PrintedDate | None:
    published = printed_date(words)
    if published is None:
        notes.refuse(
            f"the date of publication reads '{words}': expected a month and a year, like 'August 2023'",
            number,
        )
        return None
    for line in lines:
        match = _COPYRIGHT.search(line.text)
        if match and int(match[1]) != published.latest.year:
            say = notes.warn if int(match[1]) + 1 == published.latest.year else notes.refuse
            say(
                f"the copyright is of {match[1]} and the cover says '{words}' (line {number}): "
                "expected the same year",
                line.number,
            )
    return published


def _inspectorate(field: str, number: int, lines: Iterable[Line], notes: Notes) -> str | None:
    full = re.compile(rf"\b{_MAJESTY} Inspectorate of {field}\b")
    named = Counter(name for line in lines for name in full.findall(line.text))
    if not named:
        notes.refuse(
            f"the inspectorate '... of {field}' is named in full nowhere: "
            f"expected 'HM Inspectorate of {field}'",
            number,
        )
        return None
    return named.most_common(1)[0][0]


def _check_headers(body: str, lines: Iterable[Line], notes: Notes) -> None:
    for line, named in header_bodies(lines):
        if not letters(body).startswith(letters(named)):
            notes.refuse(
                f"a page header names '{named}' as the body inspected: expected '{body}', as the title does",
                line.number,
            )
            return
