"""What every resource shares: unknown parameters refused, keyset pages, ETags, exports."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.pagination import BasePagination
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from recommendations.api.conditional import etag_of, list_tag, unless_held
from recommendations.api.exporting import Exported, export
from recommendations.api.filters.backends import Filters, Search
from recommendations.api.formats import FORMATS
from recommendations.api.lists import blocks, compiled, fields_asked, list_query, one_row, row_query
from recommendations.api.ordering import Ordering
from recommendations.api.pagination import Keyset
from recommendations.api.renderers import Json, to_json
from recommendations.api.views.resource import RecordResource
from recommendations.queries.visibility import visible


class RecordViewSet(RecordResource):
    """Lists its rows, shows one, and exports them: with ETags and in any of FORMATS."""

    pagination_class: type[BasePagination] = Keyset
    filter_backends = [Ordering, Filters, Search]

    def get_renderers(self) -> list[BaseRenderer]:
        return (
            [Json(), *(one() for one in FORMATS.values())]
            if self.action == "list"
            else super().get_renderers()
        )

    def get_queryset(self) -> QuerySet:
        """The rows that exist for the caller: one of them is found to be written to."""
        return visible(self.model._default_manager.all(), self.request.user, on=self.today)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """A row that is written to is found by its key alone."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return unless_held(
            request, list_tag(self), lambda: export(self, self.exported) if self.is_export else self.page()
        )

    def page(self) -> HttpResponse:
        """What is answered where no export is asked for."""
        paginator: Any = self.paginator
        return page_response(paginator.page(self.request, self))

    def exported(self) -> Exported:
        """The columns of the table, and its rows, some at a time; no columns where objects are asked for."""
        asked, values = list_query(self.request, self)
        found = compiled(asked, self)
        return (found.reader.table if self.is_table else ()), blocks(self, found, values)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked, values = row_query(self, "retrieve", fields_asked(request, self))
        found = one_row(self, asked, values, self.kwargs[self.lookup_url_kwarg or self.lookup_field])
        body = to_json(found)
        tag = etag_of(found.get("version"), body)
        return unless_held(request, tag, lambda: HttpResponse(body, content_type=Json.media_type))


def page_response(body: dict[str, object]) -> HttpResponse:
    """A page as JSON, with the address of the next one in the header Link too."""
    answer = HttpResponse(to_json(body), content_type=Json.media_type)
    if body.get("next"):
        answer["Link"] = f'<{body["next"]}>; rel="next"'
    return answer
