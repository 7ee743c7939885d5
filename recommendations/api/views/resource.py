"""What views know of a request and declare about their rows; lists, exports and filters read it from them."""

from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from recommendations.api.filters.base import FilterSet
from recommendations.api.formats import FORMATS
from recommendations.api.ordering import OrderBy
from recommendations.api.parsers import refuse_too_large
from recommendations.api.query_params import (
    LIST_PARAMETERS,
    day_parameter,
    refuse_token_in_address,
    refuse_unknown,
)
from recommendations.api.rows import RowReader, TableReader
from recommendations.api.serializers.base import RowSerializer
from recommendations.api.serializers.declarations import QueryContext, RowContext
from recommendations.models import AccessToken, RecordHead, User
from recommendations.queries.callers import CurrentRole, roles_of
from recommendations.queries.visibility import visible
from recommendations.workflow import TAKES_STEPS

REFERENCE = r"[A-Za-z0-9-]{1,60}"
SLUG = r"[A-Za-z0-9_-]{1,80}"
ID = r"[0-9]{1,18}"


class Resource(GenericViewSet):
    """Who calls, when, and with what; answers that no shared cache keeps."""

    takes_as_of = False
    # What a list takes beside its filters.
    list_parameters = LIST_PARAMETERS

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before the caller is known: to look for the token of a session's form is to read the form.
        if request.headers.get("content-length"):
            refuse_too_large(request)
        if request.query_params:
            refuse_token_in_address(request)
        super().initial(request, *args, **kwargs)
        if self.action:  # None for a method that is not served: that is a 405, whatever it carries.
            refuse_unknown(request, self)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:  # noqa: FBT001, FBT002  DRF's.
        # A method that is not served is a 405, whatever form of answer is asked for.
        return super().perform_content_negotiation(request, force or self.action is None)

    @property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
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
        return day_parameter(self.request, "as_of", latest=self.today)

    @cached_property
    def root(self) -> str:
        """The address under which everything of the API stands, as the caller names this machine."""
        return f"{self.request.scheme}://{self.request.get_host()}{_root()}"

    def row_context(self, cursor: CursorWrapper | None = None) -> RowContext:
        """What readers of rows know of the request."""
        return RowContext(self.root, self.get_serializer_context(), cursor)

    def get_serializer_context(self) -> dict[str, object]:
        return {
            **super().get_serializer_context(),
            "root": self.root,
            "today": self.today,
            "as_of": self.as_of,
        }

    @cached_property
    def roles(self) -> list[CurrentRole]:
        """The roles that the caller holds."""
        return roles_of(self.caller)

    @cached_property
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

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response


class RecordResource(Resource):
    """What a resource that is listed and read declares: its rows, serializers, filters and orderings.

    `orderings`: public name → OrderBy, or the path of a column. `through`: the path to the recommendation on
    which it depends whether the caller may read a row.
    """

    lookup_value_regex = ID
    model: type[Model]
    serializer_class: type[RowSerializer]
    filterset_class: type[FilterSet] | None = None
    search_fields: list[str] = []
    # Where the caller's scope of rows follows from their recommendation alone: the path to it.
    through = ""
    orderings: dict[str, str | OrderBy] = {}
    default_ordering: tuple[str, ...] = ()
    # The queryset that the filter backends add to, while a list is compiled.
    compiling: Any

    @classmethod
    def rows(cls, query: QueryContext) -> QuerySet:
        """The rows that exist for the caller."""
        return visible(cls.model._default_manager.all(), query.user, on=query.today)

    @classmethod
    def row_serializer(cls, action: str, *, as_of: bool) -> type[RowSerializer]:
        """The serializer that declares the fields of a list, a row, or either on a past day."""
        return cls.serializer_class

    @classmethod
    def reader(cls, asked: Any, query: QueryContext) -> Any:
        """Return the reader of the rows of a ListQuery; its `layout` has their columns."""
        serializer = cls.row_serializer(asked.action, as_of=asked.as_of)
        return (TableReader if asked.as_table else RowReader)(serializer, asked.fields, query)

    @classmethod
    @cache
    def field_names(cls, action: str, *, as_of: bool) -> tuple[str, ...]:
        """The names of the fields, in order."""
        serializer = cls.row_serializer(action, as_of=as_of)
        return tuple(name for name in serializer().get_fields() if name not in serializer.past_only)

    @cached_property
    def is_export(self) -> bool:
        """Is every row asked for, and not a page?"""
        return self.action == "list" and self.export_format in FORMATS

    @cached_property
    def is_table(self) -> bool:
        """Are rows asked for as those of a table, and not as objects?"""
        return self.is_export and self.export_format != "ndjson"

    @cached_property
    def export_format(self) -> str:
        chosen = getattr(self.request, "accepted_renderer", None)
        return getattr(chosen, "format", "json")


@cache
def _root() -> str:
    return reverse("api-root")
