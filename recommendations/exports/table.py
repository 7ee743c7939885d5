"""Writes rows as CSV that Excel opens: UTF-8 with a byte order mark, CRLF, a line of headings.

Blocks are written column by column and not by `csv.writer`, which looks at each character of each cell twice.
Most columns need no quotes, and one search through the column shows that.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter

from recommendations.exports.cells import (
    FLAGS,
    FORMULA_STARTS,
    Block,
    Column,
    ColumnKind,
    Values,
    closing_source,
    instant_text,
    plain_number,
    without_formula,
)

BYTE_ORDER_MARK = "\ufeff"  # Without it, Excel garbles dashes and accents.
LINE_END = "\r\n"
_QUOTED_CHARACTERS = ('"', ",", "\r", "\n")
_WHOLE = frozenset({int, type(None)})
_first = itemgetter(0)


def csv_stream(columns: Sequence[Column], blocks: Iterable[Block]) -> Iterator[bytes]:
    """Yield the headings with the first block of lines, then each block. Without rows, yield the headings.

    An error of the source is raised as it is. Closing the stream closes the source.
    """
    headings = BYTE_ORDER_MARK + ",".join(_quoted([column.name for column in columns])) + LINE_END
    with closing_source(blocks):
        for block in blocks:
            if block:
                yield (headings + _lines(columns, block)).encode()
                headings = ""
    if headings:
        yield headings.encode()


def _lines(columns: Sequence[Column], block: Block) -> str:
    by_column = zip(columns, zip(*block, strict=True), strict=True)
    cells = [_WRITERS[column.kind](values) for column, values in by_column]
    if len(cells) == 1:
        # Readers skip an empty line.
        cells = [[cell or '""' for cell in cells[0]]]
    return LINE_END.join(map(",".join, zip(*cells, strict=True))) + LINE_END


def _text(values: Values) -> Sequence[str]:
    cells = ["" if cell is None else cell for cell in values]
    if not FORMULA_STARTS.isdisjoint(map(_first, filter(None, cells))):
        cells = [without_formula(cell) for cell in cells]
    return _quoted(cells)


def _code(values: Values) -> Sequence[str]:
    return _quoted(_plain(values))


def _number(values: Values) -> Sequence[str]:
    if _WHOLE.issuperset(map(type, values)):
        return _plain(values)
    return [plain_number(cell) for cell in values]


def _instant(values: Values) -> Sequence[str]:
    return [instant_text(cell) for cell in values]


def _flag(values: Values) -> Sequence[str]:
    return [FLAGS[cell] for cell in values]


def _plain(values: Values) -> Sequence[str]:
    return ["" if cell is None else str(cell) for cell in values]


def _quoted(cells: Sequence[str]) -> Sequence[str]:
    joined = "".join(cells)
    if not any(character in joined for character in _QUOTED_CHARACTERS):
        return cells
    return [
        _quote(cell) if "," in cell or '"' in cell or "\n" in cell or "\r" in cell else cell for cell in cells
    ]


def _quote(cell: str) -> str:
    return f'''"{cell.replace('"', '""')}"'''


_WRITERS: dict[ColumnKind, Callable[[Values], Sequence[str]]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.CODE: _code,
    ColumnKind.NUMBER: _number,
    ColumnKind.DAY: _plain,
    ColumnKind.INSTANT: _instant,
    ColumnKind.FLAG: _flag,
}
