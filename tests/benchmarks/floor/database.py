"""Connections of the driver itself, one a thread, and the three places where the two databases differ."""

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import local
from typing import Any

import orjson
import psycopg

Row = tuple[Any, ...]
BLOCK = 1000
NAME = "COALESCE(NULLIF(TRIM({column}.first_name || ' ' || {column}.last_name), ''), {column}.username)"
_held = local()


class Sqlite:
    """SQLite, set up as the product sets it up."""

    among = "IN (SELECT value FROM json_each(?))"
    days_between = "CAST(julianday(?) - julianday({column}) AS INTEGER)"
    instant = "replace({column}, ' ', 'T') || 'Z'"
    day = "{column}"
    hold = ""

    def __init__(self) -> None:
        path = f"{os.environ['TRACKER_VAR']}/tracker.sqlite3"
        self.connection: Any = sqlite3.connect(path, timeout=20, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.execute("PRAGMA foreign_keys=ON")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        return self.connection.execute(sql, values).fetchall()

    def run(self, sql: str, values: Sequence[Any]) -> None:
        self.connection.execute(sql, values)

    def blocks(self, sql: str, values: Sequence[Any]) -> Iterator[list[Row]]:
        cursor = self.connection.execute(sql, values)
        yield from iter(lambda: cursor.fetchmany(BLOCK), [])

    @staticmethod
    def many(keys: list[int]) -> Any:
        return orjson.dumps(keys).decode()

    @staticmethod
    def stored(at: datetime) -> Any:
        return at.strftime("%Y-%m-%d %H:%M:%S.%f")

    @contextmanager
    def writing(self) -> Iterator[None]:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")


class Postgresql:
    """PostgreSQL, with statements that the server prepares."""

    among = "= ANY(?)"
    days_between = "(?::date - {column})"
    instant = (
        "replace(to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '.000000Z', 'Z')"
    )
    day = "{column}::text"
    hold = "FOR UPDATE"

    def __init__(self) -> None:
        self.connection: Any = psycopg.connect(
            os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=1, options="-c TimeZone=UTC"
        )

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        return self.connection.execute(sql.replace("?", "%s"), values).fetchall()

    def run(self, sql: str, values: Sequence[Any]) -> None:
        self.connection.execute(sql.replace("?", "%s"), values)

    def blocks(self, sql: str, values: Sequence[Any]) -> Iterator[list[Row]]:
        with self.connection.transaction(), self.connection.cursor("export") as cursor:
            cursor.execute(sql.replace("?", "%s"), values)
            yield from iter(lambda: cursor.fetchmany(BLOCK), [])

    @staticmethod
    def many(keys: list[int]) -> Any:
        return keys

    @staticmethod
    def stored(at: datetime) -> Any:
        return at

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self.connection.transaction():
            yield


Database = Sqlite | Postgresql


def database() -> Database:
    """This thread's connection, which stays open."""
    if not hasattr(_held, "database"):
        _held.database = KIND()
    return _held.database


KIND: type[Database] = Postgresql if os.environ.get("DATABASE_URL", "").startswith("postgres") else Sqlite


def written(sql: str, **parts: str) -> str:
    """`sql` as the database in use writes it, with the `parts` that it names in braces.

    `[noun]` is a table, `{among}` a list bound as one value, `{day column}` and `{instant column}` are
    texts, `{late column}` the days from a column to the day that is bound, `{name user}` a person's name.
    """
    for name, part in {**parts, "among": KIND.among, "hold": KIND.hold}.items():
        sql = sql.replace(f"{{{name}}}", part)
    forms = {"day": KIND.day, "instant": KIND.instant, "late": KIND.days_between, "name": NAME}
    sql = re.sub(r"\{(\w+) ([\w.]+)\}", lambda found: forms[found[1]].format(column=found[2]), sql)
    return re.sub(r"\[(\w+)\]", r"recommendations_\1", sql)
