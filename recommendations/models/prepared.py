"""Queries that the ORM writes once: later calls bind values and fetch the driver's own rows.

Writing the SQL of a wide query takes longer than running it (performance.md). While it is written, a
`Bound` stands for each value that is known only when the query is asked.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Field, IntegerField, QuerySet

from recommendations.models.bound import Bound, Values
from recommendations.models.sending import Asked, Row, Sent, rows_of

# Rows at once: more are no faster, and what is made of them would be held all together.
BLOCK = 200


class Statement(Sent):
    """A queryset of `values_list`, written for the database in use; of its rows `at_most` so many."""

    def __init__(self, queryset: QuerySet, *, at_most: int | None = None, counted: bool = False) -> None:
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        if counted:
            sql = f"SELECT COUNT(*) FROM ({sql}) AS counted"  # noqa: S608  The ORM wrote it.
        # A number, and nothing bound: PostgreSQL would plan for a tenth of all.
        super().__init__(sql if at_most is None else f"{sql} LIMIT {at_most}", parameters)

    def blocks(self, values: Values, size: int = BLOCK) -> Generator[list[Row], None, None]:
        """Every row of one moment, `size` at a time, in constant memory."""
        connection = connections[DEFAULT_DB_ALIAS]
        with _one_moment(connection), connection.chunked_cursor() as cursor:
            cursor.execute(self.sql, self.bind(values))
            rows = iter(lambda: cursor.fetchmany(size), [])
            yield from rows


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
        return self.found(rows_of([self.asked(key)])[0])

    def asked(self, key: Any) -> Asked:
        """What `rows` asks, to be sent along with other statements; `found` reads the rows."""
        return self._parts()[0], {"key": key}

    def found(self, rows: Sequence[Row]) -> list[Row]:
        connection, (_, converters) = connections[DEFAULT_DB_ALIAS], self._parts()
        return [tuple(_plain(row, converters, connection)) for row in rows]

    def _parts(self) -> tuple[Statement, dict[int, Any]]:
        vendor = connections[DEFAULT_DB_ALIAS].vendor
        if vendor not in self._written:
            queryset = self.build(self.key)
            self._written[vendor] = Statement(queryset), _converters(queryset)
        return self._written[vendor]


class PreparedRow:
    """One row of a model, with the rows that `related` names: its query is written once.

    `build()` gives a queryset of the model in which `Bound` stands for what is asked with.
    """

    def __init__(self, build: Callable[[], QuerySet], *related: str) -> None:
        self.build, self.related = build, related
        self._written: dict[str, tuple[Statement, dict[int, Any], list[tuple[str, Any]]]] = {}

    def get(self, **values: Any) -> Any:
        """The first row, or None. One query."""
        return self.found(rows_of([self.asked(**values)])[0])

    def asked(self, **values: Any) -> Asked:
        """What `get` asks, to be sent along with other statements; `found` reads the rows."""
        return self._parts()[0], values

    def found(self, rows: Sequence[Row]) -> Any:
        """The first row as the model has it, or None."""
        if not rows:
            return None
        _, converters, models = self._parts()
        cells = _plain(rows[0], converters, connections[DEFAULT_DB_ALIAS])
        made = []
        for _, model in models:
            width = len(columns_of(model))
            made.append(instance_of(model, cells[:width]))
            cells = cells[width:]
        for name, other in zip(self.related, made[1:], strict=True):
            setattr(made[0], name, other)
        return made[0]

    def _parts(self) -> tuple[Statement, dict[int, Any], list[tuple[str, Any]]]:
        vendor = connections[DEFAULT_DB_ALIAS].vendor
        if vendor not in self._written:
            self._written[vendor] = self._write()
        return self._written[vendor]

    def _write(self) -> tuple[Statement, dict[int, Any], list[tuple[str, Any]]]:
        rows = self.build()
        related = [(f"{name}__", rows.model._meta.get_field(name).related_model) for name in self.related]
        models = [("", rows.model), *related]
        chosen = rows.values_list(*(f"{path}{name}" for path, model in models for name in columns_of(model)))
        return Statement(chosen, at_most=1), _converters(chosen), models


@cache
def columns_of(model: Any) -> list[str]:
    """The names of all columns of a model, in their order."""
    return [field.attname for field in model._meta.concrete_fields]


def instance_of(model: Any, cells: Sequence[Any]) -> Any:
    """The row of a model whose columns, all of them, have these values."""
    return model.from_db(DEFAULT_DB_ALIAS, columns_of(model), cells)


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
