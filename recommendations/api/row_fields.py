"""How each kind of serializer field is read from the columns of a query.

A field becomes a `Read`: a function that takes the columns of some rows and returns the values of the field.
Column by column is faster than row by row: 179 against 228 µs for 100 rows of six fields.
"""

from collections import defaultdict, namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from inspect import getattr_static
from itertools import compress
from typing import Any, Protocol

import orjson
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Func, QuerySet, TextField
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler
from django.urls import reverse
from rest_framework import serializers

from recommendations.api.serializers.base import NullIf
from recommendations.api.serializers.declarations import Key, MethodInputs, RelatedKey, RowContext
from recommendations.exports import ColumnKind
from recommendations.queries.compiled import CompiledQuery
from recommendations.queries.parameters import Values

ColumnValues = Sequence[Any]


class Cells(Protocol):
    """The columns of some rows."""

    def __getitem__(self, place: int, /) -> ColumnValues: ...


Read = Callable[[Cells, RowContext], ColumnValues]
FLAGS = {0: False, 1: True, None: None}  # SQLite gives 0 and 1, which are equal to False and True.
KINDS: list[tuple[type, ColumnKind]] = [
    (serializers.BooleanField, ColumnKind.FLAG),
    (serializers.IntegerField, ColumnKind.NUMBER),
    (serializers.DecimalField, ColumnKind.NUMBER),
    (serializers.DateTimeField, ColumnKind.INSTANT),
    (serializers.DateField, ColumnKind.DAY),
    (serializers.ChoiceField, ColumnKind.CODE),
    (serializers.SlugField, ColumnKind.CODE),
    (serializers.HyperlinkedRelatedField, ColumnKind.CODE),
]
JSON = (serializers.JSONField, serializers.DictField, serializers.ListField)


class InstantText(Func):
    """An instant as ISO 8601 with Z: SQLite keeps UTC as text, PostgreSQL would make an object of it."""

    arity = 1
    output_field = TextField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        template = "(replace(%(expressions)s, ' ', 'T') || 'Z')"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        text = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        template = f"replace({text}, '.000000Z', 'Z')"
        return self.as_sql(compiler, connection, template=template, **context)


def kind_of(field: serializers.Field) -> ColumnKind:
    """What a column of a table holds."""
    return next((kind for known, kind in KINDS if isinstance(field, known)), ColumnKind.TEXT)


def kind_of_column(field: Field) -> ColumnKind:
    """The kind of a database column: days and instants apart, which drivers return in different types."""
    return {"DateField": ColumnKind.DAY, "DateTimeField": ColumnKind.INSTANT}.get(
        field.get_internal_type(), ColumnKind.CODE
    )


def column_of(path: str, kind: ColumnKind) -> str | Func:
    """The expression of a column: days and instants as text, so that the driver makes no object of them."""
    if kind is ColumnKind.DAY:
        return Cast(path, TextField())
    return InstantText(path) if kind is ColumnKind.INSTANT else path


def column(place: int) -> Read:
    """The column as it is."""
    return lambda cells, context: cells[place]


def plain(field: serializers.Field, place: int) -> Read:
    """A column as JSON has it."""
    if isinstance(field, NullIf):
        absent = field.absent
        return lambda cells, context: [None if value == absent else value for value in cells[place]]
    if isinstance(field, JSON):
        return lambda cells, context: [orjson.loads(value) for value in cells[place]]
    if kind_of(field) is ColumnKind.FLAG and connection.vendor == "sqlite":
        return lambda cells, context: [FLAGS[value] for value in cells[place]]
    return column(place)


def address(view_name: str, lookup_field: str, place: int) -> Read:
    """Reads the URL of the row whose key is in the column; null if the key is null."""
    whole = reverse(view_name, kwargs={lookup_field: 0})
    head, _, tail = whole.removeprefix(reverse("api-root")).rpartition("0")

    def read(cells: Cells, context: RowContext) -> ColumnValues:
        stem = context.root + head
        return [None if key is None else f"{stem}{key}{tail}" for key in cells[place]]

    return read


def nested(fields: Mapping[str, Read]) -> Read:
    """Objects of these fields."""
    names, readers = tuple(fields), tuple(fields.values())

    def read(cells: Cells, context: RowContext) -> ColumnValues:
        columns = zip(*[reader(cells, context) for reader in readers], strict=True)
        return [dict(zip(names, values)) for values in columns]  # noqa: B905  As many, for each row.

    return read


class RowSelection:
    """Some rows of the columns; a column is cut down when it is read."""

    def __init__(self, cells: Cells, rows: Sequence[int]) -> None:
        self.cells, self.rows = cells, rows

    def __getitem__(self, place: int) -> ColumnValues:
        given = self.cells[place]
        return [given[at] for at in self.rows]


def where_present(place: int, read: Read) -> Read:
    """Calls `read` for the rows whose column at `place` is not null; the others are null."""

    def read_present(cells: Cells, context: RowContext) -> ColumnValues:
        keys = cells[place]
        if None not in keys:
            return read(cells, context)
        there = [at for at, key in enumerate(keys) if key is not None]
        found: list[Any] = [None] * len(keys)
        for at, value in zip(there, read(RowSelection(cells, there), context) if there else (), strict=True):
            found[at] = value
        return found

    return read_present


def each(read: Read, change: Callable[[Any], Any]) -> Read:
    """`change` of each value."""
    return lambda cells, context: [change(value) for value in read(cells, context)]


def part(read: Read, name: str) -> Read:
    """One field of objects that may be null."""
    return each(read, lambda found: None if found is None else found[name])


def tuples(cells: Cells, context: RowContext) -> ColumnValues:
    """All columns but the first, as tuples."""
    return list(zip(*list(cells)[1:], strict=True))  # type: ignore[call-overload]


def method(
    parent: type[serializers.BaseSerializer], name: str, reading: MethodInputs, columns: Sequence[Read]
) -> Read:
    """Calls the serializer's method with a row that has the columns and related rows that it declares."""
    row = namedtuple("Row", [*reading.columns, *reading.related])  # type: ignore[misc]
    static = isinstance(getattr_static(parent, name), staticmethod)

    def read(cells: Cells, context: RowContext) -> ColumnValues:
        call = getattr(parent if static else context.serializer(parent), name)
        return [call(row(*values)) for values in zip(*[one(cells, context) for one in columns], strict=True)]

    return read


def related(key: RelatedKey, place: int) -> Read:
    """Reads the related rows that were loaded under `key`, for the row keys in the column."""

    def read(cells: Cells, context: RowContext) -> ColumnValues:
        held = context.related[key]
        return [held.get(one, ()) for one in cells[place]]

    return read


def for_method(place: int, field: Field | None) -> Read:
    """A column with the values of a model instance, for methods; `field` is the model's, or None."""
    convert = CONVERTERS.get(field.get_internal_type()) if field is not None else None
    if convert is None:
        return column(place)
    return lambda cells, context: [None if one is None else convert(one) for one in cells[place]]


CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "DateField": date.fromisoformat,
    "BooleanField": bool,
    "DecimalField": lambda number: Decimal(str(number)),
    "JSONField": orjson.loads,
}


class RelatedRows:
    """Rows that belong to the rows of a page, loaded by one query."""

    def __init__(self, rows: QuerySet, key: int, read: Read, nested: "RelatedByName") -> None:
        self.query, self.key, self.read, self.nested = CompiledQuery(rows), key, read, nested

    def load(self, keys: Sequence[Key], values: Values, context: RowContext) -> dict[Key, list[Any]]:
        """The items by the key of the row that they belong to."""
        held: dict[Key, list[Any]] = defaultdict(list)
        rows = self.query.rows(values.among(keys), context.cursor)
        if rows:
            cells = list(zip(*rows, strict=True))
            load_related(self.nested, cells, values, context)
            for key, item in zip(cells[self.key], self.read(cells, context), strict=True):
                held[key].append(item)
        return held


# Related rows by name, with the place of their key, and the place of the column that tells whether any exist.
RelatedByName = dict[RelatedKey, tuple[RelatedRows, int, int | None]]


def load_related(related: RelatedByName, cells: Cells, values: Values, context: RowContext) -> None:
    """Put into `context` the related rows of the rows of `cells`."""
    for name, (loaded, place, where) in related.items():
        keys = set(cells[place]) if where is None else set(compress(cells[place], cells[where]))
        keys.discard(None)
        context.related[name] = loaded.load(list(keys), values, context) if keys else {}
