"""Overdue recommendations by age: one bar for each band, with its count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recommendations.exports import Column, ColumnKind
from recommendations.pages.charts.figure import WIDTH, ChartFigure, ChartTable
from recommendations.read_models.overdue import BANDS, Overdue

BEGIN, COUNT, LINE = 108, 44, 32  # Where bars begin, what the longest count needs, a bar's share of height.
NOTE = (
    "Days count from the earliest target date of an open action, and from its latest day where it is a span."
)


@dataclass(frozen=True)
class Band:
    name: str
    y: int
    length: float
    count: str

    @property
    def end(self) -> float:
        """The position of the count."""
        return round(BEGIN + self.length + 6, 1)


@dataclass(frozen=True)
class Bands:
    bands: Sequence[Band]
    height: int
    width: int = WIDTH
    begin: int = BEGIN


def overdue_figure(overdue: Overdue, *, csv: str, as_at: date) -> ChartFigure:
    rows = [(name, count) for (_, name), count in zip(BANDS, overdue.counts, strict=True)]
    columns = [Column("Overdue by", ColumnKind.TEXT), Column("Recommendations", ColumnKind.NUMBER)]
    return ChartFigure(
        name="overdue",
        headline=overdue.headline,
        sentence=overdue.sentence,
        template="pages/charts/bands.html",
        drawing=_drawn(rows) if overdue.total else None,
        table=ChartTable("Overdue recommendations by age", columns, [*rows, ("All", overdue.total)]),
        csv=csv,
        as_at=as_at,
        note=NOTE,
    )


def _drawn(rows: Sequence[tuple[str, int]]) -> Bands:
    longest = max(count for _, count in rows)
    room = WIDTH - BEGIN - COUNT
    bands = [
        Band(name, place * LINE, round(room * count / longest, 1), f"{count:,}")
        for place, (name, count) in enumerate(rows)
    ]
    return Bands(bands, len(rows) * LINE)
