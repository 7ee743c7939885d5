"""The summary: totals of recommendations that agree with the lists."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse

from recommendations.api.exporting import Exported
from recommendations.api.filters.summary import SummaryFilter
from recommendations.api.list_query import ListQuery
from recommendations.api.pagination import EveryRow
from recommendations.api.serializers.declarations import QueryContext
from recommendations.api.serializers.summary import SummarySerializer
from recommendations.api.summary import TallyReader, cells, summary_of
from recommendations.api.views.base import RecordViewSet, page_response
from recommendations.api.views.recommendations import RecommendationViewSet
from recommendations.models import Recommendation


class SummaryViewSet(RecordViewSet):
    """The number of recommendations by status; takes the filters of the list. The first row counts all in the
    caller's scope; then comes one row for each organisation that the caller's roles cover and that owns any,
    itself or below it.

    With `as_of`, the statuses and owners at the end of that day.
    """

    queryset = Recommendation.objects.none()
    model = Recommendation
    serializer_class, pagination_class = SummarySerializer, EveryRow
    filterset_class = SummaryFilter
    search_fields = RecommendationViewSet.search_fields
    list_parameters = frozenset({"format"})
    takes_as_of = True

    @classmethod
    def rows(cls, query: QueryContext) -> QuerySet[Recommendation]:
        return RecommendationViewSet.rows(query)

    @classmethod
    def reader(cls, asked: ListQuery, query: QueryContext) -> TallyReader:
        return TallyReader(SummarySerializer, asked, query)

    def page(self) -> HttpResponse:
        body: dict[str, Any] = {"as_of": self.as_of} if self.as_of else {}
        body["record_end"] = self.record_end
        body["results"], _ = summary_of(self)
        return page_response(body)

    def exported(self) -> Exported:
        """All rows in one block."""
        rows, columns = summary_of(self)
        return columns, iter([cells(rows, columns) if self.is_table else rows])
