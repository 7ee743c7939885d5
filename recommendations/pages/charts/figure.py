"""The frame of every chart: headline, sentence, drawing, table and source of the numbers.

A chart is drawn 300 units wide, so that its text of 13 units is read on a phone of 320 pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from recommendations.exports import Column, ColumnKind, csv_stream
from recommendations.models.base import in_words

WIDTH = 300
SOURCE = "Recommendation tracker"


class Drawing(Protocol):
    """A drawing that a template renders; the frame needs only its size."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...


@dataclass(frozen=True)
class Cell:
    words: str
    is_number: bool


@dataclass(frozen=True)
class ChartTable:
    """The numbers of a chart. The first column names the row; columns are headed in words."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]

    @property
    def headings(self) -> list[Cell]:
        return [Cell(column.name, column.kind is ColumnKind.NUMBER) for column in self.columns]

    @property
    def lines(self) -> list[list[Cell]]:
        """The rows as a page shows them."""
        kinds = [column.kind for column in self.columns]
        return [
            [
                Cell(_in_words(value), kind is ColumnKind.NUMBER)
                for value, kind in zip(row, kinds, strict=True)
            ]
            for row in self.rows
        ]

    def as_csv(self) -> Iterator[bytes]:
        """The rows as CSV, safe to open in a spreadsheet."""
        return csv_stream(self.columns, [list(self.rows)])


@dataclass(frozen=True)
class ChartFigure:
    """One chart with its headline, sentence and table.

    `name` begins the ids on the page; `template` lays out `drawing` inside the SVG, and there is no SVG
    without one; `csv` is the address of the table as CSV.
    """

    name: str
    headline: str
    sentence: str
    template: str
    drawing: Drawing | None
    table: ChartTable
    csv: str
    as_at: date
    source: str = SOURCE
    note: str = ""


def _in_words(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, date):
        return in_words(value, value, "day")
    return f"{value:,}" if isinstance(value, int) else str(value)
