"""The headings '<body> should:' that part a list of recommendations by addressee."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from recommendations.intake.bullets import marked
from recommendations.intake.lines import Line
from recommendations.intake.prose import Vocabulary, doubtful_space, ended, unfinished

_SHOULD = re.compile(
    r"(?P<name>.*?),? ?\bshould ?(?P<continued>\(cont(?:inued|d|\.)?\))? ?(?P<colon>[:;]?)", re.IGNORECASE
)
_FUSED = re.compile(r"(?P<heading>[A-Z].{2,120}? should ?:) (?P<item>\S.*)")
_LONGEST = 160
_HEADING_LINES = 3


@dataclass(frozen=True)
class Group:
    """The lines below one addressee's heading; `doubt` says what was unclear about the heading."""

    addressee: str
    line: int
    lines: tuple[Line, ...]
    doubt: str = ""


def split_groups(
    lines: Sequence[Line], known: Sequence[str], vocabulary: Vocabulary
) -> tuple[tuple[Line, ...], tuple[Group, ...]]:
    """What stands before the first heading, and a group for each heading.

    `known` are the names of the inspected body and its region, to tell where a wrapped heading
    begins when no blank line does.
    """
    lines = tuple(_unfused(lines))
    ends = [i for i in range(len(lines)) if _ends_heading(lines, i)]
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


def addressed(line: Line) -> bool:
    """Whether the line ends a heading '<body> should:', with its colon."""
    match = _SHOULD.fullmatch(line.text) if len(line.text) <= _LONGEST else None
    return match is not None and bool(match["colon"])


def _words(line: Line) -> str:
    mark = marked(line)
    return mark.text if mark else line.text


def _unfused(lines: Sequence[Line]) -> Iterator[Line]:
    """Lines in which a copy has run a heading and its first recommendation together, parted."""
    for line in lines:
        fused = None if marked(line) else _FUSED.fullmatch(line.text[: 10 * _LONGEST])
        if fused:
            yield replace(line, text=fused["heading"])
            rest = fused["item"]
            yield replace(line, text=rest.lstrip("-• "), gap="", bullet=rest[0] in "-•")
        else:
            yield line


def _ends_heading(lines: Sequence[Line], i: int) -> bool:
    line = lines[i]
    words = _words(line)
    match = _SHOULD.fullmatch(words) if len(words) <= _LONGEST else None
    if not match or (marked(line) and not words[0].isupper()):
        return False
    if match["colon"]:
        return True
    # Without its colon it may be the end of a wrapped line; an item below tells them apart.
    apart = line.titled or line.gap or (i > 0 and ended(lines[i - 1].text))
    return bool(apart) and i + 1 < len(lines) and marked(lines[i + 1]) is not None


def _start(lines: Sequence[Line], end: int, known: Sequence[str], vocabulary: Vocabulary) -> tuple[int, str]:
    """The line that a heading begins on, and what is unclear about it."""
    start, doubt = end, ""
    while start > 0 and end - start < _HEADING_LINES:
        before = lines[start - 1]
        name = _name(" ".join(_words(line) for line in lines[start : end + 1]))
        if marked(lines[start]) or marked(before) or ended(before.text):
            break
        if lines[start].gap and not _goes_back(name, known):
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


def _goes_back(name: str, known: Sequence[str]) -> bool:
    """Whether a name has no start of its own, so that a blank line above it is a copy's."""
    return not name or (name[0].islower() and not any(whole.endswith(name) for whole in known))


def _belongs(
    lines: Sequence[Line], start: int, name: str, known: Sequence[str], vocabulary: Vocabulary
) -> bool | None:
    """Whether the line above a heading's line is part of it; None if nothing tells."""
    before, line = lines[start - 1], lines[start]
    if any(whole.endswith(name) for whole in known if name):
        joined = f"{before.text} {name}"
        others = [whole for whole in known if whole != name]
        return any(whole.endswith(joined) or joined.endswith(whole) for whole in others)
    if not name or name[0].islower() or (before.titled and line.titled):
        return True
    if before.text[0].islower():
        return False
    if unfinished(before, line) or vocabulary.together(before.text, name):
        return True
    goes_on = start > 1 and not before.gap and unfinished(lines[start - 2], before)
    return False if line.titled or goes_on else None
