"""The page of one recommendation: statuses, measures, response, actions, evidence, reviews, timeline."""

from functools import cached_property

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from recommendations.models import Action
from recommendations.pages import status_context, work_context
from recommendations.pages.available_actions import (
    ActionLink,
    action_links,
    recommendation_links,
    with_permissions,
)
from recommendations.pages.charts.figure import ChartFigure
from recommendations.pages.charts.measure import measure_chart
from recommendations.pages.views.base import Context, Page
from recommendations.read_models.recommendation import (
    DetailOptions,
    RecommendationDetail,
    recommendation_detail,
)
from recommendations.read_models.record_checks import altered
from recommendations.wording.statuses import statuses_in_words

TIMELINE, ALL = "timeline", "all"
SHOWN = 15


class RecommendationPage(Page):
    """Base of the pages about one recommendation."""

    takes_as_of = True
    links_actions = False

    @cached_property
    def detail(self) -> RecommendationDetail:
        """The recommendation in the address; 404 if it does not exist for the user."""
        options = DetailOptions(self.user, self.today, self.as_of)
        annotate = self.with_permissions if self.links_actions and not self.as_of else None
        detail = recommendation_detail(self.kwargs["reference"], options, annotate_actions=annotate)
        if detail is None:
            raise Http404
        return detail

    def with_permissions(self, rows: QuerySet[Action]) -> QuerySet[Action]:
        return with_permissions(rows, self.user)

    @property
    def query(self) -> str:
        """The query string of links to other pages, so that they show the same day."""
        return f"?as_of={self.as_of.isoformat()}" if self.as_of else ""

    @cached_property
    def chart(self) -> ChartFigure | None:
        reference = self.detail.row.reference
        address = reverse("pages:measures_csv", args=[reference])
        return measure_chart(
            self.detail.outcomes,
            sentence=self.detail.outcome,
            subject=reference,
            csv=f"{address}{self.query}",
            as_at=self.on,
        )


class RecommendationView(RecommendationPage):
    template_name = "pages/recommendation.html"
    title = "Recommendation"
    parameters = frozenset({TIMELINE})
    links_actions = True

    def context(self, **kwargs: object) -> Context:
        detail, row = self.detail, self.detail.row
        return {
            "title": "Recommendation",
            "record": row.reference,
            "row": row,
            "detail": detail,
            "repeats": [link for link in detail.links if link.is_repeat],
            "statuses": statuses_in_words(row),
            "status_cards": status_context.status_cards(detail) if row.reads_standing else [],
            "reasons": status_context.unsupported_claim_reasons(detail),
            "workflow_states": status_context.workflow_states(row.status) if row.in_scope else [],
            "outcomes": detail.outcomes,
            "figure": self.chart,
            "responses": detail.responses[::-1],
            "cards": self._cards(),
            "evidence": work_context.evidence_items(detail),
            "reviews": work_context.review_items(detail),
            "updates": detail.updates[::-1],
            "links": [] if self.as_of else recommendation_links(self.user, row, on=self.today),
            **self._timeline(),
        }

    def _cards(self) -> list[tuple[work_context.ActionCard, list[ActionLink]]]:
        cards = work_context.action_cards(self.detail)
        if self.as_of:
            return [(card, []) for card in cards]
        return [(card, action_links(card.action, on=self.today)) for card in cards]

    def _timeline(self) -> Context:
        """The latest events, or all of them with `?timeline=all`."""
        everything = self.request.GET.get(TIMELINE)
        if everything not in (None, ALL):
            raise BadRequest(f"“{TIMELINE}” is “{ALL}” or left out.")
        events = self.detail.events(narrow=None if everything else lambda rows: rows[: SHOWN + 1])
        shown = events if everything else events[:SHOWN]
        return {
            "timeline": work_context.event_items(shown),
            "is_cut": len(shown) < len(events),
            "altered": altered(shown),
        }


class MeasuresFile(RecommendationPage):
    """The figures of the chart of measures, as CSV."""

    def get(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        if self.wrong_day:
            raise BadRequest(" ".join(self.wrong_day))
        if self.chart is None:
            raise Http404
        answer = HttpResponse(b"".join(self.chart.table.as_csv()), content_type="text/csv; charset=utf-8")
        name = f"{self.detail.row.reference}-measures-{self.on.isoformat()}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
