"""Queries that the ORM writes once: later calls bind values and fetch the driver's own rows.

Writing the SQL of a wide query takes longer than running it (performance.md). While it is written, a
`Bound` stands for each value that is known only when the query is asked.
"""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Field, IntegerField, QuerySet
from psycopg import Cursor as PlannedOnce
from psycopg.sql import Literal

from recommendations.models.bound import Bound, Slot, Values

Row = tuple[Any, ...]
BLOCK = 1000
# As Django writes it; a doubled per cent sign is none.
PLACEHOLDER = re.compile(r"(?<!%)%s")


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
        return rows_of([(self, values)])[0]

    @cached_property
    def for_sqlite(self) -> str:
        return PLACEHOLDER.sub("?", self.sql).replace("%%", "%")

    @cached_property
    def for_postgresql(self) -> str:
        """With its constants in it, so that only what is bound is left to be typed by the server."""
        first, *pieces = PLACEHOLDER.split(self.sql)
        given = zip(self.parameters, pieces, strict=True)
        return first + "".join(f"{_literal(parameter)}{piece}" for parameter, piece in given)

    def blocks(self, values: Values, size: int = BLOCK) -> Generator[list[Row], None, None]:
        """Every row of one moment, some at a time, in constant memory; the first block is small."""
        connection = connections[DEFAULT_DB_ALIAS]
        with _one_moment(connection), connection.chunked_cursor() as cursor:
            cursor.execute(self.sql, self.bind(values))
            rows = iter(lambda: cursor.fetchmany(size), [])
            yield from rows


def rows_of(asked: Sequence[tuple[Statement, Values]]) -> list[list[Row]]:
    """The rows of several statements, as the driver gives them; PostgreSQL is sent all of them at once.

    They go past Django's cursor: that rewrites SQLite's placeholders each time, and lets PostgreSQL plan
    each statement anew, which takes longer than running it. Here the server keeps the plan.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.queries_logged or connection.execute_wrappers:  # Somebody watches.
        return [_watched(connection, statement, values) for statement, values in asked]
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        driver = connection.connection
        if connection.vendor == "sqlite":
            return [driver.execute(one.for_sqlite, one.bind(values)).fetchall() for one, values in asked]
        with driver.pipeline() if len(asked) > 1 else nullcontext():
            cursors = [_planned_once(connection, statement, values) for statement, values in asked]
            return [cursor.fetchall() for cursor in cursors]


def _watched(connection: Any, statement: Statement, values: Values) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.bind(values))
        return cursor.fetchall()


def _planned_once(connection: Any, statement: Statement, values: Values) -> Any:
    bound = [slot.bind(values, connection) for _, slot in statement.slots]
    return PlannedOnce(connection.connection).execute(statement.for_postgresql, bound, prepare=True)


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

    `build()` gives a queryset of the model in which `Bound` stands for what `get` is given.
    """

    def __init__(self, build: Callable[[], QuerySet], *related: str) -> None:
        self.build, self.related = build, related
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
        return found

    def _write(self) -> tuple[Statement, dict[int, Any], list[Any]]:
        rows = self.build()
        makers = [("", rows.model, _columns(rows.model))]
        for name in self.related:
            other: Any = rows.model._meta.get_field(name).related_model
            makers.append((name, other, _columns(other)))
        names = [f"{name}__{column}" if name else column for name, _, columns in makers for column in columns]
        chosen = rows.values_list(*names)
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
