"""The items of a list whose marks and line breaks a copy may have lost.

Each line goes on with the item before it or begins one. A mark begins one, unless it is that of a
point inside an item. Of a line without a mark, the numbers around it tell first: where they leave
no room it goes on, where they leave room for just these lines they are items. Where no number
tells, the shape of the lines does. Where nothing tells, the list is refused: an item is never
merged or split on a guess.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from recommendations.intake.addressees import Group
from recommendations.intake.bullets import Bullet, bare_number, with_marks
from recommendations.intake.lines import Line
from recommendations.intake.problems import Notes
from recommendations.intake.prose import WIDEST_WRAP, Vocabulary, ended, fills, surely_apart, unfinished

_LOST_MARK = 6
_LEAST_INDENT = 2
_DEEPEST = 1_000
_ANNOUNCES = re.compile(r"(?::|\b(?:as follows|including|namely|such as|that is|the following),?)$")
_ADDRESS = re.compile(r"(?:https?://|www\.)", re.IGNORECASE)


@dataclass
class ListItem:
    """One item: its printed number (None if lost), its addressee's place, its lines of text.

    `opens` tells that it begins an item for certain: it has a mark, or stands below a heading.
    `form` is that of its mark (None without one); `nested` tells that the mark is set deeper than
    the one above it, as a point inside an item is.
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
        """Whether a mark, with or without a number, stands before it."""
        return self.form is not None

    def add(self, line: Line, text: str) -> None:
        """Go on with one more line."""
        self.lines.append(line)
        self.texts.append(text)


@dataclass(frozen=True)
class _List:
    """What the whole list shows of itself: its marks, is it wrapped, and how wide is it?"""

    forms: Counter[str]
    wrapped: bool
    double_spaced: bool
    set_apart: bool
    capitals: int
    bulleted_numbers: bool
    width: int
    vocabulary: Vocabulary

    @property
    def bare(self) -> bool:
        """Whether no item has a mark."""
        return not self.forms


def split_items(groups: Sequence[Group], vocabulary: Vocabulary, notes: Notes) -> list[ListItem]:
    """The items of all groups, in order; notes each line that nothing can place."""
    parts = [part for place, group in enumerate(groups) for part in _parts(group, place, notes)]
    runs = list(_runs(parts))
    shape = _shape(parts, vocabulary)
    items: list[ListItem] = []
    for run, room in runs:
        begin = _beginning(items[-1:], run, room, shape)
        for part in run:
            if part.opens or id(part) in begin:
                if room is None:
                    _refuse_doubtful(items[-1:], part, shape, notes)
                items.append(part)
            else:
                _go_on(items[-1], part, room, shape, notes)
    return items


def _shape(parts: Sequence[ListItem], vocabulary: Vocabulary) -> _List:
    return _List(
        forms=Counter(part.form for part in parts if part.form is not None),
        wrapped=any(len(part.texts) > 1 for part in parts) or vocabulary.narrow,
        double_spaced=any(line.gap == "blank" for part in parts for line in part.lines[1:]),
        set_apart=2 * sum(part.lines[0].gap == "blank" for part in parts) > len(parts),
        capitals=sum(part.opens and part.texts[0][0].isupper() for part in parts),
        bulleted_numbers=any(part.number is not None and part.lines[0].bullet for part in parts),
        width=max((line.width for part in parts for line in part.lines), default=0),
        vocabulary=vocabulary,
    )


def _parts(group: Group, place: int, notes: Notes) -> Iterator[ListItem]:
    """Marked items, and plain lines on their own unless the words show that they go on."""
    part: ListItem | None = None
    top = _DEEPEST
    for line, mark in with_marks(group.lines, notes):
        if part and mark and _is_point(part, line, mark, top):
            part.add(line, f"- {line.text}" if line.bullet else line.text)
            part.has_points = True
            continue
        if part and not mark and unfinished(part.lines[-1], line):
            part.add(line, line.text)
            continue
        if part:
            yield part
        part = _part(line, mark, place, opens=mark is not None or part is None)
        part.nested = mark is not None and part.number is None and line.indent >= top + _LEAST_INDENT
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
    """Whether a mark is that of a point inside the item above it, whose text it belongs to."""
    if mark.number is not None:
        return False
    if mark.goes_on_from(" ".join(part.texts)):
        return True
    deeper = line.indent >= top + _LEAST_INDENT
    return deeper and (part.has_points or _ANNOUNCES.search(part.texts[-1]) is not None)


def _runs(parts: Sequence[ListItem]) -> Iterator[tuple[list[ListItem], int | None]]:
    """The parts from each numbered one to the next, and how many unmarked items they have room for.

    The room is None where no number follows, or a lower one. A number without its full stop
    ("7 ensure") counts if it is the next one, or leaves room for the unmarked parts before it.
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


def _refuse_doubtful(last: Sequence[ListItem], part: ListItem, shape: _List, notes: Notes) -> None:
    """Refuse a mark that no later number confirms and that may be none: a wrap, a note, a point."""
    if not last or last[0].group != part.group or part.form is None:
        return
    before, line = last[0].lines[-1], part.lines[0]
    odd = 2 * shape.forms[part.form] < shape.forms.total()
    strange = part.texts[0][0].isupper() and shape.capitals == 1
    letter, bullet = "a" in part.form, part.form == ""
    unlike = odd and part.number is None and (letter or (bullet and not shape.bulleted_numbers))
    if line.gap:
        apart = not odd or (line.gap == "blank" and shape.set_apart)
    else:
        apart = not odd or ended(before.text) or not _may_wrap(before, line, shape)
    if part.nested or unlike or not apart or (strange and (odd or line.gap)):
        notes.refuse(
            f"'{line.text[:80]}' may be a recommendation, or belong to the one above it or to a "
            "note: expected a number like the others' before each recommendation, and nothing else "
            "marked",
            line.number,
        )


def _may_wrap(before: Line, line: Line, shape: _List) -> bool:
    # A page's letters are not all of one width, so a full line may have a quarter fewer of them;
    # and where one line is wider than any page, the others may still be wrapped.
    full = shape.width > WIDEST_WRAP or fills(before, line, width=shape.width * 3 // 4)
    return full and not surely_apart(before, line)


def _beginning(last: Sequence[ListItem], run: Sequence[ListItem], room: int | None, shape: _List) -> set[int]:
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


def _apart(before: ListItem, part: ListItem, shape: _List) -> bool:
    together = shape.vocabulary.together(before.texts[-1], part.texts[0])
    return not together and surely_apart(before.lines[-1], part.lines[0])


def _go_on(item: ListItem, part: ListItem, room: int | None, shape: _List, notes: Notes) -> None:
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


def _may_go_on(last: Line, part: ListItem, room: int | None, shape: _List) -> bool:
    line, capital = part.lines[0], part.texts[0][0].isupper()
    full = _full(last, line, shape)
    if _ADDRESS.match(line.text) or (ended(last.text) and not capital):
        return False
    if room != 0:
        indented = not line.gap and line.indent >= max(_LEAST_INDENT, last.indent)
        return not shape.bare and (indented or (full and shape.wrapped))
    if not capital:
        return True
    # Over a page's edge a capital may open an unknown running header: only the words can tell.
    together = line.gap != "blank" and shape.vocabulary.together(last.text, part.texts[0])
    return together or (not line.gap and full and not surely_apart(last, line))
