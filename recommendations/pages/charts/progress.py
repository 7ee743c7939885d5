"""Progress by organisation: bars of 100 per cent, with the counts on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from recommendations.exports import Column, ColumnKind
from recommendations.pages.charts.figure import WIDTH, ChartFigure, ChartTable
from recommendations.read_models.progress import Progress, ProgressRow, Stage

KEY_LINE, NAME_LINE, BAR, BELOW, GAP = 20, 17, 24, 18, 12
DIGIT, PLATE, SEAM = 8, 6, 2
MOST_LETTERS = 42  # Of a name on one line.
NOTE = (
    "Verified: the last review that judged progress found it reasonable or good, whatever is claimed."
    " Claimed: submitted for assurance, or closed."
)


@dataclass(frozen=True)
class Label:
    """A count on a white background; next to its segment, with a line, if the segment is too narrow."""

    words: str
    x: float
    y: float
    width: float
    leader: tuple[float, float] | None = None

    @property
    def left(self) -> float:
        return round(self.x - self.width / 2, 1)


@dataclass(frozen=True)
class Segment:
    """`style` is the index of the stage; the style sheet gives it a colour and a pattern."""

    style: int
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Bar:
    names: list[tuple[int, str]]
    segments: list[Segment]
    labels: list[Label]


@dataclass(frozen=True)
class Key:
    style: int
    y: int
    words: str


@dataclass(frozen=True)
class Bars:
    height: int
    keys: list[Key]
    bars: list[Bar]
    width: int = WIDTH
    bar_height: int = BAR


def progress_figure(progress: Progress, *, csv: str, as_at: date) -> ChartFigure:
    return ChartFigure(
        name="progress",
        headline=progress.headline,
        sentence=progress.sentence,
        template="pages/charts/progress.html",
        drawing=_drawn(progress.rows) if progress.rows else None,
        table=_table(progress),
        csv=csv,
        as_at=as_at,
        note=NOTE,
    )


def _table(progress: Progress) -> ChartTable:
    columns = [
        Column("Organisation", ColumnKind.TEXT),
        *(Column(stage.value, ColumnKind.NUMBER) for stage in Stage),
        Column("All", ColumnKind.NUMBER),
    ]
    rows = [*progress.rows, progress.whole]
    return ChartTable(
        "Progress by organisation", columns, [(row.name, *row.counts, row.total) for row in rows]
    )


def _drawn(rows: Sequence[ProgressRow]) -> Bars:
    keys = [
        Key(style, place * KEY_LINE, stage.value) for place, (style, stage) in enumerate(enumerate(Stage))
    ]
    y = len(keys) * KEY_LINE + GAP
    bars = []
    for row in rows:
        bar, y = _bar(row, y)
        bars.append(bar)
    return Bars(y, keys, bars)


def _bar(row: ProgressRow, top: int) -> tuple[Bar, int]:
    """The bar of a row at `top`, and the top of the next row."""
    lines = wrap(f"{row.name} ({row.total:,})", MOST_LETTERS, max_lines=2, placeholder="…")
    names = [(top + 13 + place * NAME_LINE, line) for place, line in enumerate(lines)]
    y = top + len(lines) * NAME_LINE
    segments, inside, outside, x = [], [], [], 0.0
    for style, count in enumerate(row.counts):
        width = WIDTH * count / row.total
        if count:
            segments.append(Segment(style, round(x, 1), y, round(max(width - SEAM, 1), 1)))
            plate = len(f"{count:,}") * DIGIT + PLATE
            middle = x + width / 2
            if width > plate + 3:
                inside.append(Label(f"{count:,}", round(middle, 1), y + 17, plate))
            else:
                outside.append((f"{count:,}", middle, plate))
        x += width
    labels = inside + _placed(outside, y + BAR)
    return Bar(names, segments, labels), y + BAR + (BELOW if outside else 0) + GAP


def _placed(labels: Sequence[tuple[str, float, float]], y: int) -> list[Label]:
    """Labels below a bar, moved so that they do not overlap or leave the drawing."""
    places, limit = [], float(WIDTH)
    for _, middle, width in reversed(labels):
        places.append(min(middle, limit - width / 2))
        limit = places[-1] - width / 2
    placed, limit = [], 0.0
    for (words, middle, width), place in zip(labels, reversed(places), strict=True):
        x = max(place, limit + width / 2)
        placed.append(Label(words, round(x, 1), y + 17, width, (round(middle, 1), y)))
        limit = x + width / 2
    return placed
