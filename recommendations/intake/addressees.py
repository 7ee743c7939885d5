"""Splits a list of recommendations at its headings '<body> should:'."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from recommendations.intake.bullets import bullet_of
from recommendations.intake.lines import Line
from recommendations.intake.prose import Vocabulary, doubtful_space, ends_clause, sentence_continues

_SHOULD = re.compile(
    r"(?P<name>.*?),? ?\bshould ?(?P<continued>\(cont(?:inued|d|\.)?\))? ?(?P<colon>[:;]?)", re.IGNORECASE
)
_FUSED = re.compile(r"(?P<heading>[A-Z].{2,120}? should ?:) (?P<item>\S.*)")
_LONGEST = 160
_HEADING_LINES = 3


@dataclass(frozen=True)
class Group:
    """The lines below one addressee's heading; `doubt` says why the heading is unclear."""

    addressee: str
    line: int
    lines: tuple[Line, ...]
    doubt: str = ""


def split_groups(
    lines: Sequence[Line], known: Sequence[str], vocabulary: Vocabulary
) -> tuple[tuple[Line, ...], tuple[Group, ...]]:
    """Return the lines before the first heading, and a group for each heading.

    `known` holds the names of the inspected body and its region: they show where a wrapped heading
    begins if no blank line does.
    """
    lines = tuple(_split_fused(lines))
    ends = [i for i in range(len(lines)) if _is_heading_end(lines, i)]
    starts = [_start(lines, i, known, vocabulary) for i in ends]
    groups: list[Group] = []
    for place, (end, (start, doubt)) in enumerate(zip(ends, starts, strict=True)):
        until = starts[place + 1][0] if place + 1 < len(ends) else len(lines)
        words = " ".join(_words(line) for line in lines[start : end + 1])
        match = _SHOULD.fullmatch(words)
        name = match["name"] if match else words
        group = Group(name, lines[start].number, lines[end + 1 : until], doubt)
        if match and match["continued"] and groups and groups[-1].addressee == name:
            groups[-1] = replace(groups[-1], lines=groups[-1].lines + group.lines, doubt=doubt)
        else:
            groups.append(group)
    return lines[: starts[0][0]] if starts else lines, tuple(groups)


def ends_heading(line: Line) -> bool:
    """Whether the line ends a heading '<body> should:', with its colon."""
    match = _SHOULD.fullmatch(line.text) if len(line.text) <= _LONGEST else None
    return match is not None and bool(match["colon"])


def _words(line: Line) -> str:
    mark = bullet_of(line)
    return mark.text if mark else line.text


def _split_fused(lines: Sequence[Line]) -> Iterator[Line]:
    """Split lines in which a copy has joined a heading and its first recommendation."""
    for line in lines:
        fused = None if bullet_of(line) else _FUSED.fullmatch(line.text[: 10 * _LONGEST])
        if fused:
            yield replace(line, text=fused["heading"])
            rest = fused["item"]
            yield replace(line, text=rest.lstrip("-• "), gap="", bullet=rest[0] in "-•")
        else:
            yield line


def _is_heading_end(lines: Sequence[Line], i: int) -> bool:
    line = lines[i]
    words = _words(line)
    match = _SHOULD.fullmatch(words) if len(words) <= _LONGEST else None
    if not match or (bullet_of(line) and not words[0].isupper()):
        return False
    if match["colon"]:
        return True
    # Without a colon it may be the end of a wrapped line, unless an item follows.
    apart = line.titled or line.gap or (i > 0 and ends_clause(lines[i - 1].text))
    return bool(apart) and i + 1 < len(lines) and bullet_of(lines[i + 1]) is not None


def _start(lines: Sequence[Line], end: int, known: Sequence[str], vocabulary: Vocabulary) -> tuple[int, str]:
    """Return the line on which a heading begins, and why that is unclear, or ""."""
    start, doubt = end, ""
    while start > 0 and end - start < _HEADING_LINES:
        before = lines[start - 1]
        name = _name(" ".join(_words(line) for line in lines[start : end + 1]))
        if bullet_of(lines[start]) or bullet_of(before) or ends_clause(before.text):
            break
        if lines[start].gap and not _lacks_start(name, known):
            break
        belongs = _belongs(lines, start, name, known, vocabulary)
        left_out = belongs is False and before.titled and not lines[start].gap
        if belongs is None or left_out or doubtful_space(before.text, name, vocabulary):
            doubt = f"'{before.text[:80]}' may belong to the heading below it or to the text above"
        if not belongs:
            break
        start -= 1
    return start, doubt


def _name(words: str) -> str:
    return words[: words.lower().rfind("should")].strip(" ,")


def _lacks_start(name: str, known: Sequence[str]) -> bool:
    """Whether a name lacks its start, so that the copy added the blank line above it."""
    return not name or (name[0].islower() and not any(whole.endswith(name) for whole in known))


def _belongs(
    lines: Sequence[Line], start: int, name: str, known: Sequence[str], vocabulary: Vocabulary
) -> bool | None:
    """Whether the line above is part of the heading; None if that is unclear."""
    before, line = lines[start - 1], lines[start]
    if any(whole.endswith(name) for whole in known if name):
        joined = f"{before.text} {name}"
        others = [whole for whole in known if whole != name]
        return any(whole.endswith(joined) or joined.endswith(whole) for whole in others)
    if not name or name[0].islower() or (before.titled and line.titled):
        return True
    if before.text[0].islower():
        return False
    if sentence_continues(before, line) or vocabulary.appear_together(before.text, name):
        return True
    goes_on = start > 1 and not before.gap and sentence_continues(lines[start - 2], before)
    return False if line.titled or goes_on else None
