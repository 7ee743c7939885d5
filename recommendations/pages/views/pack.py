"""The inspector's pack: everything that is on record about one recommendation, to print or to keep."""

from typing import Any

from recommendations.pages import status_context, work_context
from recommendations.pages.views.recommendation import RecommendationPage
from recommendations.read_models.record_checks import altered
from recommendations.read_models.timeline import EntryKind


class PackView(RecommendationPage):
    template_name = "pages/pack.html"
    title = "Inspector’s pack"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        whole, row = self.whole, self.whole.row
        events = whole.events()[::-1]
        return {
            "record": row.reference,
            "row": row,
            "whole": whole,
            "beside": whole.beside,
            "statuses": status_context.statuses(whole),
            "reasons": status_context.unsupported_claim_reasons(whole),
            "outcomes": whole.outcomes,
            "responses": whole.of_kind(EntryKind.RESPONSE),
            "cards": work_context.action_cards(whole),
            "pieces": work_context.pieces(whole),
            "findings": work_context.findings(whole)[::-1],
            "updates": whole.of_kind(EntryKind.UPDATE),
            "events": work_context.moments(events),
            "altered": altered(events),
        }
