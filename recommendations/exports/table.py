"""Rows → CSV that Excel opens as it stands: UTF-8 with its mark, CRLF, a line of headings.

Blocks are written column by column and not by `csv.writer`, which looks at each character of each cell twice:
one search through a whole column says in most cases that nothing in it needs a quotation mark.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from recommendations.exports.cells import (
    FLAGS,
    SUSPECT,
    Block,
    Column,
    ColumnKind,
    closed_after,
    in_digits,
    in_utc,
    inert,
)

MARK = "\ufeff"  # Without it Excel garbles every dash and accent.
END = "\r\n"
_QUOTED_FOR = ('"', ",", "\r", "\n")
_WHOLE = frozenset({int, type(None)})
_first = itemgetter(0)


def csv_stream(columns: Sequence[Column], blocks: Iterable[Block]) -> Iterator[bytes]:
    """Yield a piece a block, the headings with the first, or alone if there are no rows.

    An error of the source goes on as it is, and nothing is yielded after it. Closing closes the source.
    """
    before = MARK + ",".join(_quoted([column.name for column in columns])) + END
    with closed_after(blocks):
        for block in blocks:
            if block:
                yield (before + _written(columns, block)).encode()
                before = ""
    if before:
        yield before.encode()


def _written(columns: Sequence[Column], block: Block) -> str:
    given = zip(*block, strict=True)
    cells = [_CELLS[column.kind](held) for column, held in zip(columns, given, strict=True)]
    if len(cells) == 1:
        # An empty line would be no row.
        cells = [[cell or '""' for cell in cells[0]]]
    return END.join(map(",".join, zip(*cells, strict=True))) + END


def _text(given: Sequence[Any]) -> Sequence[str]:
    cells = _filled(given)
    if not SUSPECT.isdisjoint(map(_first, filter(None, cells))):
        cells = [inert(cell) for cell in cells]
    return _quoted(cells)


def _code(given: Sequence[Any]) -> Sequence[str]:
    return _quoted(_plain(given))


def _number(given: Sequence[Any]) -> Sequence[str]:
    if _WHOLE.issuperset(map(type, given)):
        return _plain(given)
    return [in_digits(cell) for cell in given]


def _instant(given: Sequence[Any]) -> Sequence[str]:
    return [in_utc(cell) for cell in given]


def _flag(given: Sequence[Any]) -> Sequence[str]:
    return [FLAGS[cell] for cell in given]


def _filled(given: Sequence[str | None]) -> Sequence[str]:
    return ["" if cell is None else cell for cell in given]


def _plain(given: Sequence[Any]) -> Sequence[str]:
    return ["" if cell is None else str(cell) for cell in given]


def _quoted(cells: Sequence[str]) -> Sequence[str]:
    joined = "".join(cells)
    if not any(mark in joined for mark in _QUOTED_FOR):
        return cells
    return [
        _quote(cell) if "," in cell or '"' in cell or "\n" in cell or "\r" in cell else cell for cell in cells
    ]


def _quote(cell: str) -> str:
    return f'''"{cell.replace('"', '""')}"'''


_CELLS: dict[ColumnKind, Callable[[Sequence[Any]], Sequence[str]]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.CODE: _code,
    ColumnKind.NUMBER: _number,
    ColumnKind.DAY: _plain,
    ColumnKind.INSTANT: _instant,
    ColumnKind.FLAG: _flag,
}
