"""Recognises the number or bullet at the start of a list item."""

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
# Remains of "1.", "1)" or "12." after a copy cut or misread the figure.
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
    """The words of a list item, its number if one is legible, and the number as printed.

    `printed` leaves out a dash before the number: one list may have "- 8." and "7.".
    """

    number: int | None
    text: str
    printed: str = ""

    @property
    def form(self) -> str:
        """The form that the items of one list share: "1." for "8.", "a)" for "c)", "" for a bullet."""
        value, first = (r"\d+", "1") if self.number is not None else (r"[a-z|]+", "a")
        return re.sub(value, first, self.printed.lower().strip("- "))

    def continues_letters_of(self, text: str) -> bool:
        """Whether the text contains the previous letter of the list: "(b)" for "(c)"."""
        printed = self.printed.lower().strip()
        letter = printed.strip("[(.)]")
        before = (row[row.index(letter) - 1] for row in _LETTERS if letter in row[1:])
        words = text.lower().split()
        return any(printed.replace(letter, each) in words for each in before)


def bullet_of(line: Line) -> Bullet | None:
    """Return the bullet of a line, or None."""
    match = _NUMBERED.fullmatch(line.text) or _PREFIXED.fullmatch(line.text)
    if match:
        return Bullet(int(match["number"]), match["text"], line.text[: match.start("text")])
    if unreadable := _UNREADABLE.fullmatch(line.text):
        return Bullet(None, unreadable["text"], line.text[: unreadable.start("text")])
    return Bullet(None, line.text) if line.bullet else None


def bare_number(text: str) -> Bullet | None:
    """Read a number without a full stop or bracket. It counts only if it is the next in the list."""
    match = _BARE.fullmatch(text)
    return Bullet(int(match["number"]), match["text"], match["number"]) if match else None


def lone_bullet(line: Line) -> int | None:
    """Return the number that is alone on a line, 0 for a bullet alone, or None."""
    match = _LONE.fullmatch(line.text)
    if match:
        return int(match["number"])
    return 0 if LONE_BULLET.fullmatch(line.text) else None


def with_bullets(lines: Sequence[Line], notes: Notes) -> Iterator[tuple[Line, Bullet | None]]:
    """Yield each line of words with its bullet, which a copy may have put on the line above.

    Refuses a number on a line of its own without words below it.
    """
    alone: Line | None = None
    for line in lines:
        number = lone_bullet(line)
        if alone and number is not None:
            _refuse_lone(alone, notes)
        if number is not None:
            alone = line
        elif alone is None:
            yield line, bullet_of(line)
        elif number := lone_bullet(alone):
            yield line, Bullet(number, line.text, alone.text)
            alone = None
        else:
            yield replace(line, bullet=True), bullet_of(line) or Bullet(None, line.text)
            alone = None
    if alone:
        _refuse_lone(alone, notes)


def _refuse_lone(line: Line, notes: Notes) -> None:
    if lone_bullet(line):
        notes.refuse(
            f"'{line.text}' is alone on its line: expected the words of a recommendation", line.number
        )
