"""The base classes of views: the request's caller and days, and the declarations that lists read."""

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
    """The caller, the day and the parameters of a request; its answers may not be kept by shared caches."""

    takes_as_of = False
    # The parameters of a list, in addition to its filters.
    list_parameters = LIST_PARAMETERS

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        # Before authentication: the CSRF check of a session reads the form.
        if request.headers.get("content-length"):
            refuse_too_large(request)
        if request.query_params:
            refuse_token_in_address(request)
        super().initial(request, *args, **kwargs)
        if self.action:  # None for a method that is not served: the answer is 405 with any parameters.
            refuse_unknown(request, self)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:  # noqa: FBT001, FBT002  DRF's.
        # A method that is not served answers 405 for every media type.
        return super().perform_content_negotiation(request, force or self.action is None)

    @property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def caller(self) -> User:
        """The user of the request. Raises NotAuthenticated; permissions refuse such requests before."""
        if isinstance(self.request.user, User):
            return self.request.user
        raise NotAuthenticated

    @cached_property
    def today(self) -> date:
        """The London day of the request; it stays the same if midnight passes."""
        return timezone.localdate()

    @cached_property
    def as_of(self) -> date | None:
        """The past day in `as_of`, or None. Raises ValidationError for a future day."""
        if not (self.takes_as_of and self.request.method in SAFE_METHODS):
            return None
        return day_parameter(self.request, "as_of", latest=self.today)

    @cached_property
    def root(self) -> str:
        """The root URL of the API, with the scheme and host of the request."""
        return f"{self.request.scheme}://{self.request.get_host()}{_root()}"

    def row_context(self, cursor: CursorWrapper | None = None) -> RowContext:
        """The request's data for readers of rows."""
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
        """Whether the caller has a role that takes workflow steps."""
        return any(held.role in TAKES_STEPS for held in self.roles)

    @cached_property
    def record_end(self) -> int:
        """The last event of the record when the request began."""
        token = self.request.auth
        if isinstance(token, AccessToken):
            return token.record_end
        return RecordHead.objects.values_list("sequence", flat=True).get(pk=1)

    def finalize_response(
        self, request: Request, response: Response, *args: object, **kwargs: object
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response


class RecordResource(Resource):
    """A resource with lists and details: its model, rows, serializers, filters and orderings.

    `orderings`: public name → OrderBy, or the path of a column.
    """

    lookup_value_regex = ID
    model: type[Model]
    serializer_class: type[RowSerializer]
    filterset_class: type[FilterSet] | None = None
    search_fields: list[str] = []
    # The path to the recommendation, if that alone decides which rows the caller may read.
    through = ""
    orderings: dict[str, str | OrderBy] = {}
    default_ordering: tuple[str, ...] = ()
    # The `ListRows` that the filter backends read, while a list is compiled.
    compiling: Any

    @classmethod
    def rows(cls, query: QueryContext) -> QuerySet:
        """The rows that the caller may read, for lists, details and exports. Writes use `get_queryset()`."""
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
        """Whether the request asks for every row instead of a page."""
        return self.action == "list" and self.export_format in FORMATS

    @cached_property
    def is_table(self) -> bool:
        """Whether the export is a table (CSV, XLSX), not objects (NDJSON)."""
        return self.is_export and self.export_format != "ndjson"

    @cached_property
    def export_format(self) -> str:
        chosen = getattr(self.request, "accepted_renderer", None)
        return getattr(chosen, "format", "json")


@cache
def _root() -> str:
    return reverse("api-root")
