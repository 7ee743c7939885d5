"""The items of a list whose marks and line breaks a copy may have lost.

Each line goes on with the item before it or begins one. A mark begins one. Of a line without a
mark, the numbers around it tell first: where they leave no room it goes on, where they leave room
for just these lines they are items. Where no number tells, the shape of the lines does. Where
nothing tells, the list is refused: an item is never merged or split on a guess.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from recommendations.intake.addressees import Group
from recommendations.intake.lines import Line
from recommendations.intake.marks import Mark, bare_number, lone_mark, marked
from recommendations.intake.problems import Notes
from recommendations.intake.prose import Vocabulary, ended, fills, surely_apart, unfinished

_LOST_MARK = 6
_LEAST_INDENT = 2


@dataclass
class Item:
    """One item: its printed number (None if lost), its addressee's place, its lines of text.

    `opens` tells that it begins an item for certain: it has a mark, or stands below a heading.
    """

    number: int | None
    group: int
    opens: bool
    marked: bool
    lines: list[Line] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, line: Line, text: str) -> None:
        """Go on with one more line."""
        self.lines.append(line)
        self.texts.append(text)


@dataclass(frozen=True)
class _List:
    """What the whole list shows of itself: has it marks, is it wrapped, and how wide is it?"""

    bare: bool
    wrapped: bool
    double_spaced: bool
    width: int
    vocabulary: Vocabulary


def split_items(groups: Sequence[Group], vocabulary: Vocabulary, notes: Notes) -> list[Item]:
    """The items of all groups, in order; notes each line that nothing can place."""
    parts = [part for place, group in enumerate(groups) for part in _parts(group, place)]
    shape = _List(
        bare=not any(part.marked for part in parts),
        wrapped=any(len(part.texts) > 1 for part in parts) or vocabulary.narrow,
        double_spaced=any(line.gap == "blank" for part in parts for line in part.lines[1:]),
        width=max((line.width for part in parts for line in part.lines), default=0),
        vocabulary=vocabulary,
    )
    items: list[Item] = []
    for run, room in _runs(parts):
        begin = _beginning(items[-1:], run, room, shape)
        for part in run:
            if part.opens or id(part) in begin:
                items.append(part)
            else:
                _go_on(items[-1], part, room, shape, notes)
    return items


def _parts(group: Group, place: int) -> Iterator[Item]:
    """Marked items, and plain lines on their own unless the words show that they go on."""
    part: Item | None = None
    alone: int | None = None
    for line in group.lines:
        if lone_mark(line) is not None:
            alone = lone_mark(line)
            continue
        mark = Mark(alone or None, line.text) if alone is not None else marked(line)
        alone = None
        if part and not mark and unfinished(part.lines[-1], line):
            part.add(line, line.text)
            continue
        if part:
            yield part
        part = Item(
            mark.number if mark else None,
            place,
            opens=mark is not None or part is None,
            marked=mark is not None,
        )
        part.add(line, mark.text if mark else line.text)
    if part:
        yield part


def _runs(parts: Sequence[Item]) -> Iterator[tuple[list[Item], int | None]]:
    """The parts from each numbered one to the next, and how many unmarked items they have room for.

    The room is None where no number follows, or a lower one. A number without its full stop
    ("7 ensure") counts if it is the next one, or leaves room for the unmarked parts before it.
    """
    run: list[Item] = []
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


def _number_if_next(part: Item, first: int, last: int) -> None:
    bare = bare_number(part.texts[0])
    fresh = part.opens and bare is not None and bare.number == 1
    if bare and bare.number and (fresh or first <= bare.number <= last):
        part.number, part.opens, part.marked = bare.number, True, True
        part.texts[0] = bare.text


def _beginning(last: Sequence[Item], run: Sequence[Item], room: int | None, shape: _List) -> set[int]:
    """The ids of the parts of a run that have no mark and are items of their own."""
    before = [*last, *run[:-1]] if last else [run[0], *run[:-1]]
    pairs = [(a, b) for a, b in zip(before, run, strict=True) if not b.opens]
    apart = {id(b) for a, b in pairs if _apart(a, b, shape)}
    spaced = {id(b) for _, b in pairs if b.lines[0].gap == "blank"}
    unfilled = {id(b) for a, b in pairs if not fills(a.lines[-1], b.lines[0], width=shape.width)}
    if room is not None:
        likely = (apart | spaced | unfilled, apart)
        return next((some for some in likely if 0 < len(some) == room), set())
    if not shape.bare:
        return set()
    return apart if shape.double_spaced else apart | spaced


def _apart(before: Item, part: Item, shape: _List) -> bool:
    together = shape.vocabulary.together(before.texts[-1], part.texts[0])
    return not together and surely_apart(before.lines[-1], part.lines[0])


def _go_on(item: Item, part: Item, room: int | None, shape: _List, notes: Notes) -> None:
    """Join a part to the item before it, or refuse it where nothing shows that it belongs there."""
    after, number = part.texts[0], part.lines[0].number
    if not _may_go_on(item.lines[-1], part, room, shape):
        notes.refuse(
            f"'{after[:80]}' is neither marked as a recommendation nor surely the rest of the one "
            "above it: expected a number or a dash before each recommendation",
            number,
        )
    elif room != 0 or not _full(item.lines[-1], part.lines[0], shape):
        notes.warn(f"'{after[:80]}' is read as the rest of the recommendation above it", number)
    item.lines += part.lines
    item.texts += part.texts


def _full(last: Line, line: Line, shape: _List) -> bool:
    # A lost mark leaves its line a little short of the width that it was wrapped at.
    return line.gap != "blank" and fills(last, line, width=shape.width - _LOST_MARK)


def _may_go_on(last: Line, part: Item, room: int | None, shape: _List) -> bool:
    line, capital = part.lines[0], part.texts[0][0].isupper()
    full = _full(last, line, shape)
    if ended(last.text) and not capital:
        return False
    if room != 0:
        indented = not line.gap and line.indent >= max(_LEAST_INDENT, last.indent)
        return not shape.bare and (indented or (full and shape.wrapped))
    if not capital:
        return True
    together = not line.gap and shape.vocabulary.together(last.text, part.texts[0])
    over_page = line.gap == "page" and not ended(last.text)
    return together or over_page or (full and not surely_apart(last, line))
