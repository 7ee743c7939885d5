"""The mark at the start of a list item: its number, or only that there is one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from recommendations.intake.lines import Line
from recommendations.intake.problems import Notes

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


_LETTERS = (
    tuple("abcdefghijklmnopqrstuvwxyz"),
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
)


@dataclass(frozen=True)
class Bullet:
    """A list item's words, its number, if a number can be read, and the mark as printed.

    A bullet is no part of what is printed: one list may have "- 8." and "7.".
    """

    number: int | None
    text: str
    printed: str = ""

    @property
    def form(self) -> str:
        """What all marks of one list share: "1." of "8.", "a)" of "c)", nothing of a bullet."""
        changing, sign = (r"\d+", "1") if self.number is not None else (r"[a-z|]+", "a")
        return re.sub(changing, sign, self.printed.lower().strip("- "))

    def goes_on_from(self, text: str) -> bool:
        """Whether the letter before this one stands as a mark inside the text: "(b)" for "(c)"."""
        printed = self.printed.lower().strip()
        letter = printed.strip("[(.)]")
        before = (row[row.index(letter) - 1] for row in _LETTERS if letter in row[1:])
        words = text.lower().split()
        return any(printed.replace(letter, each) in words for each in before)


def marked(line: Line) -> Bullet | None:
    """The mark of a line; None for a line without one."""
    match = _NUMBERED.fullmatch(line.text) or _PREFIXED.fullmatch(line.text)
    if match:
        return Bullet(int(match["number"]), match["text"], line.text[: match.start("text")])
    if unreadable := _UNREADABLE.fullmatch(line.text):
        return Bullet(None, unreadable["text"], line.text[: unreadable.start("text")])
    return Bullet(None, line.text) if line.bullet else None


def bare_number(text: str) -> Bullet | None:
    """A number without a full stop or bracket: a mark only if it is the next one in the list."""
    match = _BARE.fullmatch(text)
    return Bullet(int(match["number"]), match["text"], match["number"]) if match else None


def lone_mark(line: Line) -> int | None:
    """The number of a mark that stands on a line of its own; 0 for a bullet; None for words."""
    match = _LONE.fullmatch(line.text)
    if match:
        return int(match["number"])
    return 0 if LONE_BULLET.fullmatch(line.text) else None


def with_marks(lines: Sequence[Line], notes: Notes) -> Iterator[tuple[Line, Bullet | None]]:
    """Each line of words with its mark, which a copy may have put on a line of its own above it.

    Refuses a number on a line of its own that no words follow.
    """
    alone: Line | None = None
    for line in lines:
        number = lone_mark(line)
        if alone and number is not None:
            _refuse_lone(alone, notes)
        if number is not None:
            alone = line
        elif alone is None:
            yield line, marked(line)
        elif number := lone_mark(alone):
            yield line, Bullet(number, line.text, alone.text)
            alone = None
        else:
            yield replace(line, bullet=True), marked(line) or Bullet(None, line.text)
            alone = None
    if alone:
        _refuse_lone(alone, notes)


def _refuse_lone(line: Line, notes: Notes) -> None:
    if lone_mark(line):
        notes.refuse(f"'{line.text}' stands alone: expected the words of a recommendation", line.number)
