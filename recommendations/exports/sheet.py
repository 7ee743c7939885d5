"""Writes rows as XLSX: one sheet with real days, numbers and booleans, and no formula."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from itertools import chain
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from recommendations.errors import DomainError
from recommendations.exports.cells import (
    Block,
    Column,
    ColumnKind,
    as_utc,
    closing_source,
    is_formula,
    xml_text,
)
from recommendations.exports.print_layout import PrintLayout

MOST_XLSX_ROWS = 1_048_575
"""Excel's limit, without the line of headings."""
MOST_UNITS = 32_767  # UTF-16 units in a cell, as Excel counts.
CUT = "… (cut: the whole text is in {})"
FIRST_YEAR = 1900  # Excel has no earlier days.

_WIDTHS = {
    ColumnKind.TEXT: 50,
    ColumnKind.CODE: 20,
    ColumnKind.NUMBER: 12,
    ColumnKind.DAY: 12,
    ColumnKind.INSTANT: 20,
    ColumnKind.FLAG: 9,
}
_FORMATS: dict[str, dict[str, Any]] = {
    "heading": {"bold": True},
    "day": {"num_format": "yyyy-mm-dd"},
    "instant": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    # Excel keeps it text even after somebody edits the cell.
    "formula": {"quote_prefix": True},
}
_PRINT_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    # It may run over the empty cells beside it.
    "detail": {"text_wrap": False},
    "body": {"text_wrap": True, "valign": "top"},
}
_A4 = 9

CellWriter = Callable[[int, int, Any], object]
"""Writes a value, never None, into a row and a column."""


class TooManyRows(DomainError):
    def __init__(self, most: int) -> None:
        super().__init__(
            f"A spreadsheet holds at most {most:,} rows, and there are more. Ask for CSV, or for fewer rows."
        )


def xlsx_file(
    columns: Sequence[Column],
    blocks: Iterable[Block],
    *,
    sheet: str,
    most_rows: int = MOST_XLSX_ROWS,
    layout: PrintLayout | None = None,
) -> IO[bytes]:
    """Return an open temporary file at its start, which the caller closes.

    `sheet` has at most 31 characters. Instants are in UTC, as their heading says. `layout` adds a title block
    and sets the sheet up for printing. Raises TooManyRows as soon as there are more than `most_rows`.
    """
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        with closing_source(blocks), _workbook(file) as book:
            _write_sheet(book, sheet, columns, _limited(blocks, most_rows), layout)
        file.seek(0)
        stack.pop_all()
    return file


@contextmanager
def _workbook(file: IO[bytes]) -> Iterator[Workbook]:
    """Yield a workbook and write it at the end. After an error, its files are removed."""
    with TemporaryDirectory() as directory:
        book = Workbook(
            file,
            {
                "constant_memory": True,
                "tmpdir": directory,
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
        # Needed above 2 GiB; it does not change smaller files.
        book.use_zip64()
        book.close()


def _limited(blocks: Iterable[Block], most_rows: int) -> Iterator[Block]:
    rows = 0
    for block in blocks:
        rows += len(block)
        if rows > most_rows:
            raise TooManyRows(most_rows)
        yield block


def _write_sheet(
    book: Workbook,
    name: str,
    columns: Sequence[Column],
    blocks: Iterable[Block],
    layout: PrintLayout | None,
) -> None:
    page = book.add_worksheet(name)
    wrapped = _PRINT_FORMATS["body"] if layout else {}
    formats = {key: book.add_format({**wrapped, **given}) for key, given in _FORMATS.items()}
    top = _write_title_block(book, page, layout) if layout else 0
    _write_headings(page, columns, formats["heading"], top)
    if layout:
        _set_up_printing(book, page, layout, top)
    writers = _writers(page, formats, cut=CUT.format(layout.full_text_in if layout else "CSV"))
    by_column = [writers[column.kind] for column in columns]
    last = top
    for last, row in enumerate(chain.from_iterable(blocks), top + 1):
        for at, (write, value) in enumerate(zip(by_column, row, strict=True)):
            if value is not None:
                write(last, at, value)
    page.autofilter(top, 0, last, len(columns) - 1)


def _write_title_block(book: Workbook, page: Worksheet, layout: PrintLayout) -> int:
    """Write the title block and return the row of the headings, after a blank row."""
    book.set_properties({"title": xml_text(layout.title), "created": as_utc(layout.made)})
    title, detail = (book.add_format(_PRINT_FORMATS[key]) for key in ("title", "detail"))
    page.write_string(0, 0, xml_text(layout.title), title)
    for row, line in enumerate(layout.lines, start=1):
        page.write_string(row, 0, xml_text(line), detail)
    return len(layout.lines) + 2


def _set_up_printing(book: Workbook, page: Worksheet, layout: PrintLayout, top: int) -> None:
    """Set the widths, A4 landscape, and the headings on each page."""
    body = book.add_format(_PRINT_FORMATS["body"])
    for at, width in enumerate(layout.widths):
        page.set_column(at, at, width, body)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.hide_gridlines(0)  # 0 prints them.
    page.set_footer("&RPage &P of &N")


def _write_headings(page: Worksheet, columns: Sequence[Column], bold: Format, top: int) -> None:
    for at, column in enumerate(columns):
        name = f"{column.name} (UTC)" if column.kind is ColumnKind.INSTANT else column.name
        # Leave space for the filter button beside the name.
        page.set_column(at, at, max(_WIDTHS[column.kind], len(name) + 3))
        page.write_string(top, at, name, bold)
    page.freeze_panes(top + 1, 0)


def _writers(page: Worksheet, formats: dict[str, Format], *, cut: str) -> dict[ColumnKind, CellWriter]:
    def text(row: int, at: int, value: object) -> None:
        if words := _fitting(str(value), cut):
            page.write_string(row, at, words, formats["formula"] if is_formula(words) else None)

    def day(row: int, at: int, value: date | str) -> None:
        moment(row, at, date.fromisoformat(value) if isinstance(value, str) else value, formats["day"])

    def instant(row: int, at: int, value: datetime | str) -> None:
        parsed = datetime.fromisoformat(value) if isinstance(value, str) else value
        moment(row, at, as_utc(parsed), formats["instant"])

    def moment(row: int, at: int, value: date, style: Format) -> None:
        if value.year < FIRST_YEAR:
            page.write_string(row, at, value.isoformat())
        else:
            page.write_datetime(row, at, value, style)

    return {
        ColumnKind.TEXT: text,
        ColumnKind.CODE: text,
        ColumnKind.NUMBER: page.write_number,
        ColumnKind.DAY: day,
        ColumnKind.INSTANT: instant,
        ColumnKind.FLAG: page.write_boolean,
    }


def _fitting(text: str, cut: str) -> str:
    """Return the text as one cell can hold it, cut with a note if it is too long."""
    whole = xml_text(text)
    if len(whole) <= MOST_UNITS // 2:
        return whole
    units = whole.encode("utf-16-le")
    if len(units) <= 2 * MOST_UNITS:
        return whole
    # "ignore" drops half a character at the cut.
    return units[: 2 * (MOST_UNITS - len(cut))].decode("utf-16-le", "ignore") + cut
