"""Keyset paging: each page begins after the last row of the page before, whatever came between."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

import orjson
from django.core.exceptions import ValidationError as FieldError
from django.db.models import Field, Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from recommendations.api.ordering import Terms

LARGEST_PAGE = 200
DEFAULT_PAGE = 50


class Keyset(BasePagination):
    """`{"next": address or null, "results": […]}`, and `count` where `count=true` asks for it."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, self.terms, self.as_of = request, view.ordering_terms, view.as_of
        size = _page_size(request)
        self.count = queryset.count() if _wants_count(request) else None
        if cursor := request.query_params.get("cursor"):
            queryset = queryset.filter(_after(self.terms, _decoded(cursor, self.terms, queryset)))
        rows = list(queryset[: size + 1])
        self.last = rows[size - 1] if len(rows) > size else None
        return rows[:size]

    def get_paginated_response(self, data: list[Any]) -> Response:
        body: dict[str, Any] = {} if self.count is None else {"count": self.count}
        body |= {} if self.as_of is None else {"as_of": self.as_of}
        return Response(body | {"next": self._next(), "results": data})

    def _next(self) -> str | None:
        if self.last is None:
            return None
        values = [_value(self.last, path) for path, _ in self.terms]
        cursor = base64.urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "count": {"type": "integer", "description": "Only with count=true."},
                "as_of": {"type": "string", "format": "date", "description": "Only with as_of=."},
                "next": {"type": "string", "format": "uri", "nullable": True},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": DEFAULT_PAGE}
        return [
            _parameter("cursor", {"type": "string"}, "Take it from `next`; do not build it."),
            _parameter("page_size", size, "Rows on a page."),
            _parameter("count", {"type": "boolean"}, "Count all rows too; it takes time."),
        ]


PARAMETERS = frozenset({"cursor", "page_size", "count", "ordering"})


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


def _page_size(request: Request) -> int:
    words = request.query_params.get("page_size", str(DEFAULT_PAGE))
    if words.isascii() and words.isdigit() and len(words) < 4 and 1 <= int(words) <= LARGEST_PAGE:
        return int(words)
    raise ValidationError(
        {"page_size": f"“{words}” is not a page size: a number from 1 to {LARGEST_PAGE} is expected."}
    )


def _wants_count(request: Request) -> bool:
    words = request.query_params.get("count", "false")
    if words not in {"true", "false"}:
        raise ValidationError({"count": f"“{words}” is neither true nor false."})
    return words == "true"


def _after(terms: Terms, values: list[Any]) -> Q:
    """The condition of standing after the row with `values`; a row without a value stands last."""
    after, equal = Q(), Q()
    for (path, descending), value in zip(terms, values, strict=True):
        if value is not None:
            beyond = Q(**{f"{path}__{'lt' if descending else 'gt'}": value})
            after |= equal & (beyond | Q(**{f"{path}__isnull": True}))
        equal &= Q(**{f"{path}__isnull": True}) if value is None else Q(**{path: value})
    return after


def _decoded(cursor: str, terms: Terms, rows: QuerySet) -> list[Any]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(terms) or values[-1] is None:
            raise ValueError(cursor)
        return [
            None if value is None else _bounded(_field(rows, path), value)
            for (path, _), value in zip(terms, values, strict=True)
        ]
    except (ValueError, TypeError, OverflowError, binascii.Error, FieldError) as error:
        raise ValidationError(
            {"cursor": "This cursor does not belong to this list and ordering. Begin without it."}
        ) from error


def _bounded(field: Field, value: Any) -> Any:
    """The value in the column's type and range; raises ValueError or ValidationError."""
    converted = field.to_python(value)
    field.run_validators(converted)
    if isinstance(converted, str) and "\x00" in converted:
        raise ValueError(value)
    # An instant at the edge of the calendar overflows only when the database converts it.
    return converted.astimezone(UTC) if isinstance(converted, datetime) else converted


def _field(rows: QuerySet, path: str) -> Field:
    """The field, or what an annotation gives, at the path of a term."""
    model: Any = rows.model
    if path in rows.query.annotations:
        return rows.query.annotations[path].output_field
    if path == "pk":
        return model._meta.pk
    *relations, name = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return model._meta.get_field(name)


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row
