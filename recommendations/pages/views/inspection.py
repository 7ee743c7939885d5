"""The page of one inspection: its recommendations and its ratings."""

from typing import Any

from django.http import Http404

from recommendations.models import Inspection, Recommendation
from recommendations.pages.views.base import Context, Page
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import in_scope, visible
from recommendations.read_models.outcome import measures_with_readings, outcomes
from recommendations.read_models.ratings import ratings_of
from recommendations.wording.dates import shortened
from recommendations.wording.statuses import reasons_in_short, standing_for, statuses_in_words


class InspectionView(Page):
    template_name = "pages/inspection.html"
    title = "Inspection"
    takes_as_of = True

    def context(self, **kwargs: object) -> Context:
        inspection = self._inspection(self.kwargs["reference"])
        measures = measures_with_readings(self.user, today=self.today, as_of=self.as_of)
        found = outcomes(
            measures.filter(recommendation__inspection=inspection), cases=inspection.sample_size, reads=True
        )
        ratings = ratings_of(inspection, found)
        recommendations = [self._line(row) for row in self._recommendations(inspection)]
        return {
            "record": inspection.reference,
            "inspection": inspection,
            "ratings": ratings,
            "recommendations": recommendations,
            "in_reach": any(line["statuses"] for line in recommendations),
        }

    @property
    def query(self) -> str:
        """The query string of links to other pages, so that they show the same day."""
        return f"?as_of={self.as_of.isoformat()}" if self.as_of else ""

    def _inspection(self, reference: str) -> Inspection:
        rows = visible(Inspection.objects.for_list(), self.user, on=self.today)
        if self.as_of:
            rows = rows.filter(created_at__lt=end_of(self.as_of))
        found = rows.filter(reference=reference).first()
        if found is None:
            raise Http404
        return found

    def _recommendations(self, inspection: Inspection) -> Any:
        rows = Recommendation.objects.filter(inspection=inspection).annotate(in_scope=in_scope(self.user))
        rows = visible(rows, self.user, on=self.today)
        rows = standing_for(rows, self.user, on=self.today, as_of=self.as_of)
        return rows.select_related("owner").order_by("number")

    def _line(self, row: Any) -> Context:
        """A row of the list; only the published part if the recommendation is out of scope."""
        row.status = row.status_on_day
        return {
            "row": row,
            "words": shortened(row.text),
            "statuses": [words for _, words in statuses_in_words(row)] if row.in_scope else [],
            "unsupported_claim": reasons_in_short(row) if row.in_scope else "",
        }
