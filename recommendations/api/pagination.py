"""Keyset paging: each page begins after the last row of the page before, whatever came between."""

import base64
import binascii
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote_plus

import orjson
from django.core.exceptions import ValidationError as FieldError
from django.db import connection
from django.db.models import Field
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.views import APIView

from recommendations.api.compiled_lists import CompiledList
from recommendations.api.filters.base import Schema
from recommendations.api.list_query import ListQuery
from recommendations.api.lists import compiled, list_query
from recommendations.api.ordering import ABSENT, PRESENT, is_in_parts, terms_of
from recommendations.api.query_params import yes_or_no
from recommendations.api.serializers.declarations import RowContext
from recommendations.api.views.resource import RecordResource
from recommendations.queries.execute import Row
from recommendations.queries.parameters import Values

CursorValues = list[Any]
LARGEST_PAGE = 200
DEFAULT_PAGE = 50
# A statement is planned for its number of rows: for any page size, one of these.
FETCHED = (11, DEFAULT_PAGE + 1, 101, LARGEST_PAGE + 1)
NOT_IN_EXPORTS = "Refused in an export, which has every row."
# What of a query stays as the caller wrote it.
AS_ASKED = "%&=+,:/@!$*()"


class Keyset(BasePagination):
    """`{"next", "results"}` of rows that are fetched by their place in the order."""

    def page(self, request: Request, view: RecordResource) -> dict[str, object]:
        """The body of a page, with `count` and `as_of` where they are asked for; raises ValidationError."""
        asked, values = list_query(request, view)
        size, counted = page_size(request), yes_or_no(request, "count")
        asked = self._placed(request, replace(asked, limit=rows_for(size)), values)
        found = compiled(asked, view)
        body: dict[str, object] = {"count": found.count(view, values)} if counted else {}
        if view.as_of:
            body["as_of"] = view.as_of
        body |= {"record_end": view.record_end, "next": None}
        with connection.cursor() as cursor:
            context = view.row_context(cursor)
            rows, more = _read(found, values, size, context)
            results = found.reader.objects(rows, values, context)
            if asked.part == PRESENT and not more:
                # Rows without what the list is sorted by come after all that have it.
                rest = compiled(replace(asked, part=ABSENT, cursor=None), view)
                others, more = _read(rest, values, size - len(rows), context)
                # Another write may have come between the two queries: no row is shown twice.
                shown = {row[found.cursor_places[-1]] for row in rows}
                others = [row for row in others if row[rest.cursor_places[-1]] not in shown]
                results = [*results, *rest.reader.objects(others, values, context)]
                found, rows = (rest, others) if others else (found, rows)
        if more:
            body["next"] = next_page(request, _cursor(found, rows[-1]))
        body["results"] = results
        return body

    def _placed(self, request: Request, asked: ListQuery, values: Values) -> ListQuery:
        """The query of the page that the cursor asks for, whose values go into `values`."""
        part = PRESENT if is_in_parts(asked.view, asked.ordering[0]) and not asked.as_of else None
        words = request.query_params.get("cursor")
        if words is None:
            return replace(asked, part=part)
        fields = [term.field for term in terms_of(asked.view, asked.ordering, part, asked.context)]
        last = decoded(words, fields)
        values |= {f"cursor_{place}": value for place, value in enumerate(last)}
        there = tuple(value is not None for value in last)
        return replace(asked, cursor=there, part=ABSENT if part and not there[0] else part)

    def get_paginated_response_schema(self, schema: Schema) -> Schema:
        return {
            "type": "object",
            "required": ["record_end", "next", "results"],
            "properties": {
                "count": {"type": "integer", "description": "Only with count=true."},
                "as_of": {"type": "string", "format": "date", "description": "Only with as_of=."},
                "record_end": {
                    "type": "integer",
                    "description": "The last event of the record when this page was read: that of the"
                    " first page is what to ask changed_after= next time.",
                },
                "next": {"type": "string", "format": "uri", "nullable": True},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[Schema]:
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": DEFAULT_PAGE}
        return [
            _parameter(
                "cursor", {"type": "string"}, f"Take it from `next`; do not build it. {NOT_IN_EXPORTS}"
            ),
            _parameter("page_size", size, f"Rows on a page. {NOT_IN_EXPORTS}"),
            _parameter("count", {"type": "boolean"}, f"Count all rows too; it takes time. {NOT_IN_EXPORTS}"),
        ]


class EveryRow(BasePagination):
    """All rows at once: organisations are few."""

    def get_paginated_response_schema(self, schema: Schema) -> Schema:
        page = Keyset().get_paginated_response_schema(schema)
        del page["properties"]["next"], page["properties"]["count"]
        return {**page, "required": ["record_end", "results"]}

    def get_schema_operation_parameters(self, view: APIView) -> list[Schema]:
        return []


def _read(found: CompiledList, values: Values, size: int, context: RowContext) -> tuple[list[Row], bool]:
    """Up to `size` rows, and whether more follow."""
    rows = found.sql.rows(values, context.cursor)
    return rows[:size], len(rows) > size


def _cursor(found: CompiledList, row: Row) -> CursorValues:
    """The values that the next page begins after."""
    last = [row[place] for place in found.cursor_places]
    return [None, *last] if found.asked.part == ABSENT else last


def _parameter(name: str, schema: Schema, description: str) -> Schema:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


def page_size(request: Request) -> int:
    words = request.query_params.get("page_size", str(DEFAULT_PAGE))
    if words.isascii() and words.isdigit() and len(words) < 4 and 1 <= int(words) <= LARGEST_PAGE:
        return int(words)
    raise ValidationError(
        {"page_size": f"“{words}” is not a page size: a number from 1 to {LARGEST_PAGE} is expected."}
    )


def rows_for(size: int) -> int:
    """How many rows are fetched for a page: at least one more, which tells whether another follows."""
    return next(most for most in FETCHED if most > size)


def next_page(request: Request, values: CursorValues) -> str:
    """The address of the page after the row whose values of the ordering these are."""
    cursor = base64.urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")
    asked = request.META["QUERY_STRING"].encode("latin-1").split(b"&")
    kept = [piece for piece in asked if unquote_plus(piece.partition(b"=")[0].decode("latin-1")) != "cursor"]
    query = quote(b"&".join([*filter(None, kept), f"cursor={cursor}".encode()]), safe=AS_ASKED)
    return f"{request.scheme}://{request.get_host()}{quote(request.path)}?{query}"


def decoded(cursor: str, fields: list[Field]) -> CursorValues:
    """The values of a cursor, each in the type and range of its field; raises ValidationError."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(fields) or values[-1] is None:
            raise ValueError(cursor)
        return [
            None if value is None else _bounded(field, value)
            for field, value in zip(fields, values, strict=True)
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
