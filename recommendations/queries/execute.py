"""Reads the rows of compiled SQL in blocks, through Django's cursor with named parameters.

Query logging, `execute_wrapper` and error handling are Django's; no internal of Django or a driver is used.
What speed needs beyond that is in the settings: `server_side_binding` and `prepare_threshold` on PostgreSQL.
"""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

Row = tuple[Any, ...]
# What a driver takes for a parameter.
DriverValue = str | int | float | bytes | date | None


def fetch_blocks(sql: str, values: Mapping[str, DriverValue], size: int) -> Generator[list[Row], None, None]:
    """Every row, from one snapshot, in blocks of `size` rows: constant memory."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    with _snapshot(connection), connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        yield from iter(lambda: cursor.fetchmany(size), [])


@contextmanager
def _snapshot(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """All reads within see one snapshot. On SQLite an open cursor is enough; a transaction would block
    writers there."""
    if connection.vendor == "sqlite" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # Every row will be read: plan for the last row, not for the first.
            cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        yield
