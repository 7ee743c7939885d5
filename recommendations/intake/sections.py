"""Finds where the parts of a report begin and end."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from recommendations.framework import Method, StandardDefinition
from recommendations.intake.bullets import bullet_of
from recommendations.intake.lines import Line, letters
from recommendations.intake.problems import Notes

_SHOULD = re.compile(r"\bshould ?[:;]?$", re.IGNORECASE)
_CONTENTS_ENTRY = re.compile(r"(?:\d{1,2}\. ?)?([A-Za-z].*?)[ .]+\d{1,3}")
_CONTENTS_LINES = 60
_NUMBERED = re.compile(r"(\d{0,2}\.?\d{1,2})\.? ?(\D*)")
_MOST_LETTERS_CUT = 3


@dataclass(frozen=True)
class Sections:
    """The lines of each part, empty if it was not found. `standards` maps numbers to lines.

    `rest` holds all lines after the list of recommendations, including the background and standards.
    """

    foreword: tuple[Line, ...]
    ratings: tuple[Line, ...]
    recommendations: tuple[Line, ...]
    background: tuple[Line, ...]
    rest: tuple[Line, ...]
    standards: dict[str, tuple[Line, ...]]


def is_name(words: str, name: str) -> bool:
    """Whether the words are this name, whole or without up to three first letters."""
    if len(words) > len(name) + 4 or any(character.isdigit() for character in words):
        return False
    found, whole = letters(words), letters(name)
    least = max(len(whole) - _MOST_LETTERS_CUT, len(whole) // 2 + 1)
    printed_low = words[:1].islower() and found == whole
    return whole.endswith(found) and len(found) >= least and not printed_low


def split_sections(lines: Sequence[Line], body: Sequence[Line], method: Method, notes: Notes) -> Sections:
    """Return the parts of a report. `lines` are all its lines, `body` those without page noise."""
    ends = _part_headings(body, [*_contents(body), *(name for _, name in method.domains)])
    start, end = _recommendations(body, ends)
    if start is None:
        notes.refuse(
            "no list of recommendations was found: expected a heading 'Recommendations' and "
            "below it headings like '<body> should:'",
            1,
        )
    first = start if start is not None else len(body)
    starts = _standards(body, end, method, notes)
    headings = sorted([*starts.values(), *ends])
    return Sections(
        foreword=_between(body, _last(body, "Foreword", first), ends),
        ratings=_ratings(lines, body, first, notes),  # In all lines: a score looks like a page number.
        recommendations=tuple(
            line for line in body[first + 1 : end] if not is_name(line.text, "Recommendations")
        ),
        background=tuple(body[end : min(starts.values(), default=len(body))]) if end else (),
        rest=tuple(body[end:]) if end else (),
        standards={n: tuple(body[at : _next(headings, at, len(body))]) for n, at in starts.items()},
    )


def _contents(body: Sequence[Line]) -> list[str]:
    """Return the names of the parts in the list of contents, and those of every report."""
    opens = next((i for i, line in enumerate(body) if is_name(line.text, "Contents")), len(body))
    entries = (_CONTENTS_ENTRY.fullmatch(line.text) for line in body[opens : opens + _CONTENTS_LINES])
    named = [entry[1].strip(" .") for entry in entries if entry and len(entry[1]) < 80]
    return [*{"Background", "Ratings", "Foreword", *named} - {"Recommendations"}]


def _part_headings(body: Sequence[Line], names: Iterable[str]) -> list[int]:
    """Return the indexes of the lines that are headings of a part."""
    longest = max(len(name) for name in names) + 8
    short = ((i, line.text) for i, line in enumerate(body) if len(line.text) <= longest)
    return [i for i, words in short if any(is_name(_unnumbered(words), name) for name in names)]


def _unnumbered(words: str) -> str:
    return words.lstrip("0123456789. ")


def _recommendations(body: Sequence[Line], ends: list[int]) -> tuple[int | None, int]:
    """Return the index of the heading above the recommendations, and the index after their last line."""
    asks = [i for i, line in enumerate(body) if _SHOULD.search(line.text)]
    for i, line in enumerate(body):
        if not is_name(_unnumbered(line.text), "Recommendations"):
            continue
        end = _next(ends, i, len(body))
        if _next(asks, i, end) < end:
            titled = (j for j in range(i + 1, end) if _other_heading(body, j))
            return i, next(titled, end)
    return None, 0


def _other_heading(body: Sequence[Line], i: int) -> bool:
    """Whether a line is a heading, but not one of an addressee, not even its first line."""
    mark = bullet_of(body[i])
    item = mark is not None and mark.number is not None
    if not body[i].heading or item or is_name(body[i].text, "Recommendations"):
        return False
    below = takewhile(lambda line: not line.bullet, body[i : i + 3])
    return not any(_SHOULD.search(line.text) for line in below)


def _next(indexes: Sequence[int], after: int, default: int) -> int:
    at = bisect_right(indexes, after)
    return indexes[at] if at < len(indexes) else default


def _last(body: Sequence[Line], name: str, before: int) -> int | None:
    found = (i for i in range(before - 1, -1, -1) if is_name(_unnumbered(body[i].text), name))
    return next(found, None)


def _between(body: Sequence[Line], start: int | None, ends: list[int]) -> tuple[Line, ...]:
    return () if start is None else tuple(body[start + 1 : _next(ends, start, len(body))])


def _ratings(lines: Sequence[Line], body: Sequence[Line], before: int, notes: Notes) -> tuple[Line, ...]:
    start = _last(body, "Ratings", before)
    if start is None:
        after = _last(body, "Ratings", len(body))
        found = "no ratings were" if after is None else "another list of recommendations was"
        notes.refuse(
            f"{found} found before this line: expected a heading 'Ratings' before the recommendations, "
            "and one list of them",
            body[before if after is None else after].number if before < len(body) else 1,
        )
        return ()
    last = body[before].number if before < len(body) else len(lines) + 1
    return tuple(line for line in lines[body[start].number : last - 1] if line.text)


def _standards(body: Sequence[Line], start: int, method: Method, notes: Notes) -> dict[str, int]:
    """Return the number of each standard with the index at which its section begins."""
    found: dict[str, int] = {}
    at = start
    for standard in method.standards:
        places = range(at, len(body))
        opens = next((i for i in places if _numbered(body, i, standard)), None)
        if opens is None:
            opens = next((i for i in places if _named(body, i, standard)), None)
        if opens is None:
            notes.refuse(
                f"the section of standard {standard.number} {standard.name} was not found: "
                "expected its heading after this line",
                body[at - 1].number if at else 1,
            )
        else:
            found[standard.number], at = opens, opens + 1
    return found


def _numbered(body: Sequence[Line], i: int, standard: StandardDefinition) -> bool:
    """Whether the line reads '1.1. Leadership', or '.1 eadership', or has the name on the line below."""
    line = body[i]
    if len(line.text) > len(standard.name) + 12 or line.text[:1] not in ".0123456789":
        return False
    match = _NUMBERED.fullmatch(line.text)
    if not match or not standard.number.endswith(match[1]):
        return False
    below = body[i + 1].text if i + 1 < len(body) else ""
    return is_name(match[2] or below, standard.name)


def _named(body: Sequence[Line], i: int, standard: StandardDefinition) -> bool:
    alone = body[i].gap and i + 1 < len(body) and body[i + 1].gap
    return (body[i].titled or bool(alone)) and is_name(body[i].text, standard.name)
