"""The text of one cell, the same from both databases, and never a formula.

SQLite's driver gives days and instants as text and flags as 0 and 1; PostgreSQL's gives dates, aware
datetimes, booleans and decimals.
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
"""A few hundred to 2,000 rows as a driver gives them."""
Values = Sequence[Any]
"""The values of one column of a block."""


class ColumnKind(StrEnum):
    """The kind of a column's values. People write only TEXT, so only TEXT may hold a formula."""

    TEXT = auto()
    CODE = auto()  # Our own slugs, addresses and ids.
    NUMBER = auto()
    DAY = auto()
    INSTANT = auto()
    FLAG = auto()


@dataclass(frozen=True)
class Column:
    name: str
    kind: ColumnKind


# A spreadsheet takes text that begins with these for a formula. The wide ones come from Japanese keyboards.
_OPENERS = "=+-@＝＋－＠"
# Cells that begin with these are split or run when they are pasted.
_BREAKS = "\t\r\n"
# A spreadsheet may drop these before it looks for a formula: controls, blanks, quotes, zero-width marks.
_SKIPPED = [
    *(range(0x21), (0x22, 0x27), range(0x7F, 0xA1), (0xAD, 0x1680, 0x180E)),
    *(range(0x2000, 0x2010), range(0x2028, 0x2030), range(0x205F, 0x2070), (0x3000, 0xFEFF)),
]
_MAY_PRECEDE = "".join(chr(code) for codes in _SKIPPED for code in codes)
_FORMULA = re.compile(f"[{_BREAKS}]|[{re.escape(_MAY_PRECEDE)}]*[{re.escape(_OPENERS)}]")
FORMULA_STARTS = frozenset(_OPENERS + _MAY_PRECEDE)
"""Text that begins with none of these is no formula, which settles most cells by their first character."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FLAGS = {True: "true", False: "false", None: ""}
"""The text of a boolean, or of SQLite's 0 and 1, which equal booleans."""


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run `text` as a formula."""
    return _FORMULA.match(text) is not None


def without_formula(text: str) -> str:
    """Return `text`, with an apostrophe before it if a spreadsheet might run it."""
    return f"'{text}" if is_formula(text) else text


def xml_text(text: str) -> str:
    """Return `text` with “�” for each character that XML forbids, and with plain line ends."""
    return _NOT_IN_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain_number(number: float | Decimal | None) -> str:
    """Return the digits without an exponent or trailing zeros, so that 12.50 and 12.5 are the same."""
    if number is None:
        return ""
    digits = f"{Decimal(str(number)):f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def instant_text(instant: datetime | str | None) -> str:
    """Return an instant as ISO 8601 with Z. SQLite's text is in UTC, with a space instead of T."""
    if instant is None:
        return ""
    if isinstance(instant, str):
        return instant if instant.endswith("Z") else f"{instant[:10]}T{instant[11:]}Z"
    text = instant.isoformat()
    # Most instants are in UTC, and this is twice as fast as converting them.
    return f"{text[:-6]}Z" if text.endswith("+00:00") else f"{as_utc(instant).isoformat()}Z"


def as_utc(instant: datetime) -> datetime:
    """Return the instant in UTC without a zone. One without a zone already is in UTC."""
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


@contextmanager
def closing_source(source: Iterable[object]) -> Iterator[None]:
    """Close the source in the end, even if the reader leaves early: this frees the cursor."""
    try:
        yield
    finally:
        if close := getattr(source, "close", None):
            close()
