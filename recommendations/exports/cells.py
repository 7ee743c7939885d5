"""One value of one cell, whichever database it comes from, and when a spreadsheet would run it.

SQLite's driver gives days and instants as text and flags as 0 and 1; PostgreSQL's gives dates, aware
datetimes, booleans and decimals. Both leave as the same words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum, auto
from typing import Any

Block = Sequence[Sequence[Any]]
"""Rows as a driver gives them, a few hundred to 2,000 at a time."""


class ColumnKind(StrEnum):
    """What a column holds. Only text is what people wrote, and may be meant to do harm."""

    TEXT = auto()
    CODE = auto()  # Slugs, addresses and ids of ours.
    NUMBER = auto()
    DAY = auto()
    INSTANT = auto()
    FLAG = auto()


@dataclass(frozen=True)
class Column:
    name: str
    kind: ColumnKind


# What a spreadsheet takes for the beginning of a formula; the wide ones are those of Japanese keyboards.
_OPENERS = "=+-@＝＋－＠"
# Cells that begin with these are split or run when they are pasted.
_BREAKS = "\t\r\n"
# What a spreadsheet may drop before it looks for a formula: controls, blanks, quotes, marks without width.
_DROPPED = [
    *(range(0x21), (0x22, 0x27), range(0x7F, 0xA1), (0xAD, 0x1680, 0x180E)),
    *(range(0x2000, 0x2010), range(0x2028, 0x2030), range(0x205F, 0x2070), (0x3000, 0xFEFF)),
]
_BEFORE = "".join(chr(code) for codes in _DROPPED for code in codes)
_FORMULA = re.compile(f"[{_BREAKS}]|[{re.escape(_BEFORE)}]*[{re.escape(_OPENERS)}]")
SUSPECT = frozenset(_OPENERS + _BEFORE)
"""Text that begins with none of these cannot be a formula: one look at one character settles most cells."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FLAGS = {True: "true", False: "false", None: ""}
"""Of a boolean, or of SQLite's 0 and 1, which are equal to them."""


def is_formula(text: str) -> bool:
    """Would a spreadsheet run this, or might it after dropping what stands before?"""
    return _FORMULA.match(text) is not None


def inert(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if is_formula(text) else text


def legible(text: str) -> str:
    """The text as a file of XML can hold it: a mark for each sign that XML forbids, and plain line ends."""
    return _NOT_IN_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def in_digits(number: Any) -> str:
    """A number without an exponent and without noughts at its end, so that 12.50 and 12.5 are the same."""
    if number is None:
        return ""
    plain = f"{Decimal(str(number)):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def in_utc(instant: datetime | str | None) -> str:
    """An instant as ISO 8601 with Z; text is in UTC, with a blank for the T where it is SQLite's."""
    if instant is None:
        return ""
    if isinstance(instant, str):
        return instant if instant.endswith("Z") else f"{instant[:10]}T{instant[11:]}Z"
    said = instant.isoformat()
    # Nearly always the case, and twice as fast as to convert.
    return f"{said[:-6]}Z" if said.endswith("+00:00") else f"{as_utc(instant).isoformat()}Z"


def as_utc(instant: datetime) -> datetime:
    """The same instant in UTC, without its zone; one without a zone is in UTC already."""
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


@contextmanager
def closed_after(source: Iterable[Any]) -> Iterator[None]:
    """Closes the source however the reading ends, so that a reader who leaves frees the cursor."""
    try:
        yield
    finally:
        if close := getattr(source, "close", None):
            close()
