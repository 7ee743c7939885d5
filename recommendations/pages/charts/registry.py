"""The charts by name: of all recommendations in scope, or of one organisation and all under it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from recommendations.pages.charts.bands import overdue_figure
from recommendations.pages.charts.figure import ChartFigure
from recommendations.pages.charts.progress import progress_figure
from recommendations.pages.charts.trend import course_figure
from recommendations.read_models.organisation_tree import OrganisationNode, Tree, parts_of
from recommendations.read_models.overdue import overdue_of
from recommendations.read_models.progress import progress_of
from recommendations.read_models.summary import StatusRow
from recommendations.read_models.trends import monthly_trend, verified_spells


@dataclass(frozen=True)
class ChartRegistry:
    """`found` is everything in scope; `top` narrows it to one organisation. `as_of` is `on` if it is past."""

    user: Any
    tree: Tree
    found: Sequence[StatusRow]
    on: date
    as_of: date | None = None
    top: OrganisationNode | None = None

    def figure(self, name: str) -> ChartFigure | None:
        """The chart with this name; None if there is none. The chart “verified” runs one query."""
        drawn = DRAWN.get(name)
        return drawn(self) if drawn else None

    @property
    def shown(self) -> Sequence[StatusRow]:
        return self.tree.under(self.top, self.found) if self.top else self.found

    def address(self, name: str) -> str:
        """The address of the table as CSV, for the same organisation and day."""
        asked = {"organisation": self.top.slug if self.top else "", "as_of": self.as_of}
        query = urlencode({key: value for key, value in asked.items() if value})
        address = reverse("pages:chart", args=[name])
        return f"{address}?{query}" if query else address


def _progress(charts: ChartRegistry) -> ChartFigure:
    parts = parts_of(charts.tree, charts.found, charts.top)
    return progress_figure(progress_of(parts), csv=charts.address("progress"), as_at=charts.on)


def _verified(charts: ChartRegistry) -> ChartFigure:
    spells = verified_spells(charts.user, on=charts.on)
    course = monthly_trend(charts.shown, spells, on=charts.on)
    return course_figure(course, csv=charts.address("verified"), as_at=charts.on)


def _overdue(charts: ChartRegistry) -> ChartFigure:
    overdue = overdue_of(charts.shown)
    return overdue_figure(overdue, csv=charts.address("overdue"), as_at=charts.on)


DRAWN: dict[str, Callable[[ChartRegistry], ChartFigure]] = {
    "progress": _progress,
    "verified": _verified,
    "overdue": _overdue,
}
