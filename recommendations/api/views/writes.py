"""Writes of one row or many: in one transaction, with dry runs and idempotency keys."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from recommendations.api.conditional import digest_of, etag, key_of, version_read
from recommendations.api.errors import BulkRefused, problems_of
from recommendations.api.list_query import WRITTEN
from recommendations.api.lists import one_row, row_query
from recommendations.api.parsers import fields_of
from recommendations.api.query_params import boolean_parameter
from recommendations.api.renderers import to_json
from recommendations.api.views.base import RecordViewSet
from recommendations.errors import DomainError
from recommendations.operations.conditions import StepInput
from recommendations.operations.idempotency import Kept, once
from recommendations.operations.transitions import take_step

MOST_AT_ONCE = 200
# The row that a request wrote, or the rows of a bulk request.
Written = Model | Sequence[Model]


class WritableViewSet(RecordViewSet):
    """A resource that is written to as well.

    Where a write names the version of another noun than the one that it makes, `versioned_by` is the
    resource of that noun.
    """

    versioned_by: "type[WritableViewSet] | None" = None

    def represent(self, row: Written) -> dict[str, object]:
        """One row as its reader sees it, read as the detail is; or `{"results"}` of several."""
        if isinstance(row, Sequence):
            return {"results": [self.represent(one) for one in row]}
        asked, values = row_query(self, WRITTEN, self.field_names("retrieve", as_of=False))
        return one_row(self, asked, values, row.pk)

    def represent_current(self, row: Model) -> dict[str, object]:
        """The row after another write, for the caller whose version is out of date."""
        if self.versioned_by is None:
            return self.represent(row)
        return self.versioned_by(
            request=self.request, action="retrieve", kwargs={}, format_kwarg=None
        ).represent(row)

    def read_body(self, serializer: type[BaseSerializer]) -> dict[str, Any]:
        """The validated body; a PATCH may leave fields out. Raises ValidationError."""
        partial = self.request.method == "PATCH"
        context = self.get_serializer_context()
        body = serializer(data=fields_of(self.request.data), partial=partial, context=context)
        body.is_valid(raise_exception=True)
        return body.validated_data

    def read_versioned(self, serializer: type[BaseSerializer]) -> dict[str, Any]:
        """The validated body, with the `version` that it or If-Match states."""
        body = self.read_body(serializer)
        return body | {"version": version_read(self.request, body.pop("version", None))}

    def write_all(
        self, serializer: type[BaseSerializer], make: Callable[[dict[str, Any]], Model], *, status: int = 200
    ) -> HttpResponse:
        """Do `make` with each of the body's `items`: all of them, or none and every problem by item."""
        return self.write(lambda: self._all_of(serializer, make), status=status)

    def _all_of(
        self, serializer: type[BaseSerializer], make: Callable[[dict[str, Any]], Model]
    ) -> list[Model]:
        made, problems = [], []
        for place, item in enumerate(self._items()):
            try:
                with transaction.atomic():
                    body = serializer(data=item, context=self.get_serializer_context())
                    body.is_valid(raise_exception=True)
                    made.append(make(body.validated_data))
            except (APIException, DomainError) as error:
                problems += problems_of(error, self, f"items.{place}")
        if problems:
            raise BulkRefused(problems)
        return made

    def _items(self) -> list[Any]:
        body = self.request.data
        items = body.get("items") if isinstance(body, dict) else None
        if not isinstance(items, list) or not items or set(body) != {"items"}:
            raise ValidationError(
                {"items": 'Send `{"items": [...]}` with at least one item, and nothing else.'}
            )
        if len(items) > MOST_AT_ONCE:
            raise ValidationError(
                {"items": f"At most {MOST_AT_ONCE} are written at once; these are {len(items)}."}
            )
        return items

    def write(self, make: Callable[[], Written], *, status: int = 200) -> HttpResponse:
        """Do `make`, which returns the row written, and answer with the row, all in one transaction.

        With dry_run=true everything is done, answered, and undone. With an Idempotency-Key the answer
        is stored in the same transaction, and sent again for the same request.
        """
        # Read before anything is locked: others need not wait for a slow connection.
        body, key = fields_of(self.request.data), key_of(self.request)
        if boolean_parameter(self.request, "dry_run"):
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

    def answer(self, row: Written, *, status: int) -> Response:
        """The row as it now stands, for a new one with its address in Location; or `results`, of several."""
        data = self.represent(row)
        if isinstance(row, Sequence):
            return Response(data, status=status)
        headers = {"Location": str(data["url"])} if status == 201 else {}
        if "version" in data:
            headers["ETag"] = etag(data)
        return Response(data, status=status, headers=headers)

    def _rehearsed(self, make: Callable[[], Written]) -> Response:
        row = None
        try:
            with transaction.atomic():
                row = make()
                data = self.represent(row)
                transaction.set_rollback(True)
        finally:
            self.undo(row)
        return Response(data, headers={"Dry-Run": "true"})

    def undo(self, row: Written | None) -> None:
        """Undo the effects of a dry run outside the database, such as a stored file. `row` may be None."""


def _kept(answer: Response) -> Kept:
    headers = {name: answer[name] for name in ("Location", "ETag") if answer.has_header(name)}
    return Kept(answer.status_code, to_json(answer.data), headers)


class StepViewSet(WritableViewSet):
    """A resource whose rows pass through a workflow."""

    def take_step(self, serializer: type[BaseSerializer]) -> HttpResponse:
        """Take the step that the body names with the row of the address, and answer with the row."""
        return self.write(lambda: self._step_taken(serializer))

    def _step_taken(self, serializer: type[BaseSerializer]) -> Model:
        try:
            said = self.read_versioned(serializer)
        except APIException:
            self.get_object()  # The body is judged only for rows that exist for the caller.
            raise
        step, version = said.pop("step"), said.pop("version")
        given = StepInput(**said | {"acknowledged": tuple(said.get("acknowledged", ()))})
        rows: Any = self._rows_of_address()
        try:
            return take_step(
                subject=rows, step=step, version=version, given=given, by=self.caller, at=self.now
            )
        except ObjectDoesNotExist:
            raise Http404 from None

    def _rows_of_address(self) -> QuerySet:
        """The row that the address names, if it exists for the caller."""
        key = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        return self.get_queryset().filter(**{self.lookup_field: key})
