"""The inspector's pack: everything that is on record about one recommendation, to print or to keep."""

from typing import Any

from recommendations.figures.chain import altered
from recommendations.figures.said import Kind
from recommendations.pages import standing_parts, work_parts
from recommendations.pages.views.recommendation import RecommendationPage


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
            "statuses": standing_parts.statuses(whole),
            "gaps": standing_parts.gaps(whole),
            "outcomes": whole.outcomes,
            "responses": whole.of_kind(Kind.RESPONSE),
            "cards": work_parts.action_cards(whole),
            "pieces": work_parts.pieces(whole),
            "findings": work_parts.findings(whole)[::-1],
            "updates": whole.of_kind(Kind.UPDATE),
            "events": work_parts.moments(events),
            "altered": altered(events),
        }
