"""Querysets that are compiled once and run many times.

Compiling the SQL of a wide query takes longer than running it: 8 ms against 0.5 ms for the list of
overdue recommendations (SQLite). While it is compiled, a `Parameter` stands for each value that is known
only when it runs.
"""

from collections.abc import Callable, Generator, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, IntegerField, QuerySet

from recommendations.queries import execute
from recommendations.queries.execute import Row
from recommendations.queries.parameters import Parameter, Values

# Rows at once of a long read: more are no faster, and all objects made of them are held together.
BLOCK = 200


class CompiledQuery:
    """The SQL of a queryset of `values_list`, for the database in use."""

    def __init__(self, queryset: QuerySet) -> None:
        sql, parameters = queryset.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        self.parameters = [one for one in parameters if isinstance(one, Parameter)]
        self.constants: Values = {}
        self.sql = self._named(sql, parameters)

    def _named(self, sql: str, parameters: Sequence[Any]) -> str:
        """The SQL with a name for each placeholder, as DB-API's `pyformat` style has it."""
        labels = []
        for parameter in parameters:
            if isinstance(parameter, Parameter):
                labels.append(parameter.label)
            else:
                labels.append(f"constant_{len(self.constants)}")
                self.constants[labels[-1]] = parameter
        # A doubled per cent sign stays doubled: the cursor formats the SQL again.
        return sql.replace("%%", "%%%%") % tuple(f"%({label})s" for label in labels)

    def bind(self, values: Values) -> Values:
        """What the cursor is given: the constants, and `values` as the driver takes them."""
        connection = connections[DEFAULT_DB_ALIAS]
        return {
            **self.constants,
            **{one.label: one.bind(values, connection) for one in self.parameters},
        }

    def rows(self, values: Values) -> list[Row]:
        """Every row, as the driver gives it. One query."""
        return execute.fetch_all(self.sql, self.bind(values))

    def blocks(self, values: Values, size: int = BLOCK) -> Generator[list[Row], None, None]:
        """Every row of one moment, `size` at a time, in constant memory."""
        return execute.fetch_blocks(self.sql, self.bind(values), size)


class CompiledRows:
    """`build(key)` gives a `values_list` queryset in which the key stands at one or more places."""

    def __init__(self, build: Callable[[Parameter], QuerySet], field: Field | None = None) -> None:
        self.build, self.key = build, Parameter("key", field or IntegerField())
        self._compiled: dict[str, tuple[CompiledQuery, dict[int, Any]]] = {}

    def rows(self, key: Any) -> list[Row]:
        """The rows for `key`, as the queryset would give them. One query."""
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self._compiled:
            queryset = self.build(self.key)
            self._compiled[connection.vendor] = CompiledQuery(queryset), _converters(queryset)
        query, converters = self._compiled[connection.vendor]
        return [tuple(_converted(row, converters, connection)) for row in query.rows({"key": key})]


class CompiledRow:
    """One row of a model, with the rows that `related` names.

    `build()` gives a queryset of the model in which parameters stand for the values of `get`.
    """

    def __init__(self, build: Callable[[], QuerySet], *related: str) -> None:
        self.build, self.related = build, related
        self._compiled: dict[str, tuple[CompiledQuery, dict[int, Any], list[tuple[str, Any]]]] = {}

    def get(self, **values: Any) -> Any:
        """The first row, or None. One query."""
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self._compiled:
            self._compiled[connection.vendor] = self._compile()
        query, converters, models = self._compiled[connection.vendor]
        rows = query.rows(values)
        if not rows:
            return None
        cells = _converted(rows[0], converters, connection)
        made = []
        for _, model in models:
            width = len(columns_of(model))
            made.append(instance_of(model, cells[:width]))
            cells = cells[width:]
        for name, other in zip(self.related, made[1:], strict=True):
            setattr(made[0], name, other)
        return made[0]

    def _compile(self) -> tuple[CompiledQuery, dict[int, Any], list[tuple[str, Any]]]:
        rows = self.build()
        related = [(f"{name}__", rows.model._meta.get_field(name).related_model) for name in self.related]
        models = [("", rows.model), *related]
        columns = (f"{path}{name}" for path, model in models for name in columns_of(model))
        chosen = rows.values_list(*columns)[:1]
        return CompiledQuery(chosen), _converters(chosen), models


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


def _converted(row: Row, converters: dict[int, Any], connection: Any) -> list[Any]:
    """The values of a row as the queryset gives them: SQLite's driver, for one, gives days as text."""
    values = list(row)
    for place, (convert_by, column) in converters.items():
        for convert in convert_by:
            values[place] = convert(values[place], column, connection)
    return values
