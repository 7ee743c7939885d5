"""Rows → XLSX in a temporary file: one sheet with real days, numbers and booleans, and no formula."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from itertools import chain
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from recommendations.errors import DomainError
from recommendations.exports.cells import Block, Column, ColumnKind, as_utc, closed_after, is_formula, legible
from recommendations.exports.paper import Paper

MOST_XLSX_ROWS = 1_048_575
"""Under the line of headings; what Excel holds."""
MOST_LETTERS = 32_767  # In units of UTF-16, as Excel counts them.
CUT = "… (cut: the whole text is in {})"
FIRST_YEAR = 1900  # Excel has no days before it.

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
    # Keeps text text even when somebody edits the cell.
    "inert": {"quote_prefix": True},
}
_ON_PAPER: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    # Runs on over the empty cells beside it.
    "detail": {"text_wrap": False},
    "body": {"text_wrap": True, "valign": "top"},
}
_A4 = 9

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
    columns: Sequence[Column],
    blocks: Iterable[Block],
    *,
    sheet: str,
    most_rows: int = MOST_XLSX_ROWS,
    paper: Paper | None = None,
) -> IO[bytes]:
    """An open temporary file at its beginning, which the caller closes; `sheet` is at most 31 characters.

    Instants are in UTC, and the heading says so. With `paper` the rows stand under its title block, wrapped
    and ready to be printed. Raises TooManyRows as soon as a block passes `most_rows`.
    """
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        with closed_after(blocks), _workbook(file) as book:
            _fill(book, sheet, columns, _counted(blocks, most_rows), paper)
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


def _fill(
    book: Any, name: str, columns: Sequence[Column], blocks: Iterable[Block], paper: Paper | None
) -> None:
    page = book.add_worksheet(name)
    wrapped = _ON_PAPER["body"] if paper else {}
    formats = {key: book.add_format({**wrapped, **given}) for key, given in _FORMATS.items()}
    top = _front(book, page, paper) if paper else 0
    _head(page, columns, formats["heading"], top)
    if paper:
        _laid_out(book, page, paper, top)
    puts = _puts(page, formats, cut=CUT.format(paper.whole_in if paper else "CSV"))
    each = [(at, puts[column.kind]) for at, column in enumerate(columns)]
    last = top
    for row in chain.from_iterable(blocks):
        last += 1
        for (at, put), value in zip(each, row, strict=True):
            if value is not None:
                put(last, at, value)
    page.autofilter(top, 0, last, len(columns) - 1)


def _front(book: Any, page: Any, paper: Paper) -> int:
    """Writes the title block; the row under it and a blank one."""
    book.set_properties({"title": legible(paper.title), "created": as_utc(paper.made)})
    title, detail = (book.add_format(_ON_PAPER[key]) for key in ("title", "detail"))
    page.write_string(0, 0, legible(paper.title), title)
    for row, line in enumerate(paper.lines, start=1):
        page.write_string(row, 0, legible(line), detail)
    return len(paper.lines) + 2


def _laid_out(book: Any, page: Any, paper: Paper, top: int) -> None:
    """Columns as wide as the paper says, on A4 across, with the headings on each page."""
    body = book.add_format(_ON_PAPER["body"])
    for at, width in enumerate(paper.widths):
        page.set_column(at, at, width, body)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.hide_gridlines(0)  # Which prints them.
    page.set_footer("&RPage &P of &N")


def _head(page: Any, columns: Sequence[Column], bold: Any, top: int) -> None:
    for at, column in enumerate(columns):
        name = f"{column.name} (UTC)" if column.kind is ColumnKind.INSTANT else column.name
        # Room for the button of the filter beside the name.
        page.set_column(at, at, max(_WIDTHS[column.kind], len(name) + 3))
        page.write_string(top, at, name, bold)
    page.freeze_panes(top + 1, 0)


def _puts(page: Any, formats: dict[str, Any], *, cut: str) -> dict[ColumnKind, Put]:
    def text(row: int, at: int, value: Any) -> None:
        if words := _fitting(str(value), cut):
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
        ColumnKind.TEXT: text,
        ColumnKind.CODE: text,
        ColumnKind.NUMBER: page.write_number,
        ColumnKind.DAY: day,
        ColumnKind.INSTANT: instant,
        ColumnKind.FLAG: page.write_boolean,
    }


def _fitting(text: str, cut: str) -> str:
    """The text as one cell can hold it: legible, and not too long."""
    whole = legible(text)
    if len(whole) <= MOST_LETTERS // 2:
        return whole
    units = whole.encode("utf-16-le")
    if len(units) <= 2 * MOST_LETTERS:
        return whole
    # What is ignored is half of a letter, if the cut goes through one.
    return units[: 2 * (MOST_LETTERS - len(cut))].decode("utf-16-le", "ignore") + cut
