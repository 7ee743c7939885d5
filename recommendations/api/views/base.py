"""What every resource of rows shares: keyset pages, exports, ETags, and one way to write."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from recommendations.api import reading
from recommendations.api.asking import Sort
from recommendations.api.conditional import etag_of, list_tag, unless_held
from recommendations.api.exporting import export
from recommendations.api.formats import FORMATS
from recommendations.api.renderers import Json, to_json
from recommendations.api.shapes.shape import Ask, Shape
from recommendations.api.views.writing import Writes
from recommendations.exports import Column

REFERENCE = r"[A-Za-z0-9-]{1,60}"
SLUG = r"[A-Za-z0-9_-]{1,80}"
ID = r"[0-9]{1,18}"


class RecordViewSet(Writes):
    """A resource that is listed and read. `orderings`: public name → ORM path, or Sort.

    `rows` are those that exist for the caller, `shape` how each is shown; the serializer, which shows a
    row that was written, shows the same.
    """

    lookup_value_regex = ID
    model: type[Model]
    filterset_class: Any = None
    search_fields: list[str] = []
    # Where rows are in reach by their recommendation alone: the path to it.
    through = ""
    orderings: dict[str, str | Sort] = {}
    default_ordering: tuple[str, ...] = ()

    @classmethod
    def rows(cls, ask: Ask) -> QuerySet:
        """The rows that exist for whoever will ask."""
        raise NotImplementedError

    @classmethod
    def shape_for(cls, action: str, *, as_of: bool) -> Shape:
        assert cls.shape is not None  # noqa: S101  Every noun has one.
        return cls.shape

    @property
    def is_export(self) -> bool:
        """Is every row asked for, and not a page?"""
        return self.action == "list" and self.export_format in FORMATS

    @property
    def is_table(self) -> bool:
        """Are rows asked for as those of a table, and not as objects?"""
        return self.is_export and self.export_format != "ndjson"

    @property
    def export_format(self) -> str:
        chosen = getattr(self.request, "accepted_renderer", None)
        return getattr(chosen, "format", "json")

    def get_renderers(self) -> list[Any]:
        return (
            [Json(), *(one() for one in FORMATS.values())]
            if self.action == "list"
            else super().get_renderers()
        )

    def get_queryset(self) -> QuerySet:
        """The rows that exist for the caller: one of them is found to be written to."""
        return self.rows(Ask(user=self.request.user, today=self.today))

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """A row that is written to is found by its key alone."""
        return queryset

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return unless_held(request, list_tag(self), lambda: export(self) if self.is_export else self.page())

    def page(self) -> HttpResponse:
        """What is answered where no export is asked for."""
        return reading.page(self)

    def exported(self) -> tuple[Sequence[Column], Iterator[Any]]:
        """The columns of the table, and its rows, some at a time; no columns where objects are asked for."""
        plan, blocks = reading.blocks(self)
        return (plan.layout.columns if self.is_table else ()), blocks

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.one(self.kwargs[self.lookup_url_kwarg or self.lookup_field])
        body = to_json(found)
        tag = etag_of(found.get("version"), body)
        return unless_held(request, tag, lambda: HttpResponse(body, content_type=reading.JSON))

    def one(self, key: Any) -> dict[str, Any]:
        """The row of a detail; raises Http404 where there is none in reach."""
        return reading.one(self, key)
