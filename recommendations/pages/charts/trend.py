"""Raised against verified, month by month: two lines with their names at their ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recommendations.exports import Column, ColumnKind
from recommendations.pages.charts.figure import WIDTH, ChartFigure, ChartTable
from recommendations.read_models.trends import MonthlyTrend, MonthPoint

TOP, BOTTOM, HEIGHT = 26, 196, 220
DIGIT, APART, LETTERS = 7.5, 17, 64  # Of a digit, between two names, and what the name of a month needs.
NOTE = (
    "Raised: in the month of publication, superseded ones too. Verified: those whose last review that"
    " judged progress found it reasonable or good at the end of the month; a later review can take that back."
)


@dataclass(frozen=True)
class Tick:
    """A grid line at a value, or a mark at a month."""

    at: float
    words: str
    anchor: str = "end"


@dataclass(frozen=True)
class TrendLine:
    style: int
    points: str
    end: tuple[float, float]
    name: str
    name_y: float


@dataclass(frozen=True)
class Lines:
    across: Sequence[Tick]
    months: Sequence[Tick]
    lines: Sequence[TrendLine]
    left: float
    width: int = WIDTH
    height: int = HEIGHT
    bottom: int = BOTTOM


def course_figure(course: MonthlyTrend, *, csv: str, as_at: date) -> ChartFigure:
    columns = [
        Column("At the end of", ColumnKind.DAY),
        Column("Raised", ColumnKind.NUMBER),
        Column("Verified", ColumnKind.NUMBER),
    ]
    rows = [(point.day, point.raised, point.verified) for point in course.points]
    return ChartFigure(
        name="verified",
        headline=course.headline,
        sentence=course.sentence,
        template="pages/charts/trend.html",
        drawing=_drawn(course.points) if course.points else None,
        table=ChartTable("Recommendations raised and verified by month", columns, rows),
        csv=csv,
        as_at=as_at,
        note=NOTE,
    )


def _drawn(points: Sequence[MonthPoint]) -> Lines:
    most = _round_above(points[-1].raised)
    left = len(f"{most:,}") * DIGIT + 6
    step = (WIDTH - 4 - left) / max(len(points) - 1, 1)

    def y(value: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / most, 1)

    def line(style: int, name: str, values: list[int], name_y: float) -> TrendLine:
        places = [(round(left + step * place, 1), y(value)) for place, value in enumerate(values)]
        drawn = " ".join(f"{across},{down}" for across, down in places)
        return TrendLine(style, drawn, places[-1], f"{name} {values[-1]:,}", name_y)

    raised, verified = [one.raised for one in points], [one.verified for one in points]
    above = y(raised[-1]) - 8
    own = y(verified[-1]) - 8
    below = own if own - above >= APART else max(y(raised[-1]), y(verified[-1])) + APART
    values = [value for value in (0, most // 2, most) if value in (0, most) or most % 2 == 0]
    return Lines(
        across=[Tick(y(value), f"{value:,}") for value in values],
        months=_months(points, left, step),
        lines=[line(0, "Raised", raised, above), line(1, "Verified", verified, below)],
        left=left,
    )


def _months(points: Sequence[MonthPoint], left: float, step: float) -> list[Tick]:
    """The first and last month, and the Januaries between them that fit."""
    first, last = points[0].day, points[-1].day
    ticks = [Tick(left, f"{first:%b %Y}", "start")]
    end = left + step * (len(points) - 1)
    reached = left + LETTERS
    for place, point in enumerate(points):
        at = round(left + step * place, 1)
        if point.day.month == 1 and reached + 20 <= at <= end - LETTERS - 20:
            ticks.append(Tick(at, str(point.day.year), "middle"))
            reached = at + 20
    return [*ticks, Tick(round(end, 1), f"{last:%b %Y}")] if len(points) > 1 else ticks


def _round_above(value: int) -> int:
    """The smallest of 2, 4, 6, 10, 20, 40, … that is at least the value."""
    scale = 1
    while True:
        for lead in (2, 4, 6, 10):
            if lead * scale >= value:
                return lead * scale
        scale *= 10
