"""The inspector's pack: everything recorded about one recommendation, to print or to keep."""

from recommendations.pages import status_context, work_context
from recommendations.pages.views.base import Context
from recommendations.pages.views.recommendation import RecommendationPage
from recommendations.read_models.record_checks import altered
from recommendations.wording.statuses import statuses_in_words


class PackView(RecommendationPage):
    template_name = "pages/pack.html"
    title = "Inspector’s pack"

    def context(self, **kwargs: object) -> Context:
        detail, row = self.detail, self.detail.row
        events = detail.events()[::-1]
        return {
            "record": row.reference,
            "row": row,
            "detail": detail,
            "statuses": statuses_in_words(row),
            "reasons": status_context.unsupported_claim_reasons(detail),
            "outcomes": detail.outcomes,
            "responses": detail.responses,
            "cards": work_context.action_cards(detail),
            "evidence": work_context.evidence_items(detail),
            "reviews": work_context.review_items(detail)[::-1],
            "updates": detail.updates,
            "events": work_context.event_items(events),
            "altered": altered(events),
        }
