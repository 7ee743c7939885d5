"""The mark at the start of a list item: its number, or only that there is one."""

import re
from dataclasses import dataclass

from recommendations.intake.lines import Line

_NAMED = r"(?:recommendation|rec\.?|r|no\.?) ?"
_NUMBERED = re.compile(
    rf"-?(?:{_NAMED})?[\[(]?(?P<number>\d{{1,2}}) ?(?:[.)\]:]{{1,2}}|- )(?![\d%]) ?-? ?(?P<text>\S.*)",
    re.IGNORECASE,
)
_PREFIXED = re.compile(rf"{_NAMED}(?P<number>\d{{1,2}}) (?P<text>\S.*)", re.IGNORECASE)
# What is left of "1.", "1)" or "12." when a copy cuts or misreads the figure.
_UNREADABLE = re.compile(r"(?:[.)\]]|[\[(]?(?:[ivxIVX]{1,4}|[A-Za-z|])[.)\]]) (?P<text>\S.*)")
_BARE = re.compile(r"(?P<number>\d{1,2}) (?P<text>[^\W\d].*)")
_LONE = re.compile(r"[\[(]?(?P<number>\d{1,2})[.)\]]")
LONE_BULLET = re.compile(r"[•·●○◦▪]")


@dataclass(frozen=True)
class Mark:
    """A list item's words and its number, if a number can be read."""

    number: int | None
    text: str


def marked(line: Line) -> Mark | None:
    """The mark of a line; None for a line without one."""
    match = _NUMBERED.fullmatch(line.text) or _PREFIXED.fullmatch(line.text)
    if match:
        return Mark(int(match["number"]), match["text"])
    unreadable = _UNREADABLE.fullmatch(line.text)
    if unreadable or line.bullet:
        return Mark(None, unreadable["text"] if unreadable else line.text)
    return None


def bare_number(text: str) -> Mark | None:
    """A number without a full stop or bracket: a mark only if it is the next one in the list."""
    match = _BARE.fullmatch(text)
    return Mark(int(match["number"]), match["text"]) if match else None


def lone_mark(line: Line) -> int | None:
    """The number of a mark that stands on a line of its own; 0 for a bullet; None for words."""
    match = _LONE.fullmatch(line.text)
    if match:
        return int(match["number"])
    return 0 if LONE_BULLET.fullmatch(line.text) else None
