"""Removes page numbers, running headers, protective markings and footnotes from a report's lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from recommendations.intake.lines import Line, letters
from recommendations.intake.printed_dates import month_number
from recommendations.intake.prose import sentence_continues

_PAGE_NUMBER = re.compile(
    r"(?:- ?)?(?:page )?\d{1,3}(?: of \d{1,3}| ?/ ?\d{1,3})?(?: ?\|? ?page)?(?: ?-)?", re.IGNORECASE
)
_MARKING = re.compile(r"official(?: ?[-:] ?sensitive)?|restricted", re.IGNORECASE)
_TITLE_LETTERS_CUT = 13
_LEAST_HEADER = 10
_HEADER_LINES = 3
_IN = re.compile(r"\bin:? ")


@dataclass(frozen=True)
class _Page:
    """The letters that running headers repeat: of the title, the body in it, and the publisher."""

    title: str
    body: str
    publisher: str


def body_lines(lines: Sequence[Line], *, title: str, inspectorate: str) -> tuple[Line, ...]:
    """Return the lines of text, each with the kind of gap before it."""
    page = _Page(letters(title), letters(_IN.split(title, maxsplit=1)[-1]), letters(inspectorate))
    found: list[Line] = []
    gap, i = "", 0
    while i < len(lines):
        span = _noise_lines(lines, i, page)
        if span or _is_body_header(lines, i, gap, found[-1:], page):
            gap = "page"
        elif not lines[i].text:
            gap = gap or "blank"
        else:
            found.append(replace(lines[i], gap=gap))
            gap = ""
        i += span or 1
    return tuple(found)


def _noise_lines(lines: Sequence[Line], i: int, page: _Page) -> int:
    """Return how many lines of page noise begin here."""
    line = lines[i]
    if line.footnote:
        return _footnote(lines, i)
    if len(line.text) > 2 * len(page.title) + _TITLE_LETTERS_CUT:
        return 0
    if _PAGE_NUMBER.fullmatch(line.text) or _MARKING.fullmatch(line.text):
        return 1
    words = letters(line.text)
    return int(_is_name_and_month(words, page.publisher)) or _header(lines, i, page.title)


def _is_name_and_month(words: str, name: str) -> bool:
    """Whether the letters of a line are `name`, alone or with a month."""
    rest = words.removeprefix(name)
    return bool(name) and words.startswith(name) and (not rest or month_number(rest) is not None)


def _is_body_header(lines: Sequence[Line], i: int, gap: str, above: Sequence[Line], page: _Page) -> bool:
    """Whether a line at a page's edge is a running header that names only the inspected body.

    Part of a heading '<body> should:' or of a sentence is not.
    """
    line = lines[i]
    if line.heading or not line.text or not _is_name_and_month(letters(line.text), page.body):
        return False
    below = next((j for j in range(i + 1, len(lines)) if lines[j].text), None)
    if below is not None and lines[below].text.lower().startswith("should"):
        return False
    if above and sentence_continues(above[0], line):
        return False
    return gap == "page" or (gap == "blank" and below is not None and _noise_lines(lines, below, page) > 0)


def _header(lines: Sequence[Line], i: int, header: str) -> int:
    words = ""
    for span, line in enumerate(lines[i : i + _HEADER_LINES], 1):
        words += letters(line.text)
        if len(words) < _LEAST_HEADER or words not in header or not line.text:
            return 0
        if header.endswith(words) and len(header) - len(words) <= _TITLE_LETTERS_CUT:
            return span
    return 0


def _footnote(lines: Sequence[Line], i: int) -> int:
    """Count a footnote's lines, up to its full stop, a blank line, a heading, a bullet or a footnote."""
    span = 1
    while i + span < len(lines) and not lines[i + span - 1].text.endswith((".", ".'", '."')):
        after = lines[i + span]
        if not after.text or after.bullet or after.titled or after.footnote:
            break
        span += 1
    return span
