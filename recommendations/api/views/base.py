"""RecordViewSet: lists in pages, details, exports and ETags."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.pagination import BasePagination
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from recommendations.api.conditional import VERSION, etag_of
from recommendations.api.exporting import Exported, export
from recommendations.api.filters.backends import Filters, Search
from recommendations.api.formats import FORMATS
from recommendations.api.lists import blocks, compiled, list_query, one_row, requested_fields, row_query
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
        """The rows in which a write finds its row, by `get_object()`. Lists and details use `rows()`."""
        return visible(self.model._default_manager.all(), self.request.user, on=self.today)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Filters apply to lists only: a write finds its row by its key."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def list(self, request: Request, *args: object, **kwargs: object) -> HttpResponseBase:
        answer = (lambda: export(self, self.exported)) if self.is_export else self.page
        return self._unless_unchanged(self._list_tag(), answer)

    def page(self) -> HttpResponse:
        """The answer if no export is requested."""
        paginator: Any = self.paginator
        return page_response(paginator.page(self.request, self))

    def exported(self) -> Exported:
        """The columns of the table (none for NDJSON), and blocks of its rows."""
        asked, values = list_query(self.request, self)
        found = compiled(asked, self)
        return (found.reader.table if self.is_table else ()), blocks(self, found, values)

    def retrieve(self, request: Request, *args: object, **kwargs: object) -> HttpResponseBase:
        asked, values = row_query(self, "retrieve", requested_fields(request, self))
        found = one_row(self, asked, values, self.kwargs[self.lookup_url_kwarg or self.lookup_field])
        body = to_json(found)
        tag = etag_of(found.get("version"), body)
        return self._unless_unchanged(tag, lambda: HttpResponse(body, content_type=Json.media_type))

    def _list_tag(self) -> str:
        """The ETag of a list. It changes with the caller, the address, the format, the London day and the
        last event. Roles and organisations need no place in it: changing them is an event too."""
        parts = (
            self.caller.pk,
            self.request.get_full_path(),
            self.root,
            self.export_format,
            self.today.isoformat(),
            self.record_end,
            VERSION,
        )
        return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'

    def _unless_unchanged(self, tag: str, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
        """The answer that `make` returns, with the ETag `tag`; a bare 304 if If-None-Match names that tag.

        Tags are compared weakly (RFC 9110): a proxy that compresses an answer marks its tag with `W/`.
        `*` matches no tag, because the caller may ask for a list or a row that would be refused.
        """
        known = self.request.headers.get("If-None-Match", "")
        unchanged = tag in (one.removeprefix("W/") for one in parse_etags(known))
        answer = HttpResponse(status=304) if unchanged else make()
        answer["ETag"] = tag
        return answer


def page_response(body: dict[str, object]) -> HttpResponse:
    """A page as JSON, with the address of the next one in the header Link too."""
    answer = HttpResponse(to_json(body), content_type=Json.media_type)
    if body.get("next"):
        answer["Link"] = f'<{body["next"]}>; rel="next"'
    return answer
