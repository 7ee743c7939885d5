"""What every resource shares: unknown parameters refused, keyset pages, ETags, exports."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from recommendations.api.compiled_lists import ListRows
from recommendations.api.conditional import etag_of, list_tag, unless_held
from recommendations.api.exporting import export
from recommendations.api.formats import FORMATS
from recommendations.api.list_query import ListQuery
from recommendations.api.lists import blocks, compiled, fields_asked, list_query, one_row, row_query
from recommendations.api.ordering import OrderBy
from recommendations.api.parsers import refuse_too_large
from recommendations.api.query_params import (
    LISTED,
    day_asked,
    refuse_token_in_address,
    refuse_unknown,
)
from recommendations.api.renderers import Json, to_json
from recommendations.api.rows import RowReader, TableReader
from recommendations.api.serializers.declarations import QueryContext, RowContext
from recommendations.exports import Column
from recommendations.models import AccessToken, RecordHead, User
from recommendations.queries.callers import Held, roles_of
from recommendations.queries.visibility import visible
from recommendations.workflow import TAKES_STEPS

REFERENCE = r"[A-Za-z0-9-]{1,60}"
SLUG = r"[A-Za-z0-9_-]{1,80}"
ID = r"[0-9]{1,18}"


class Resource(GenericViewSet):
    """Who calls, when, and with what; answers that no shared cache keeps."""

    takes_as_of = False
    # What a list takes beside its filters.
    list_parameters = LISTED

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before the caller is known: to look for the token of a session's form is to read the form.
        if request.headers.get("content-length"):
            refuse_too_large(request)
        if request.query_params:
            refuse_token_in_address(request)
        super().initial(request, *args, **kwargs)
        if self.action:  # None for a method that is not served: that is a 405, whatever it carries.
            refuse_unknown(request, self)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT001, FBT002  DRF's.
        # A method that is not served is a 405, whatever form of answer is asked for.
        return super().perform_content_negotiation(request, force or self.action is None)

    @property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def caller(self) -> User:
        """The user of the request: permissions let nobody else come this far."""
        if isinstance(self.request.user, User):
            return self.request.user
        raise NotAuthenticated

    @cached_property
    def today(self) -> date:
        """The London day on which the request is answered: one, even at midnight."""
        return timezone.localdate()

    @cached_property
    def as_of(self) -> date | None:
        """The past day that the request asks about. Raises ValidationError for one to come."""
        if not (self.takes_as_of and self.request.method in SAFE_METHODS):
            return None
        return day_asked(self.request, "as_of", latest=self.today)

    @cached_property
    def root(self) -> str:
        """The address under which everything of the API stands, as the caller names this machine."""
        return f"{self.request.scheme}://{self.request.get_host()}{_root()}"

    def row_context(self, cursor: Any = None) -> RowContext:
        """What readers of rows know of the request."""
        return RowContext(self.root, self.get_serializer_context(), cursor)

    def get_serializer_context(self) -> dict[str, Any]:
        return {
            **super().get_serializer_context(),
            "root": self.root,
            "today": self.today,
            "as_of": self.as_of,
        }

    @cached_property
    def roles(self) -> list[Held]:
        """The roles that the caller holds."""
        return roles_of(self.request.user)

    @property
    def takes_steps(self) -> bool:
        """Has the caller a role that takes any step of a workflow?"""
        return any(held.role in TAKES_STEPS for held in self.roles)

    @cached_property
    def record_end(self) -> int:
        """The last event of the record when the request began."""
        token = self.request.auth
        if isinstance(token, AccessToken):
            return token.record_end
        return RecordHead.objects.values_list("sequence", flat=True).get(pk=1)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response


class RecordViewSet(Resource):
    """A resource that is listed and read. `orderings`: public name → OrderBy, or the path of a column.

    `rows` are those that exist for the caller; the serializer says how each is shown.
    """

    lookup_value_regex = ID
    model: type[Model]
    filterset_class: Any = None
    search_fields: list[str] = []
    # Where the caller's scope of rows follows from their recommendation alone: the path to it.
    through = ""
    orderings: dict[str, str | OrderBy] = {}
    default_ordering: tuple[str, ...] = ()
    # The queryset that the filter backends add to, while a list is compiled.
    compiling: ListRows

    @classmethod
    def rows(cls, query: QueryContext) -> QuerySet:
        """The rows that exist for the caller."""
        return visible(cls.model._default_manager.all(), query.user, on=query.today)

    @classmethod
    def row_serializer(cls, action: str, *, as_of: bool) -> Any:
        """The serializer that declares the fields of a list, a row, or either on a past day."""
        return cls.serializer_class

    @classmethod
    def reader(cls, asked: ListQuery, query: QueryContext) -> Any:
        """What reads the rows of a query: it has the `layout` of their columns."""
        serializer = cls.row_serializer(asked.action, as_of=asked.as_of)
        return (TableReader if asked.as_table else RowReader)(serializer, asked.fields, query)

    @classmethod
    @cache
    def field_names(cls, action: str, *, as_of: bool) -> tuple[str, ...]:
        """The names of the fields, in order."""
        serializer = cls.row_serializer(action, as_of=as_of)
        return tuple(name for name in serializer().fields if name not in serializer.past_only)

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
        return visible(self.model._default_manager.all(), self.request.user, on=self.today)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """A row that is written to is found by its key alone."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return unless_held(request, list_tag(self), lambda: export(self) if self.is_export else self.page())

    def page(self) -> HttpResponse:
        """What is answered where no export is asked for."""
        paginator: Any = self.paginator
        return page_response(paginator.page(self.request, self))

    def exported(self) -> tuple[Sequence[Column], Iterator[Any]]:
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


def page_response(body: dict[str, Any]) -> HttpResponse:
    """A page as JSON, with the address of the next one in the header Link too."""
    answer = HttpResponse(to_json(body), content_type=Json.media_type)
    if body.get("next"):
        answer["Link"] = f'<{body["next"]}>; rel="next"'
    return answer


@cache
def _root() -> str:
    return reverse("api-root")
