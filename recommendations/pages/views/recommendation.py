"""One recommendation: what they say, what shows it, whether it changed anything, what inspectors found."""

from functools import cached_property
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from recommendations.pages import status_context, work_context
from recommendations.pages.available_actions import ways_on, ways_on_action, with_ways
from recommendations.pages.charts.figure import ChartFigure
from recommendations.pages.charts.measure import measure_chart
from recommendations.pages.views.base import Page
from recommendations.read_models.recommendation import (
    DetailOptions,
    RecommendationDetail,
    recommendation_detail,
)
from recommendations.read_models.record_checks import altered
from recommendations.read_models.timeline import EntryKind

TIMELINE, ALL = "timeline", "all"
SHOWN = 15


class RecommendationPage(Page):
    """For the pages that are about one recommendation."""

    takes_as_of = True

    @cached_property
    def whole(self) -> RecommendationDetail:
        """The recommendation in the address; out of sight it answers as if it did not exist."""
        asked = DetailOptions(self.user, self.today, self.as_of)
        found = recommendation_detail(
            self.kwargs["reference"], asked, with_more=None if self.as_of else self.with_ways
        )
        if found is None:
            raise Http404
        return found

    def with_ways(self, rows: QuerySet) -> QuerySet:
        """A page that offers nothing asks of the actions nothing more."""
        return rows

    @property
    def query(self) -> str:
        """What a link to another page of the same day ends with."""
        return f"?as_of={self.as_of.isoformat()}" if self.as_of else ""

    @cached_property
    def chart(self) -> ChartFigure | None:
        reference = self.whole.row.reference
        address = reverse("pages:measures_csv", args=[reference])
        return measure_chart(
            self.whole.outcomes,
            sentence=self.whole.outcome,
            subject=reference,
            csv=f"{address}{self.query}",
            as_at=self.on,
        )


class RecommendationView(RecommendationPage):
    template_name = "pages/recommendation.html"
    title = "Recommendation"
    parameters = frozenset({TIMELINE})

    def with_ways(self, rows: QuerySet) -> QuerySet:
        return with_ways(rows, self.user)

    def context(self, **kwargs: Any) -> dict[str, Any]:
        whole, row = self.whole, self.whole.row
        responses = whole.of_kind(EntryKind.RESPONSE)[::-1]
        return {
            "title": "Recommendation",
            "record": row.reference,
            "row": row,
            "whole": whole,
            "beside": whole.beside,
            "repeats": [link for link in whole.beside.links if link.is_repeat],
            "statuses": status_context.statuses(whole),
            "sides": status_context.sides(whole) if row.reads_standing else [],
            "reasons": status_context.unsupported_claim_reasons(whole),
            "places": status_context.places(row.status) if row.in_scope else [],
            "outcomes": whole.outcomes,
            "figure": self.chart,
            "responses": responses,
            "cards": self._cards(),
            "pieces": work_context.pieces(whole),
            "findings": work_context.findings(whole),
            "updates": whole.of_kind(EntryKind.UPDATE)[::-1],
            "ways": [] if self.as_of else ways_on(self.user, row, on=self.today),
            **self._timeline(),
        }

    def _cards(self) -> list[tuple[work_context.ActionCard, list[Any]]]:
        cards = work_context.action_cards(self.whole)
        if self.as_of:
            return [(card, []) for card in cards]
        return [(card, ways_on_action(card.action, on=self.today)) for card in cards]

    def _timeline(self) -> dict[str, Any]:
        """The latest events, or all of them where the address asks for that."""
        everything = self.request.GET.get(TIMELINE)
        if everything not in (None, ALL):
            raise BadRequest(f"“{TIMELINE}” is “{ALL}” or left out.")
        events = self.whole.events(narrow=None if everything else lambda rows: rows[: SHOWN + 1])
        shown = events if everything else events[:SHOWN]
        return {
            "timeline": work_context.moments(shown),
            "is_cut": len(shown) < len(events),
            "altered": altered(shown),
        }


class MeasuresFile(RecommendationPage):
    """What the chart of measures shows, as CSV."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.wrong_day:
            raise BadRequest(" ".join(self.wrong_day))
        if self.chart is None:
            raise Http404
        answer = HttpResponse(b"".join(self.chart.table.as_csv()), content_type="text/csv; charset=utf-8")
        name = f"{self.whole.row.reference}-measures-{self.on.isoformat()}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
