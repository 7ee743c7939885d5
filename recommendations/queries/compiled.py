"""Querysets that are compiled once and run many times.

Compiling the SQL of a wide query takes longer than running it: 8 ms against 0.5 ms for the list of overdue
recommendations (SQLite). A `Parameter` takes the place of each value that is known only at run time.
"""

from collections.abc import Callable, Generator, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, Field, IntegerField, Model, QuerySet

from recommendations.queries import execute
from recommendations.queries.execute import DriverValue, Row
from recommendations.queries.parameters import Parameter, Values

# Rows in a block of a long read. Larger blocks are not faster, and need more memory.
BLOCK = 200
Instance = TypeVar("Instance", bound=Model)
# The place of a column: the functions that turn the driver's value into Python's, and the column.
Converters = dict[int, tuple[list[Callable[..., Any]], Expression]]


class CompiledQuery:
    """The SQL of a queryset of `values_list`, for the database in use."""

    def __init__(self, queryset: QuerySet) -> None:
        sql, parameters = queryset.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        self.parameters = {one.label: one for one in parameters if isinstance(one, Parameter)}
        self.constants: dict[str, DriverValue] = {}
        self.sql = self._named(sql, parameters)

    def _named(self, sql: str, parameters: Sequence[DriverValue | Parameter]) -> str:
        """The SQL with a name for each placeholder, as DB-API's `pyformat` style has it.

        Equal constants have one name: SQLite looks up each name for each run, and CASEs repeat theirs.
        """
        labels = []
        known: dict[tuple[type, Any], str] = {}
        for parameter in parameters:
            if isinstance(parameter, Parameter):
                labels.append(parameter.label)
                continue
            label = known.setdefault((type(parameter), parameter), f"constant_{len(known)}")
            self.constants[label] = parameter
            labels.append(label)
        # A doubled per cent sign stays doubled: the cursor formats the SQL again.
        return sql.replace("%%", "%%%%") % tuple(f"%({label})s" for label in labels)

    def bind(self, values: Values) -> dict[str, DriverValue]:
        """The parameters for the cursor: the constants, and `values` as the driver takes them."""
        return {
            **self.constants,
            **{label: values.bound(one) for label, one in self.parameters.items()},
        }

    def rows(self, values: Values, cursor: CursorWrapper | None = None) -> list[Row]:
        """Every row, as the driver gives it. One query, through `cursor` where one is open: opening one
        takes as long as a short query (12 of 26 µs on SQLite)."""
        if cursor is None:
            with connections[DEFAULT_DB_ALIAS].cursor() as opened:
                return self.rows(values, opened)
        cursor.execute(self.sql, self.bind(values))
        return cursor.fetchall()

    def blocks(self, values: Values) -> Generator[list[Row], None, None]:
        """Every row, from one snapshot, in blocks of BLOCK rows: constant memory."""
        return execute.fetch_blocks(self.sql, self.bind(values), BLOCK)


class CompiledRows:
    """Rows by key: `build(key)` returns a `values_list` queryset that uses the key once or more."""

    def __init__(self, build: Callable[[Parameter], QuerySet], field: Field | None = None) -> None:
        self.build, self.key = build, Parameter("key", field or IntegerField())
        self._compiled: dict[str, tuple[CompiledQuery, Converters]] = {}

    def rows(self, key: str | int) -> list[Row]:
        """The rows for `key`, as the queryset would give them. One query."""
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self._compiled:
            queryset = self.build(self.key)
            self._compiled[connection.vendor] = CompiledQuery(queryset), _converters(queryset)
        query, converters = self._compiled[connection.vendor]
        return [tuple(_converted(row, converters, connection)) for row in query.rows(Values(key=key))]


class CompiledRow:
    """One row of a model, with the rows that `related` names.

    `build()` returns a queryset of the model, with parameters for the values of `get`.
    """

    def __init__(self, build: Callable[[], QuerySet], *related: str) -> None:
        self.build, self.related = build, related
        self._compiled: dict[str, tuple[CompiledQuery, Converters, list[type[Model]]]] = {}

    def get(self, **values: object) -> Any:
        """The first row, or None. One query."""
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self._compiled:
            self._compiled[connection.vendor] = self._compile()
        query, converters, models = self._compiled[connection.vendor]
        rows = query.rows(Values(values))
        if not rows:
            return None
        cells = _converted(rows[0], converters, connection)
        made = []
        for model in models:
            width = len(columns_of(model))
            made.append(instance_of(model, cells[:width]))
            cells = cells[width:]
        for name, other in zip(self.related, made[1:], strict=True):
            setattr(made[0], name, other)
        return made[0]

    def _compile(self) -> tuple[CompiledQuery, Converters, list[type[Model]]]:
        rows = self.build()
        related = [(f"{name}__", rows.model._meta.get_field(name).related_model) for name in self.related]
        models = [("", rows.model), *related]
        columns = (f"{path}{name}" for path, model in models for name in columns_of(model))
        chosen = rows.values_list(*columns)[:1]
        return CompiledQuery(chosen), _converters(chosen), [model for _, model in models]


@cache
def columns_of(model: type[Model]) -> list[str]:
    """The names of all columns of a model, in their order."""
    return [field.attname for field in model._meta.concrete_fields]


def instance_of(model: type[Instance], cells: Sequence[object], names: list[str] | None = None) -> Instance:
    """A model instance with these values: of all columns, or of those in `names`."""
    return model.from_db(DEFAULT_DB_ALIAS, columns_of(model) if names is None else names, cells)


def _converters(rows: QuerySet) -> Converters:
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.as_sql()
    return compiler.get_converters(column for column, _, _ in compiler.select)


def _converted(row: Row, converters: Converters, connection: BaseDatabaseWrapper) -> list[object]:
    """The values of a row as a queryset converts them: SQLite's driver, for example, returns days as text."""
    values = list(row)
    for place, (convert_by, column) in converters.items():
        for convert in convert_by:
            values[place] = convert(values[place], column, connection)
    return values
