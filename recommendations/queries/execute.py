"""Runs SQL through Django's own cursor, with named parameters: whole, without rows, or block by block.

Query logging, `execute_wrapper` and error handling are Django's; no internal of Django or a driver is used.
What speed needs beyond that is in the settings: `server_side_binding` and `prepare_threshold` on PostgreSQL.
"""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

Row = tuple[Any, ...]


def fetch_all(sql: str, values: Mapping[str, Any]) -> list[Row]:
    """Every row, as the driver gives it. One query."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def fetch_blocks(sql: str, values: Mapping[str, Any], size: int) -> Generator[list[Row], None, None]:
    """Every row of one moment, `size` at a time, in constant memory."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    with _one_moment(connection), connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        yield from iter(lambda: cursor.fetchmany(size), [])


@contextmanager
def _one_moment(connection: Any) -> Iterator[None]:
    """All reads within see one moment. On SQLite an open cursor does that; a transaction would keep
    writers waiting there."""
    if connection.vendor == "sqlite" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # Every row will be read: plan for the last row, not for the first.
            cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        yield
