"""How many recommendations stand where: totals that reconcile with the lists."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from recommendations.api.conditional import list_tag
from recommendations.api.filters.summary import SummaryFilter
from recommendations.api.formats import FORMATS
from recommendations.api.reading import JSON
from recommendations.api.renderers import to_json, to_line
from recommendations.api.serializers.summary import SummarySerializer, Whole
from recommendations.api.shapes.shape import Ask, Shape
from recommendations.api.shapes.summary import PAST_SUMMARY, SUMMARY
from recommendations.api.summary import cells, summary_of
from recommendations.api.views.base import RecordViewSet
from recommendations.api.views.recommendations import RecommendationViewSet
from recommendations.exports import csv_stream, ndjson_stream, xlsx_file
from recommendations.models import Recommendation


class SummaryViewSet(RecordViewSet):
    """How many recommendations stand where, whatever filters of the list are given: all in the caller's scope
    first, then those owned by each organisation in the caller's reach or any under it, where there are any.

    With `as_of`, where they stood when that day ended, and who owned them then.
    """

    queryset = Recommendation.objects.none()
    model, shape = Recommendation, SUMMARY
    serializer_class, pagination_class = SummarySerializer, Whole
    filterset_class = SummaryFilter
    search_fields = RecommendationViewSet.search_fields
    list_parameters = frozenset({"format"})
    takes_as_of = True

    @classmethod
    def rows(cls, ask: Ask) -> QuerySet[Recommendation]:
        return RecommendationViewSet.rows(ask)

    @classmethod
    def shape_for(cls, action: str, *, as_of: bool) -> Shape:
        return PAST_SUMMARY if as_of else SUMMARY

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        tag = list_tag(self)
        if tag == request.headers.get("If-None-Match"):
            return HttpResponse(status=304, headers={"ETag": tag})
        answer = self._file() if self.is_export else self._object()
        answer["ETag"] = tag
        return answer

    def _object(self) -> HttpResponse:
        body: dict[str, Any] = {"as_of": self.as_of} if self.as_of else {}
        body["record_end"] = self.record_end
        body["results"], _ = summary_of(self)
        return HttpResponse(to_json(body), content_type=JSON)

    def _file(self) -> HttpResponseBase:
        """The same rows as a file. They are few: it is made at once."""
        rows, columns = summary_of(self)
        chosen = FORMATS[self.export_format]
        if chosen.format == "xlsx":
            book = xlsx_file(columns, [cells(rows, columns)], sheet="Summary")
            answer: HttpResponseBase = FileResponse(book, content_type=chosen.media_type)
        else:
            lines = chosen.format == "ndjson"
            pieces = ndjson_stream([rows], to_line) if lines else csv_stream(columns, [cells(rows, columns)])
            answer = HttpResponse(b"".join(pieces), content_type=f"{chosen.media_type}; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="summary-{self.today}.{chosen.format}"'
        answer["Cache-Control"] = "private, no-store"
        answer["X-Record-End"] = str(self.record_end)
        return answer
