"""SQL on its way to the database, past Django's cursor: several statements at once, planned once.

Django's cursor rewrites SQLite's placeholders each time, and has PostgreSQL plan each statement anew,
which takes longer than running it.
"""

import re
from collections.abc import Sequence
from contextlib import nullcontext
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from psycopg import Cursor as PlannedOnce
from psycopg.pq import TransactionStatus
from psycopg.sql import Literal

from recommendations.models.bound import Slot, Values

Row = tuple[Any, ...]
# As Django writes it; a doubled per cent sign is none.
PLACEHOLDER = re.compile(r"(?<!%)%s")


class Sent:
    """SQL with its parameters: constants, and a `Slot` for each value that is bound when it is sent."""

    def __init__(self, sql: str, parameters: Sequence[Any], *, gives_rows: bool = True) -> None:
        self.sql, self.parameters, self.gives_rows = sql, list(parameters), gives_rows

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


Asked = tuple[Sent, Values]


def rows_of(asked: Sequence[Asked]) -> list[list[Row]]:
    """The rows of several statements, as the driver gives them; PostgreSQL is sent all of them at once."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if connection.queries_logged or connection.execute_wrappers:  # Somebody watches.
        return [_watched(connection, statement, values) for statement, values in asked]
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    try:
        return _sent(connection, asked)
    except OperationalError:
        if connection.in_atomic_block or connection.health_check_done or connection.is_usable():
            raise
        # It was lost while nobody asked anything.
        connection.close()
        connection.ensure_connection()
        return _sent(connection, asked)


def _sent(connection: Any, asked: Sequence[Asked]) -> list[list[Row]]:
    with connection.wrap_database_errors:
        driver = connection.connection
        if connection.vendor == "sqlite":
            return [driver.execute(one.for_sqlite, one.bind(values)).fetchall() for one, values in asked]
        # The BEGIN of a transaction goes with what is first asked in it.
        begins = not driver.autocommit and driver.info.transaction_status == TransactionStatus.IDLE
        with driver.pipeline() if begins or len(asked) > 1 else nullcontext():
            cursors = [_planned_once(connection, statement, values) for statement, values in asked]
        # Where they went together, all have been answered when the pipeline ends.
        found = [
            cursor.fetchall() if statement.gives_rows else []
            for cursor, (statement, _) in zip(cursors, asked, strict=True)
        ]
        connection.health_check_done = True  # It has just answered.
        return found


def _watched(connection: Any, statement: Sent, values: Values) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.bind(values))
        return cursor.fetchall() if statement.gives_rows else []


def _planned_once(connection: Any, statement: Sent, values: Values) -> Any:
    bound = [slot.bind(values, connection) for _, slot in statement.slots]
    return PlannedOnce(connection.connection).execute(statement.for_postgresql, bound, prepare=True)


def _literal(parameter: Any) -> str:
    if isinstance(parameter, Slot):
        return "%s"
    plain = str(parameter) if isinstance(parameter, str) else parameter
    return Literal(plain).as_string().replace("%", "%%")
