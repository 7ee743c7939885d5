"""Checks that recommendations are numbered 1 to n through the whole report."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommendations.intake.problems import Notes


@dataclass(frozen=True)
class PrintedNumber:
    """The printed number of an item, or None, with the index of its addressee and its line."""

    number: int | None
    group: int
    line: int


def check_numbers(items: Sequence[PrintedNumber], notes: Notes) -> None:
    """Compare the printed numbers with the items' places 1 to n.

    A copy may lose numbers, repeat one number, or start again below each heading: then the place gives
    the number, with a warning. A gap, a repeated number and a number out of order are refused.
    """
    if _consecutive(items):
        _warn_of_lost(items, notes)
    elif lost := _lost_numbering(items):
        notes.warn(f"{lost}: numbered 1 to {len(items)} by their places", items[0].line)
    else:
        _refuse_each(items, notes)


def _consecutive(items: Sequence[PrintedNumber]) -> bool:
    return all(item.number in (None, place) for place, item in enumerate(items, 1))


def _warn_of_lost(items: Sequence[PrintedNumber], notes: Notes) -> None:
    if items and all(item.number is None for item in items):
        notes.warn(
            f"the recommendations show no numbers: numbered 1 to {len(items)} by their places",
            items[0].line,
        )
        return
    for place, item in enumerate(items, 1):
        if item.number is None:
            notes.warn(
                f"no number is printed here: read as recommendation {place} by its place",
                item.line,
            )


def _lost_numbering(items: Sequence[PrintedNumber]) -> str:
    printed = {item.number for item in items if item.number is not None}
    if len(printed) == 1 and sum(item.number is not None for item in items) > 1:
        return f"every recommendation is numbered {printed.pop()}"
    groups = [[item for item in items if item.group == g] for g in {item.group for item in items}]
    if len(groups) > 1 and all(map(_consecutive, groups)):
        return "the numbers start again below each heading"
    return ""


def _refuse_each(items: Sequence[PrintedNumber], notes: Notes) -> None:
    expected, seen = 1, dict[int, int]()
    for item in items:
        number = item.number
        if number is None or number == expected:
            expected += 1
        else:
            notes.refuse(
                f"recommendation {expected} was expected here, found number {number}"
                f"{_reason(number, expected, seen.get(number))}",
                item.line,
            )
        if number is not None:
            expected = max(expected, number + 1) if number not in seen else expected
            seen.setdefault(number, item.line)


def _reason(number: int, expected: int, earlier: int | None) -> str:
    """Say why the number is wrong; `earlier` is a line that has it too."""
    if earlier is not None:
        return f" a second time: line {earlier} has it too"
    if number < expected:
        return ", out of order"
    return f": {_missing(expected, number - 1)}"


def _missing(first: int, last: int) -> str:
    if first == last:
        return f"recommendation {first} is missing"
    return f"recommendations {first} to {last} are missing"
