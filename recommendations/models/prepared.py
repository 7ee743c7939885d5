"""Queries that the ORM writes once: later calls bind values and fetch the driver's own rows.

Writing the SQL of a wide query takes longer than running it (performance.md). While it is written, a
`Bound` stands for each value that is known only when the query is asked.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Expression,
    Field,
    ForeignKey,
    IntegerField,
    Lookup,
    QuerySet,
)
from django.utils import timezone
from psycopg import Cursor as PlannedOnce
from psycopg.sql import Literal

Row = tuple[Any, ...]
Values = dict[str, Any]
BLOCK = 1000
# As Django writes it; a doubled per cent sign is none.
PLACEHOLDER = re.compile(r"(?<!%)%s")


class Bound(Expression):
    """Stands in a query for the value that is bound under `name` when it is asked."""

    def __init__(self, name: str, output_field: Field | None = None) -> None:
        super().__init__(output_field=output_field or CharField())
        self.name = name

    def value(self, values: Values) -> Any:
        return values[self.name]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", (Slot(self, self.output_field),)


class BoundDay(Bound):
    """The same for a day, which can be reckoned with: `TODAY + timedelta(days=30)`."""

    def __init__(self, name: str, shift: timedelta = timedelta()) -> None:
        super().__init__(name, DateField())
        self.shift = shift

    def __add__(self, other: Any) -> Any:
        return BoundDay(self.name, self.shift + other) if isinstance(other, timedelta) else NotImplemented

    def __sub__(self, other: Any) -> Any:
        return self + -other if isinstance(other, timedelta) else NotImplemented

    @property
    def end(self) -> Bound:
        return BoundEnd(self.name)

    def value(self, values: Values) -> date:
        return values[self.name] + self.shift


class BoundEnd(Bound):
    """The instant at which the London day that is bound has ended."""

    def __init__(self, name: str) -> None:
        super().__init__(name, DateTimeField())

    def value(self, values: Values) -> datetime:
        after = datetime.combine(values[self.name] + timedelta(days=1), time.min)
        return timezone.make_aware(after)


@dataclass(frozen=True)
class Slot:
    """The place of a bound value among the parameters of a statement."""

    bound: Bound
    field: Field

    def bind(self, values: Values, connection: Any) -> Any:
        value = self.bound.value(values)
        if isinstance(value, list):  # For `among`.
            return orjson.dumps(value).decode() if connection.vendor == "sqlite" else value
        return self.field.get_db_prep_value(value, connection)


@dataclass(frozen=True)
class Person:
    """Whoever will ask: bound are their key, the organisations that their roles name as their reach, and
    whether a role of theirs reads everything."""

    pk: Bound
    reach: Bound
    everything: Bound


CALLER = Person(
    Bound("user", IntegerField()), Bound("reach", IntegerField()), Bound("everything", BooleanField())
)
TODAY = BoundDay("today")
AS_OF = BoundDay("as_of")
KEYS = Bound("keys", IntegerField())


@ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`among`: one of a list that is bound as one parameter, however long."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, parameters = self.process_lhs(compiler, connection)
        right, bound = self.process_rhs(compiler, connection)
        if connection.vendor == "sqlite":
            return f"{left} IN (SELECT value FROM json_each({right}))", [*parameters, *bound]  # noqa: S608
        return f"{left} = ANY({right})", [*parameters, *bound]


class Statement:
    """A queryset of `values_list`, written for the database in use."""

    def __init__(self, queryset: QuerySet, *, limited: bool = False, counted: bool = False) -> None:
        self.connection = connections[DEFAULT_DB_ALIAS]
        self.vendor = self.connection.vendor
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, parameters = compiler.as_sql()
        if counted:
            self.sql = f"SELECT COUNT(*) FROM ({self.sql}) AS counted"  # noqa: S608  The ORM wrote it.
        if limited:
            self.sql += " LIMIT %s"
        self.parameters = [*parameters, *([Slot(Bound("limit"), IntegerField())] if limited else [])]

    @cached_property
    def slots(self) -> list[tuple[int, Slot]]:
        return [(place, slot) for place, slot in enumerate(self.parameters) if isinstance(slot, Slot)]

    def bind(self, values: Values) -> list[Any]:
        bound = list(self.parameters)
        connection = connections[DEFAULT_DB_ALIAS]
        for place, slot in self.slots:
            bound[place] = slot.bind(values, connection)
        return bound

    def rows(self, values: Values) -> list[Row]:
        """Every row, as the driver gives it. One query."""
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.queries_logged or connection.execute_wrappers:  # Somebody watches.
            with connection.cursor() as cursor:
                cursor.execute(self.sql, self.bind(values))
                return cursor.fetchall()
        return self._straight(connection, values)

    def _straight(self, connection: Any, values: Values) -> list[Row]:
        """The same past Django's cursor.

        That rewrites SQLite's placeholders each time, and lets PostgreSQL plan each statement anew, which
        takes longer than running it: here the server keeps the plan.
        """
        connection.ensure_connection()
        connection.validate_no_broken_transaction()
        with connection.wrap_database_errors:
            if connection.vendor == "sqlite":
                return connection.connection.execute(self.for_sqlite, self.bind(values)).fetchall()
            bound = [slot.bind(values, connection) for _, slot in self.slots]
            with PlannedOnce(connection.connection) as cursor:
                return cursor.execute(self.for_postgresql, bound, prepare=True).fetchall()

    @cached_property
    def for_sqlite(self) -> str:
        return PLACEHOLDER.sub("?", self.sql).replace("%%", "%")

    @cached_property
    def for_postgresql(self) -> str:
        """With its constants in it, so that only what is bound is left to be typed by the server."""
        first, *pieces = PLACEHOLDER.split(self.sql)
        given = zip(self.parameters, pieces, strict=True)
        return first + "".join(f"{_literal(parameter)}{piece}" for parameter, piece in given)

    def blocks(self, values: Values, size: int = BLOCK) -> Iterator[list[Row]]:
        """Every row of one moment, some at a time, in constant memory; the first block is small."""
        connection = connections[DEFAULT_DB_ALIAS]
        with _one_moment(connection), connection.chunked_cursor() as cursor:
            cursor.execute(self.sql, self.bind(values))
            rows = iter(lambda: cursor.fetchmany(size), [])
            yield from rows


def _literal(parameter: Any) -> str:
    if isinstance(parameter, Slot):
        return "%s"
    plain = str(parameter) if isinstance(parameter, str) else parameter
    return Literal(plain).as_string().replace("%", "%%")


@contextmanager
def _one_moment(connection: Any) -> Iterator[None]:
    """What is read within stood at one moment: on SQLite an open cursor sees to that.

    There a transaction would keep writers waiting; on PostgreSQL it keeps nobody.
    """
    if connection.vendor == "sqlite" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # Every row will be read: the first ones quickly are not the aim.
            cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        yield


class Prepared:
    """`build(key)` gives a `values_list` queryset in which the key stands at one or more places."""

    def __init__(self, build: Any, field: Field | None = None) -> None:
        self.build, self.key = build, Bound("key", field or IntegerField())
        self._written: dict[str, tuple[Statement, dict[int, Any]]] = {}

    def rows(self, key: Any) -> list[Row]:
        """The rows for `key`, as the queryset would give them. One query."""
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self._written:
            self._written[connection.vendor] = self._write()
        statement, converters = self._written[connection.vendor]
        return [tuple(_plain(row, converters, connection)) for row in statement.rows({"key": key})]

    def _write(self) -> tuple[Statement, dict[int, Any]]:
        queryset = self.build(self.key)
        return Statement(queryset), _converters(queryset)


class PreparedRow:
    """One row of a model, with the rows that `related` names: its query is written once.

    `build()` gives a queryset of the model in which `Bound` stands for what `get` is given; `also` gives
    expressions whose values become attributes of the row.
    """

    def __init__(
        self,
        build: Callable[[], QuerySet],
        *related: str,
        also: Callable[[], dict[str, Any]] = dict,
    ) -> None:
        self.build, self.related, self.also = build, related, also
        self._written: dict[str, tuple[Statement, dict[int, Any], list[Any]]] = {}

    def get(self, **values: Any) -> Any:
        """The first row, or None. One query."""
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self._written:
            self._written[connection.vendor] = self._write()
        statement, converters, makers = self._written[connection.vendor]
        rows = statement.rows({**values, "limit": 1})
        if not rows:
            return None
        cells = _plain(rows[0], converters, connection)
        (_, model, names), *related = makers
        found = model.from_db(DEFAULT_DB_ALIAS, names, cells[: len(names)])
        at = len(names)
        for name, other, columns in related:
            setattr(found, name, other.from_db(DEFAULT_DB_ALIAS, columns, cells[at : at + len(columns)]))
            at += len(columns)
        for name, value in zip(self.also(), cells[at:], strict=True):
            setattr(found, name, value)
        return found

    def _write(self) -> tuple[Statement, dict[int, Any], list[Any]]:
        rows = self.build()
        makers = [("", rows.model, _columns(rows.model))]
        for name in self.related:
            other: Any = rows.model._meta.get_field(name).related_model
            makers.append((name, other, _columns(other)))
        names = [f"{name}__{column}" if name else column for name, _, columns in makers for column in columns]
        chosen = rows.values_list(*names, *self.also().values())
        return Statement(chosen, limited=True), _converters(chosen), makers


def _columns(model: Any) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _converters(rows: QuerySet) -> dict[int, Any]:
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.as_sql()
    return compiler.get_converters(column for column, _, _ in compiler.select)


def _plain(row: Row, converters: dict[int, Any], connection: Any) -> list[Any]:
    """The values of a row as the queryset gives them: SQLite, for one, returns days as text."""
    values = list(row)
    for place, (convert_by, column) in converters.items():
        for convert in convert_by:
            values[place] = convert(values[place], column, connection)
    return values
