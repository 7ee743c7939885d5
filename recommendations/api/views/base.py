"""What every resource shares: unknown parameters refused, keyset pages, ETags, and one way to write."""

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

from recommendations.api import reading
from recommendations.api.asking import Sort
from recommendations.api.conditional import etag_of, list_tag, unless_held
from recommendations.api.exporting import export
from recommendations.api.formats import FORMATS
from recommendations.api.parameters import LISTED, refuse_unknown
from recommendations.api.parsers import refuse_token_in_address, refuse_too_large
from recommendations.api.renderers import Json, to_json
from recommendations.api.shapes.shape import Ask, Shape
from recommendations.api.values import day_asked
from recommendations.api.views.writing import Writes
from recommendations.exports import Column
from recommendations.models import AccessToken, RecordHead, User
from recommendations.queries.callers import Held, roles_of
from recommendations.workflow import TAKES_STEPS

REFERENCE = r"[A-Za-z0-9-]{1,60}"
SLUG = r"[A-Za-z0-9_-]{1,80}"
ID = r"[0-9]{1,18}"


class Resource(GenericViewSet):
    """Who calls, when, and with what; answers that no shared cache keeps."""

    takes_as_of = False
    # What a list takes beside its filters.
    list_parameters = LISTED
    shape: Shape | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before the caller is known: to look for the token of a session's form is to read the form.
        refuse_too_large(request)
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


class RecordViewSet(Writes, Resource):
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


@cache
def _root() -> str:
    return reverse("me").removesuffix("me/")
