"""What every resource shares: unknown parameters refused, keyset pages, ETags, and one way to write."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from recommendations.api import reading
from recommendations.api.asking import Sort
from recommendations.api.conditional import etag, etag_of, list_tag, version_read
from recommendations.api.exporting import export
from recommendations.api.filtering import LISTED, day_asked, refuse_unknown, yes_or_no
from recommendations.api.formats import FORMATS
from recommendations.api.idempotency import digest_of, key_of
from recommendations.api.parsers import fields_of, refuse_too_large
from recommendations.api.renderers import Json, to_json
from recommendations.api.shapes.shape import Ask, Shape
from recommendations.models import AccessToken, RecordHead, User
from recommendations.operations.idempotency import Kept, once

REFERENCE = r"[A-Za-z0-9-]{1,60}"
SLUG = r"[A-Za-z0-9_-]{1,80}"
ID = r"[0-9]{1,18}"


class Resource(GenericViewSet):
    """Who calls, when, and with what; answers that no shared cache keeps."""

    takes_as_of = False
    # Actions beside `list` that take its filters; and what a list takes beside filters.
    listed_actions: tuple[str, ...] = ()
    list_parameters = LISTED
    shape: Shape | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before the caller is known: to look for the token of a session's form is to read the form.
        refuse_too_large(request)
        super().initial(request, *args, **kwargs)
        if self.action:  # None for a method that is not served: that is a 405, whatever it carries.
            refuse_unknown(request, self)

    @property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def caller(self) -> User:
        """The user of the request: permissions let nobody else come this far."""
        if isinstance(self.request.user, User):
            return self.request.user
        raise NotAuthenticated

    @property
    def today(self) -> date:
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
    def record_end(self) -> int:
        """The last event of the record when the request began."""
        token = self.request.auth
        if isinstance(token, AccessToken):
            return token.record_end
        return RecordHead.objects.values_list("sequence", flat=True).get(pk=1)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "as_of": self.as_of}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response


class RecordViewSet(Resource):
    """A resource that is listed and read. `orderings`: public name → ORM path, or Sort.

    `rows` are those that exist for the caller, `shape` how each is shown; the serializer, which shows a
    row that was written, shows the same. Where a write names the version of another noun than the one
    that it makes, `versioned_by` is the resource of that noun.
    """

    lookup_value_regex = ID
    model: type[Model]
    filterset_class: Any = None
    search_fields: list[str] = []
    orderings: dict[str, str | Sort] = {}
    default_ordering: tuple[str, ...] = ()
    versioned_by: "type[RecordViewSet] | None" = None

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
    def export_format(self) -> str:
        chosen = getattr(self.request, "accepted_renderer", None)
        return getattr(chosen, "format", "json")

    def get_renderers(self) -> list[Any]:
        return (
            [Json(), *(one() for one in FORMATS.values())]
            if self.action == "list"
            else super().get_renderers()
        )

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """A row that is written to is found by its key alone."""
        return queryset

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        tag = list_tag(self)
        if tag == request.headers.get("If-None-Match"):
            return HttpResponse(status=304, headers={"ETag": tag})
        answer = export(self) if self.is_export else reading.page(self)
        answer["ETag"] = tag
        return answer

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.one(self.kwargs[self.lookup_url_kwarg or self.lookup_field])
        body = to_json(found)
        tag = etag_of(found.get("version"), body)
        if tag == request.headers.get("If-None-Match"):
            return HttpResponse(status=304, headers={"ETag": tag})
        return HttpResponse(body, headers={"ETag": tag}, content_type=reading.JSON)

    def one(self, key: Any) -> dict[str, Any]:
        """The row of a detail; raises Http404 where there is none in reach."""
        return reading.one(self, key)

    def represent(self, row: Any) -> dict[str, Any]:
        """One row as its reader sees it, loaded as the detail loads it."""
        return self.get_serializer_class()(
            self.get_queryset().get(pk=row.pk), context=self.get_serializer_context()
        ).data

    def represent_current(self, row: Any) -> dict[str, Any]:
        """The row as another write left it, for whoever came second."""
        if self.versioned_by is None:
            return self.represent(row)
        return self.versioned_by(
            request=self.request, action="retrieve", kwargs={}, format_kwarg=None
        ).represent(row)

    def read_body(self, serializer: type[BaseSerializer]) -> dict[str, Any]:
        """The validated body, of which a PATCH may leave fields out; raises ValidationError."""
        partial = self.request.method == "PATCH"
        context = self.get_serializer_context()
        body = serializer(data=fields_of(self.request.data), partial=partial, context=context)
        body.is_valid(raise_exception=True)
        return body.validated_data

    def read_versioned(self, serializer: type[BaseSerializer]) -> dict[str, Any]:
        """The validated body, with the `version` that it or If-Match states."""
        body = self.read_body(serializer)
        return body | {"version": version_read(self.request, body.pop("version", None))}

    def write(self, make: Callable[[], Any], *, status: int = 200) -> HttpResponse | Response:
        """Do `make`, which returns the row written, and answer with the row, all in one transaction.

        With dry_run=true everything is done, answered, and undone. With an Idempotency-Key the answer
        is kept beside what was written, and replayed to the same request.
        """
        # Read before anything is held: others need not wait for a slow line.
        body, key = fields_of(self.request.data), key_of(self.request)
        if yes_or_no(self.request, "dry_run"):
            if key is not None:
                raise ValidationError(
                    {"Idempotency-Key": "A dry run writes nothing: there is no key to keep."}
                )
            return self._rehearsed(make)
        if key is None:
            with transaction.atomic():
                return self.answer(make(), status=status)
        kept = once(
            user=self.caller,
            key=key,
            digest=digest_of(self.request, body),
            at=self.now,
            perform=lambda: _kept(self.answer(make(), status=status)),
        )
        replayed = {"Idempotent-Replay": "true"} if kept.is_replay else {}
        return HttpResponse(
            kept.body, status=kept.status, headers=kept.headers | replayed, content_type="application/json"
        )

    def answer(self, row: Any, *, status: int) -> Response:
        """The row as it now stands; for a new one, with its address in Location."""
        data = self.represent(row)
        headers = {"Location": data["url"]} if status == 201 else {}
        if "version" in data:
            headers["ETag"] = etag(data)
        return Response(data, status=status, headers=headers)

    def _rehearsed(self, make: Callable[[], Any]) -> Response:
        row = None
        try:
            with transaction.atomic():
                row = make()
                data = self.represent(row)
                transaction.set_rollback(True)
        finally:
            self.undo(row)
        return Response(data, headers={"Dry-Run": "true"})

    def undo(self, row: Any) -> None:
        """Take back what a dry run did outside the database to make `row` (None where nothing was made)."""


@cache
def _root() -> str:
    return reverse("me").removesuffix("me/")


def _kept(answer: Response) -> Kept:
    headers = {name: answer[name] for name in ("Location", "ETag") if answer.has_header(name)}
    return Kept(answer.status_code, to_json(answer.data), headers)
