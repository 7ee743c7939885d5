"""What every resource shares: unknown parameters refused, keyset pages, ETags, and one way to write."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from recommendations.api.conditional import etag, version_read
from recommendations.api.filtering import day_asked, refuse_unknown, yes_or_no
from recommendations.api.idempotency import digest_of, key_of
from recommendations.api.parsers import fields_of, refuse_too_large
from recommendations.api.renderers import to_json
from recommendations.models import User
from recommendations.operations.idempotency import Kept, once

REFERENCE = r"[A-Za-z0-9-]{1,60}"
SLUG = r"[A-Za-z0-9_-]{1,80}"
ID = r"[0-9]{1,18}"


class Resource(GenericViewSet):
    """Who calls, when, and with what; answers that no shared cache keeps."""

    takes_as_of = False

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

    @property
    def as_of(self) -> date | None:
        """The past day that the request asks about. Raises ValidationError for one to come."""
        if not (self.takes_as_of and self.action in {"list", "retrieve"}):
            return None
        return day_asked(self.request, "as_of", latest=self.today)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "as_of": self.as_of}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response


class RecordViewSet(ListModelMixin, RetrieveModelMixin, Resource):
    """A resource that is listed and read. `orderings`: public name → ORM path.

    Where a write names the version of another noun than the one that it makes, `versioned_by` is the
    resource of that noun.
    """

    lookup_value_regex = ID
    orderings: dict[str, str] = {}
    default_ordering: tuple[str, ...] = ()
    versioned_by: "type[RecordViewSet] | None" = None

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().retrieve(request, *args, **kwargs)
        if "version" in response.data:
            response["ETag"] = etag(response.data)
        return response

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


def _kept(answer: Response) -> Kept:
    headers = {name: answer[name] for name in ("Location", "ETag") if answer.has_header(name)}
    return Kept(answer.status_code, to_json(answer.data), headers)
