"""Splits a list into items, although a copy may have lost numbers, bullets and line breaks.

Each line begins an item or continues the one before. A line with a bullet or number begins one, unless
it is a point inside an item. For other lines, the numbers around them decide first: if no number is
missing, the line continues; if exactly as many are missing as there are lines, each begins an item.
Otherwise the shape of the lines decides. If that is unclear too, the list is refused: an item is never
merged or split on a guess.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from recommendations.intake.addressees import Group
from recommendations.intake.lines import Line
from recommendations.intake.list_parts import LEAST_INDENT, ListItem, parts_of, runs_of
from recommendations.intake.problems import Notes
from recommendations.intake.prose import (
    WIDEST_WRAP,
    Vocabulary,
    cannot_be_wrap,
    ends_clause,
    fills_line,
)

_LOST_MARK = 6
_ADDRESS = re.compile(r"(?:https?://|www\.)", re.IGNORECASE)


@dataclass(frozen=True)
class _ListShape:
    """Facts about the whole list: the forms of its bullets, and how its lines are wrapped."""

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
        """Whether no item has a bullet."""
        return not self.forms


def split_items(groups: Sequence[Group], vocabulary: Vocabulary, notes: Notes) -> list[ListItem]:
    """Return the items of all groups in order; refuse each line that may belong to either of two."""
    parts = [part for place, group in enumerate(groups) for part in parts_of(group, place, notes)]
    runs = list(runs_of(parts))
    shape = _shape(parts, vocabulary)
    items: list[ListItem] = []
    for run, missing in runs:
        begin = _parts_that_begin_items(items[-1:], run, missing, shape)
        for part in run:
            if part.opens or id(part) in begin:
                if missing is None:
                    _refuse_doubtful(items[-1:], part, shape, notes)
                items.append(part)
            else:
                _continue_item(items[-1], part, missing, shape, notes)
    return items


def _shape(parts: Sequence[ListItem], vocabulary: Vocabulary) -> _ListShape:
    return _ListShape(
        forms=Counter(part.form for part in parts if part.form is not None),
        wrapped=any(len(part.texts) > 1 for part in parts) or vocabulary.narrow,
        double_spaced=any(line.gap == "blank" for part in parts for line in part.lines[1:]),
        set_apart=2 * sum(part.lines[0].gap == "blank" for part in parts) > len(parts),
        capitals=sum(part.opens and part.texts[0][0].isupper() for part in parts),
        bulleted_numbers=any(part.number is not None and part.lines[0].bullet for part in parts),
        width=max((line.width for part in parts for line in part.lines), default=0),
        vocabulary=vocabulary,
    )


def _refuse_doubtful(last: Sequence[ListItem], part: ListItem, shape: _ListShape, notes: Notes) -> None:
    """Refuse a bullet that no later number confirms if it may be a wrapped line, a note or a point."""
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
        apart = not odd or ends_clause(before.text) or not _may_wrap(before, line, shape)
    if part.nested or unlike or not apart or (strange and (odd or line.gap)):
        notes.refuse(
            f"'{line.text[:80]}' may be a recommendation, or belong to the one above it or to a "
            "note: expected a number like the others' before each recommendation, and nothing else "
            "marked",
            line.number,
        )


def _may_wrap(before: Line, line: Line, shape: _ListShape) -> bool:
    # Letters differ in width, so a full line may have a quarter fewer of them than the widest. If one line
    # is wider than any page, the others may still be wrapped.
    full = shape.width > WIDEST_WRAP or fills_line(before, line, width=shape.width * 3 // 4)
    return full and not cannot_be_wrap(before, line)


def _parts_that_begin_items(
    last: Sequence[ListItem], run: Sequence[ListItem], missing: int | None, shape: _ListShape
) -> set[int]:
    """Return the ids of the parts of a run without bullets that are items of their own."""
    before = [*last, *run[:-1]] if last else [run[0], *run[:-1]]
    pairs = [(a, b) for a, b in zip(before, run, strict=True) if not b.opens]
    apart = {id(b) for a, b in pairs if _separate(a, b, shape)}
    spaced = {id(b) for _, b in pairs if b.lines[0].gap == "blank"}
    unfilled = {id(b) for a, b in pairs if not fills_line(a.lines[-1], b.lines[0], width=shape.width)}
    if missing is not None:
        likely = (apart | spaced | unfilled, apart)
        return next((some for some in likely if 0 < len(some) == missing), set())
    if not shape.bare:
        return set()
    return apart if shape.double_spaced else apart | spaced


def _separate(before: ListItem, part: ListItem, shape: _ListShape) -> bool:
    together = shape.vocabulary.appear_together(before.texts[-1], part.texts[0])
    return not together and cannot_be_wrap(before.lines[-1], part.lines[0])


def _continue_item(
    item: ListItem, part: ListItem, missing: int | None, shape: _ListShape, notes: Notes
) -> None:
    """Join a part to the item before it, or refuse it if it may be an item of its own."""
    after, number = part.texts[0], part.lines[0].number
    if not _may_continue(item.lines[-1], part, missing, shape):
        notes.refuse(
            f"'{after[:80]}' is neither marked as a recommendation nor surely the rest of the one "
            "above it: expected a number or a dash before each recommendation",
            number,
        )
    elif missing != 0 or not _fills_width(item.lines[-1], part.lines[0], shape):
        notes.warn(f"'{after[:80]}' is read as the rest of the recommendation above it", number)
    item.lines += part.lines
    item.texts += part.texts


def _fills_width(last: Line, line: Line, shape: _ListShape) -> bool:
    # A line that lost its bullet is a little shorter than the width at which it was wrapped.
    return line.gap != "blank" and fills_line(last, line, width=shape.width - _LOST_MARK)


def _may_continue(last: Line, part: ListItem, missing: int | None, shape: _ListShape) -> bool:
    line, capital = part.lines[0], part.texts[0][0].isupper()
    full = _fills_width(last, line, shape)
    if _ADDRESS.match(line.text) or (ends_clause(last.text) and not capital):
        return False
    if missing != 0:
        indented = not line.gap and line.indent >= max(LEAST_INDENT, last.indent)
        return not shape.bare and (indented or (full and shape.wrapped))
    if not capital:
        return True
    # After a page's edge, a capital may begin an unknown running header, so only the words count.
    together = line.gap != "blank" and shape.vocabulary.appear_together(last.text, part.texts[0])
    return together or (not line.gap and full and not cannot_be_wrap(last, line))
