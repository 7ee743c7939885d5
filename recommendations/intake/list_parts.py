"""Reads the lines of a list into parts: the beginnings of items, and lines that may continue one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from recommendations.intake.addressees import Group
from recommendations.intake.bullets import Bullet, bare_number, with_bullets
from recommendations.intake.lines import Line
from recommendations.intake.problems import Notes
from recommendations.intake.prose import sentence_continues

LEAST_INDENT = 2
_DEEPEST = 1_000
_ANNOUNCES = re.compile(r"(?::|\b(?:as follows|including|namely|such as|that is|the following),?)$")


@dataclass
class ListItem:
    """One item: its printed number (None if lost), the index of its addressee, and its lines.

    `opens`: it certainly begins an item, as it has a bullet or follows a heading. `form` is the form of its
    bullet, or None. `nested`: its bullet is indented deeper than the one above, like a point inside an item.
    """

    number: int | None
    group: int
    opens: bool
    form: str | None
    nested: bool = False
    has_points: bool = False
    lines: list[Line] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def marked(self) -> bool:
        """Whether it has a bullet or a number."""
        return self.form is not None

    def add(self, line: Line, text: str) -> None:
        self.lines.append(line)
        self.texts.append(text)


def parts_of(group: Group, place: int, notes: Notes) -> Iterator[ListItem]:
    """Yield items with bullets; other lines alone, unless their words continue the line above."""
    part: ListItem | None = None
    top = _DEEPEST
    for line, mark in with_bullets(group.lines, notes):
        if part and mark and _is_point(part, line, mark, top):
            part.add(line, f"- {line.text}" if line.bullet else line.text)
            part.has_points = True
            continue
        if part and not mark and sentence_continues(part.lines[-1], line):
            part.add(line, line.text)
            continue
        if part:
            yield part
        part = _part(line, mark, place, opens=mark is not None or part is None)
        part.nested = mark is not None and part.number is None and line.indent >= top + LEAST_INDENT
        if part.opens and not part.nested:
            top = line.indent
    if part:
        yield part


def _part(line: Line, mark: Bullet | None, place: int, *, opens: bool) -> ListItem:
    if mark and mark.number is None:
        mark = bare_number(mark.text) or mark
    part = ListItem(mark.number if mark else None, place, opens=opens, form=mark.form if mark else None)
    part.add(line, mark.text if mark else line.text)
    return part


def _is_point(part: ListItem, line: Line, mark: Bullet, top: int) -> bool:
    """Whether the bullet marks a point inside the item above."""
    if mark.number is not None:
        return False
    if mark.continues_letters_of(" ".join(part.texts)):
        return True
    deeper = line.indent >= top + LEAST_INDENT
    return deeper and (part.has_points or _ANNOUNCES.search(part.texts[-1]) is not None)


def runs_of(parts: Sequence[ListItem]) -> Iterator[tuple[list[ListItem], int | None]]:
    """Yield the parts from each number to the next, and how many unnumbered items must be among them.

    That count (`missing`) is None if no higher number follows. A number without its full stop ("7 ensure")
    counts if it is the next one, or if the unnumbered parts before it fill the numbers between.
    """
    run: list[ListItem] = []
    before = 0
    for part in parts:
        taken = sum(other.opens and other.number is None for other in run)
        doubtful = sum(not other.opens for other in run)
        if not part.marked:
            _number_if_next(part, before + taken + 1, before + taken + doubtful + 1)
        if part.number is not None:
            if run:
                gap = part.number - before - 1 - taken
                yield run, gap if part.number > before else None
            run, before = [], part.number
        run.append(part)
    if run:
        yield run, None


def _number_if_next(part: ListItem, first: int, last: int) -> None:
    bare = bare_number(part.texts[0])
    fresh = part.opens and bare is not None and bare.number == 1
    if bare and bare.number and (fresh or first <= bare.number <= last):
        part.number, part.opens, part.form = bare.number, True, bare.form
        part.texts[0] = bare.text
