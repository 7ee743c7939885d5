"""Numbers of recommendations: 1 to n straight through the report, whatever a copy did to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommendations.intake.problems import Notes


@dataclass(frozen=True)
class Printed:
    """The number that an item shows (None if it has none), its addressee's place and its line."""

    number: int | None
    group: int
    line: int


def settle_numbers(items: Sequence[Printed], notes: Notes) -> None:
    """Check that the printed numbers agree with the items' places 1 to n; refuse or warn.

    A copy loses numbers, makes them all alike, or starts again below each heading, as Markdown
    lists do: the place then gives the number, with a warning. A gap, a number that stands twice
    and one out of order are refused.
    """
    if _straight(items):
        _warn_of_lost(items, notes)
    elif lost := _lost_numbering(items):
        notes.warn(f"{lost}: numbered 1 to {len(items)} by their places", items[0].line)
    else:
        _refuse_each(items, notes)


def _straight(items: Sequence[Printed]) -> bool:
    return all(item.number in (None, place) for place, item in enumerate(items, 1))


def _warn_of_lost(items: Sequence[Printed], notes: Notes) -> None:
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


def _lost_numbering(items: Sequence[Printed]) -> str:
    printed = {item.number for item in items if item.number is not None}
    if len(printed) == 1 and sum(item.number is not None for item in items) > 1:
        return f"every recommendation is numbered {printed.pop()}"
    groups = [[item for item in items if item.group == g] for g in {item.group for item in items}]
    if len(groups) > 1 and all(map(_straight, groups)):
        return "the numbers start again below each heading"
    return ""


def _refuse_each(items: Sequence[Printed], notes: Notes) -> None:
    expected, seen = 1, dict[int, int]()
    for item in items:
        number = item.number
        if number is None or number == expected:
            expected += 1
        else:
            notes.refuse(
                f"recommendation {expected} was expected here, found number {number}"
                f"{_misfit(number, expected, seen.get(number))}",
                item.line,
            )
        if number is not None:
            expected = max(expected, number + 1) if number not in seen else expected
            seen.setdefault(number, item.line)


def _misfit(number: int, expected: int, earlier: int | None) -> str:
    """What is wrong with a number, which may stand on an earlier line too."""
    if earlier is not None:
        return f" a second time: it stands on line {earlier} too"
    if number < expected:
        return ", out of order"
    return f": {_missing(expected, number - 1)}"


def _missing(first: int, last: int) -> str:
    if first == last:
        return f"recommendation {first} is missing"
    return f"recommendations {first} to {last} are missing"
