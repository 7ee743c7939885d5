"""Keyset paging: each page begins after the last row of the previous page, even if rows were added since."""

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
from recommendations.api.ordering import WITH_VALUE, WITHOUT_VALUE, has_two_parts, terms_of
from recommendations.api.query_params import boolean_parameter
from recommendations.api.serializers.declarations import RowContext
from recommendations.api.views.resource import RecordResource
from recommendations.queries.execute import Row
from recommendations.queries.parameters import Values

CursorValues = list[Any]
LARGEST_PAGE = 200
DEFAULT_PAGE = 50
# PostgreSQL plans a statement for its LIMIT. Page sizes are rounded up to these, so that few are planned.
FETCHED = (11, DEFAULT_PAGE + 1, 101, LARGEST_PAGE + 1)
NOT_IN_EXPORTS = "Not allowed in an export, which has every row."
# Characters of the query string that are not escaped.
AS_ASKED = "%&=+,:/@!$*()"


class Keyset(BasePagination):
    """Pages `{"next", "results"}`, each fetched by the ordering values of the row before it."""

    def page(self, request: Request, view: RecordResource) -> dict[str, object]:
        """The body of a page, with `count` and `as_of` if requested. Raises ValidationError."""
        asked, values = list_query(request, view)
        size, with_count = page_size(request), boolean_parameter(request, "count")
        asked = self._placed(request, replace(asked, limit=rows_for(size)), values)
        found = compiled(asked, view)
        body: dict[str, object] = {"count": found.count(view, values)} if with_count else {}
        body |= {"as_of": view.as_of} if view.as_of else {}
        body |= {"record_end": view.record_end, "next": None}
        with connection.cursor() as cursor:
            context = view.row_context(cursor)
            rows, more = _read(found, values, size, context)
            results = found.reader.objects(rows, values, context)
            if asked.part == WITH_VALUE and not more:
                # Rows without a value to sort by come after all others.
                rest = compiled(replace(asked, part=WITHOUT_VALUE, cursor=None), view)
                others, more = _read(rest, values, size - len(rows), context)
                # A write between the two queries may have moved a row: show it once.
                shown = {row[found.cursor_places[-1]] for row in rows}
                others = [row for row in others if row[rest.cursor_places[-1]] not in shown]
                results = [*results, *rest.reader.objects(others, values, context)]
                found, rows = (rest, others) if others else (found, rows)
        if more:
            body["next"] = next_page(request, _cursor(found, rows[-1]))
        return body | {"results": results}

    def _placed(self, request: Request, asked: ListQuery, values: Values) -> ListQuery:
        """The query of the page that the cursor names; the cursor's values are added to `values`."""
        part = WITH_VALUE if has_two_parts(asked.view, asked.ordering[0]) and not asked.as_of else None
        words = request.query_params.get("cursor")
        if words is None:
            return replace(asked, part=part)
        fields = [term.field for term in terms_of(asked.view, asked.ordering, part, asked.context)]
        last = decoded(words, fields)
        values |= {f"cursor_{place}": value for place, value in enumerate(last)}
        there = tuple(value is not None for value in last)
        return replace(asked, cursor=there, part=WITHOUT_VALUE if part and not there[0] else part)

    def get_paginated_response_schema(self, schema: Schema) -> Schema:
        return {
            "type": "object",
            "required": ["record_end", "next", "results"],
            "properties": {
                "count": {"type": "integer", "description": "Only with count=true."},
                "as_of": {"type": "string", "format": "date", "description": "Only with as_of=."},
                "record_end": {
                    "type": "integer",
                    "description": "The last event of the record when this page was read. Use the"
                    " value of the first page as changed_after= next time.",
                },
                "next": {"type": "string", "format": "uri", "nullable": True},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[Schema]:
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": DEFAULT_PAGE}
        return [
            _parameter(
                "cursor", {"type": "string"}, f"Copy it from `next`; do not build it. {NOT_IN_EXPORTS}"
            ),
            _parameter("page_size", size, f"Rows on a page. {NOT_IN_EXPORTS}"),
            _parameter(
                "count", {"type": "boolean"}, f"Also count all rows; this takes time. {NOT_IN_EXPORTS}"
            ),
        ]


class EveryRow(BasePagination):
    """All rows on one page."""

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
    """The ordering values of the last row of this page."""
    last = [row[place] for place in found.cursor_places]
    return [None, *last] if found.asked.part == WITHOUT_VALUE else last


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
        {"page_size": f"“{words}” is not a page size. Give a number from 1 to {LARGEST_PAGE}."}
    )


def rows_for(size: int) -> int:
    """How many rows to fetch for a page: at least one more, to know whether another page follows."""
    return next(most for most in FETCHED if most > size)


def next_page(request: Request, values: CursorValues) -> str:
    """The address of the page after the row with these ordering values."""
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
    # Conversion to UTC overflows at the edge of the calendar: raise that here, not in the database.
    return converted.astimezone(UTC) if isinstance(converted, datetime) else converted
