"""Rows → XLSX in a temporary file: one sheet with real days, numbers and booleans, and no formula."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from itertools import chain
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from recommendations.errors import DomainError
from recommendations.exports.cells import Block, Column, Kind, as_utc, closed_after, is_formula

MOST_XLSX_ROWS = 1_048_575
"""Under the line of headings; what Excel holds."""
MOST_LETTERS = 32_767  # In units of UTF-16, as Excel counts them.
CUT = "… (cut: the whole text is in CSV)"
FIRST_YEAR = 1900  # Excel has no days before it.

_WIDTHS = {Kind.TEXT: 50, Kind.CODE: 20, Kind.NUMBER: 12, Kind.DAY: 12, Kind.INSTANT: 20, Kind.FLAG: 9}
_FORMATS: dict[str, dict[str, Any]] = {
    "heading": {"bold": True},
    "day": {"num_format": "yyyy-mm-dd"},
    "instant": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    # Keeps text text even when somebody edits the cell.
    "inert": {"quote_prefix": True},
}
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Put = Callable[[int, int, Any], Any]
"""Writes a value that is not nothing into a row and a column."""


class TooManyRows(DomainError):
    """More rows than a spreadsheet holds."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"A spreadsheet holds at most {most:,} rows, and there are more."
            " Ask for them as CSV, or for fewer."
        )


def xlsx_file(
    columns: Sequence[Column], blocks: Iterable[Block], *, sheet: str, most_rows: int = MOST_XLSX_ROWS
) -> IO[bytes]:
    """An open temporary file at its beginning, which the caller closes; `sheet` is at most 31 characters.

    Instants are in UTC, and the heading says so. Raises TooManyRows as soon as a block passes `most_rows`.
    """
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        with closed_after(blocks), _workbook(file) as book:
            _fill(book, sheet, columns, _counted(blocks, most_rows))
        file.seek(0)
        stack.pop_all()
    return file


@contextmanager
def _workbook(file: IO[bytes]) -> Iterator[Any]:
    """A workbook that is written at the end, or leaves nothing behind if the rows break off."""
    with TemporaryDirectory() as room:
        book = Workbook(
            file,
            {
                "constant_memory": True,
                "tmpdir": room,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        try:
            yield book
        except BaseException:
            for page in book.worksheets():
                page.row_data_fh.close()
            raise
        # Sheets over 2 GiB need it; smaller ones are the same without.
        book.use_zip64()
        book.close()


def _counted(blocks: Iterable[Block], most_rows: int) -> Iterator[Block]:
    rows = 0
    for block in blocks:
        rows += len(block)
        if rows > most_rows:
            raise TooManyRows(most_rows)
        yield block


def _fill(book: Any, name: str, columns: Sequence[Column], blocks: Iterable[Block]) -> None:
    page = book.add_worksheet(name)
    formats = {key: book.add_format(given) for key, given in _FORMATS.items()}
    _head(page, columns, formats["heading"])
    puts = _puts(page, formats)
    each = [(at, puts[column.kind]) for at, column in enumerate(columns)]
    last = 0
    for row in chain.from_iterable(blocks):
        last += 1
        for (at, put), value in zip(each, row, strict=True):
            if value is not None:
                put(last, at, value)
    page.autofilter(0, 0, last, len(columns) - 1)


def _head(page: Any, columns: Sequence[Column], bold: Any) -> None:
    for at, column in enumerate(columns):
        name = f"{column.name} (UTC)" if column.kind is Kind.INSTANT else column.name
        # Room for the button of the filter beside the name.
        page.set_column(at, at, max(_WIDTHS[column.kind], len(name) + 3))
        page.write_string(0, at, name, bold)
    page.freeze_panes(1, 0)


def _puts(page: Any, formats: dict[str, Any]) -> dict[Kind, Put]:
    def text(row: int, at: int, value: Any) -> None:
        if words := _fitting(str(value)):
            page.write_string(row, at, words, formats["inert"] if is_formula(words) else None)

    def day(row: int, at: int, value: date | str) -> None:
        moment(row, at, date.fromisoformat(value) if isinstance(value, str) else value, formats["day"])

    def instant(row: int, at: int, value: datetime | str) -> None:
        given = datetime.fromisoformat(value) if isinstance(value, str) else value
        moment(row, at, as_utc(given), formats["instant"])

    def moment(row: int, at: int, value: date, shown: Any) -> None:
        if value.year < FIRST_YEAR:
            page.write_string(row, at, value.isoformat())
        else:
            page.write_datetime(row, at, value, shown)

    return {
        Kind.TEXT: text,
        Kind.CODE: text,
        Kind.NUMBER: page.write_number,
        Kind.DAY: day,
        Kind.INSTANT: instant,
        Kind.FLAG: page.write_boolean,
    }


def _fitting(text: str) -> str:
    """The text as one cell can hold it: no sign that XML forbids, line ends as Excel's, not too long."""
    legible = _NOT_IN_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(legible) <= MOST_LETTERS // 2:
        return legible
    units = legible.encode("utf-16-le")
    if len(units) <= 2 * MOST_LETTERS:
        return legible
    # What is ignored is half of a letter, if the cut goes through one.
    return units[: 2 * (MOST_LETTERS - len(CUT))].decode("utf-16-le", "ignore") + CUT
