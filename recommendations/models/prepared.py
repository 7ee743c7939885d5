"""A query that the ORM writes once: later calls bind a key and fetch rows.

Writing the SQL of a wide query takes longer than running it, and every write asks for facts.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

# Stands for the key while the SQL is written: no row has it.
_MARK = -2_000_000_011


class Prepared:
    """`build(key)` gives a `values_list` queryset in which the key stands at one or more places."""

    def __init__(self, build: Callable[[int], QuerySet]) -> None:
        self.build = build
        self._written = cache(self._write)

    def rows(self, key: int) -> list[tuple[Any, ...]]:
        """The rows for `key`, as the queryset would give them. One query."""
        connection = connections[DEFAULT_DB_ALIAS]
        sql, parameters, converters = self._written(connection.vendor)
        with connection.cursor() as cursor:
            cursor.execute(sql, [key if value == _MARK else value for value in parameters])
            found = cursor.fetchall()
        return [tuple(_plain(row, converters, connection)) for row in found]

    def _write(self, vendor: str) -> tuple[str, tuple[Any, ...], dict[int, Any]]:
        queryset = self.build(_MARK)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        return sql, parameters, compiler.get_converters(column for column, _, _ in compiler.select)


def _plain(row: tuple[Any, ...], converters: dict[int, Any], connection: Any) -> Iterator[Any]:
    """The values of a row as the queryset gives them: SQLite, for one, returns days as text."""
    for place, value in enumerate(row):
        convert_by, column = converters.get(place, ((), None))
        for convert in convert_by:
            value = convert(value, column, connection)
        yield value
