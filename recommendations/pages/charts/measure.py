"""Measure against baseline: for each measure the report's figure and the latest reading, with intervals."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from textwrap import wrap

from recommendations.exports import Column, ColumnKind
from recommendations.framework import Movement, RatingLevel
from recommendations.models.measure import Better
from recommendations.pages.charts.figure import WIDTH, ChartFigure, ChartTable
from recommendations.read_models.outcome import Outcome, OutcomePoint

LEFT, RIGHT = 8, WIDTH - 8  # Where 0 and 100 per cent stand.
LETTERS, LINE, BAR, GAP = 42, 16, 20, 16
LABEL = 76  # What the longest label beside an interval needs.
NOTE = (
    "Each line is where the true share may lie, with 95 per cent confidence; the circle is the report, the"
    " square the latest reading. For key questions without a printed count the line of the report assumes"
    " that all inspected cases counted. Dashed lines: where a higher rating begins."
)
OF_THE_REPORT = (
    Column("Measure", ColumnKind.TEXT),
    Column("Wanted", ColumnKind.TEXT),
    Column("In the report", ColumnKind.TEXT),
    Column("Report (per cent)", ColumnKind.NUMBER),
    Column("From", ColumnKind.NUMBER),
    Column("To", ColumnKind.NUMBER),
)
COLUMNS = (
    *OF_THE_REPORT,
    Column("Latest reading", ColumnKind.TEXT),
    Column("Read on", ColumnKind.DAY),
    Column("Reading (per cent)", ColumnKind.NUMBER),
    Column("Reading from", ColumnKind.NUMBER),
    Column("Reading to", ColumnKind.NUMBER),
    Column("Against the report", ColumnKind.TEXT),
    Column("Chance alone (p)", ColumnKind.NUMBER),
)


@dataclass(frozen=True)
class MeasureMark:
    """One figure: its position, the two ends of its interval, and its label."""

    y: int
    x: float
    low: float | None
    high: float | None
    label: str
    label_x: float
    anchor: str
    is_reading: bool

    @property
    def top(self) -> float:
        return self.y - 5

    @property
    def left(self) -> float:
        return self.x - 5


@dataclass(frozen=True)
class MeasureRow:
    """One measure: its question over several lines, its marks, and the boundaries of ratings."""

    lines: tuple[tuple[int, str], ...]
    marks: tuple[MeasureMark, ...]
    boundaries: tuple[float, ...]
    top: int
    bottom: int


@dataclass(frozen=True)
class MeasureDrawing:
    rows: tuple[MeasureRow, ...]
    height: int
    width: int = WIDTH
    axis: tuple[tuple[float, str, str], ...] = field(
        default=((LEFT, "0", "start"), ((LEFT + RIGHT) / 2, "50", "middle"), (RIGHT, "100%", "end"))
    )

    @property
    def axis_y(self) -> int:
        return self.height - 22


def measure_chart(
    found: Sequence[Outcome], *, sentence: str, subject: str, csv: str, as_at: date
) -> ChartFigure | None:
    """The chart of a recommendation's measures; None if the report prints no figure for it."""
    if not found:
        return None
    return ChartFigure(
        name="measures",
        headline=headline(found),
        sentence=sentence,
        template="pages/charts/measure.html",
        drawing=_drawing([one for one in found if one.measure.better and one.baseline.share is not None]),
        table=_table(found, subject),
        csv=csv,
        as_at=as_at,
        note=NOTE,
    )


def headline(found: Sequence[Outcome]) -> str:
    """The finding in a few words: how many measures moved, and how many got worse."""
    judged = [one for one in found if one.measure.better]
    said = Counter(one.movement for one in judged)
    moved, worse = said[Movement.MOVED], said[Movement.WORSE]
    if not all(one.reads for one in found):
        return "What the report found"
    if not judged:
        return "No figure of the report says whether practice has moved"
    if not any(one.readings for one in judged):
        return "No measure has been read again since the report"
    words = f"{moved or 'None'} of {len(judged)} measures {'has' if moved < 2 else 'have'} improved"
    return f"{words}, and {worse} {'is' if worse == 1 else 'are'} worse" if worse else words


def _table(found: Sequence[Outcome], subject: str) -> ChartTable:
    """Readings are shown only to users whose role covers the owner."""
    rows = [*map(_cells, found)]
    if all(one.reads for one in found):
        return ChartTable(f"Measures of {subject}: the report and the latest reading", COLUMNS, rows)
    told = len(OF_THE_REPORT)
    return ChartTable(f"Measures of {subject} in the report", OF_THE_REPORT, [row[:told] for row in rows])


def _cells(one: Outcome) -> list[object]:
    now = one.last
    reading = now.reading if now else None
    return [
        one.measure.question,
        str(Better(one.measure.better).label),
        one.baseline.words,
        *_numbers(one.baseline),
        now.words if now else None,
        reading.taken_on if reading else None,
        *(_numbers(now) if now else (None, None, None)),
        now.movement if now and one.measure.better else None,
        float(reading.p_value) if reading and reading.p_value is not None else None,
    ]


def _numbers(point: OutcomePoint) -> tuple[float | None, float | None, float | None]:
    within = point.interval
    share = None if point.share is None else round(point.share, 1)
    return share, round(within.low, 1) if within else None, round(within.high, 1) if within else None


def _drawing(found: Sequence[Outcome]) -> MeasureDrawing | None:
    if not found:
        return None
    rows, y = [], 0
    for one in found:
        row = _row(one, y)
        rows.append(row)
        y = row.bottom + GAP
    return MeasureDrawing(tuple(rows), height=y + 24)


def _row(one: Outcome, top: int) -> MeasureRow:
    lines = [
        (top + LINE * number, words) for number, words in enumerate(wrap(one.measure.question, LETTERS), 1)
    ]
    y = lines[-1][0] + LINE
    marks = [_mark(one.baseline, y, "report")]
    if one.last and one.last.share is not None:
        y += BAR
        marks.append(_mark(one.last, y, "latest"))
    return MeasureRow(tuple(lines), tuple(marks), _boundaries(one.bands), top=marks[0].y - 9, bottom=y + 8)


def _mark(point: OutcomePoint, y: int, name: str) -> MeasureMark:
    share = point.share or 0.0
    within = point.interval
    low, high = (_x(within.low), _x(within.high)) if within else (None, None)
    ends = (low if low is not None else _x(share) - 6, high if high is not None else _x(share) + 6)
    right = ends[1] + LABEL < WIDTH
    return MeasureMark(
        y=y,
        x=_x(share),
        low=low,
        high=high,
        label=f"{name} {int(share + 0.5)}%",
        label_x=ends[1] + 5 if right else ends[0] - 5,
        anchor="start" if right else "end",
        is_reading=point.reading is not None,
    )


def _boundaries(bands: Sequence[RatingLevel]) -> tuple[float, ...]:
    return tuple(_x(band.percentage_from) for band in bands if band.percentage_from)


def _x(percentage: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * percentage / 100, 1)
