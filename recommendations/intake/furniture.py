"""What a printed page adds to the text: page numbers, running headers, markings, footnotes."""

import re
from collections.abc import Sequence
from dataclasses import replace

from recommendations.intake.lines import Line, letters
from recommendations.intake.printed_dates import month_number

_PAGE_NUMBER = re.compile(
    r"(?:- ?)?(?:page )?\d{1,3}(?: of \d{1,3}| ?/ ?\d{1,3})?(?: ?\|? ?page)?(?: ?-)?", re.IGNORECASE
)
_MARKING = re.compile(r"official(?: ?[-:] ?sensitive)?|restricted", re.IGNORECASE)
_MOST_CUT = 13
_LEAST_HEADER = 10
_HEADER_LINES = 3


def body_lines(lines: Sequence[Line], *, title: str, inspectorate: str) -> tuple[Line, ...]:
    """The lines that have words and are no furniture, each with the gap that stood before it."""
    header, publisher = letters(title), letters(inspectorate)
    found: list[Line] = []
    gap, i = "", 0
    while i < len(lines):
        span = _furniture(lines, i, header, publisher)
        if span:
            gap = "page"
        elif not lines[i].text:
            gap = gap or "blank"
        else:
            found.append(replace(lines[i], gap=gap))
            gap = ""
        i += span or 1
    return tuple(found)


def _furniture(lines: Sequence[Line], i: int, header: str, publisher: str) -> int:
    """How many lines of furniture begin here; 0 for none."""
    line = lines[i]
    if line.footnote:
        return _footnote(lines, i)
    if len(line.text) > 2 * len(header) + _MOST_CUT:
        return 0
    if _PAGE_NUMBER.fullmatch(line.text) or _MARKING.fullmatch(line.text):
        return 1
    words = letters(line.text)
    if publisher and words.startswith(publisher):
        rest = words.removeprefix(publisher)
        return int(not rest or month_number(rest) is not None)
    return _header(lines, i, header)


def _header(lines: Sequence[Line], i: int, header: str) -> int:
    words = ""
    for span, line in enumerate(lines[i : i + _HEADER_LINES], 1):
        words += letters(line.text)
        if len(words) < _LEAST_HEADER or words not in header or not line.text:
            return 0
        if header.endswith(words) and len(header) - len(words) <= _MOST_CUT:
            return span
    return 0


def _footnote(lines: Sequence[Line], i: int) -> int:
    """A footnote runs on to its full stop, the next blank line or the next marked line."""
    span = 1
    while i + span < len(lines) and not lines[i + span - 1].text.endswith((".", ".'", '."')):
        after = lines[i + span]
        if not after.text or after.bullet or after.titled or after.footnote:
            break
        span += 1
    return span
