"""Expressions that parts ask the database for, and what its drivers give made plain."""

from datetime import UTC, date
from typing import Any

from django.db.models import Field, Func, TextField


class Bare(Func):
    """A column that SQLite's driver is not to read: it makes dates of text, which become text again."""

    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s", **context)


class Joined(Func):
    """Texts put together; nothing where one is missing."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field: Field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # What it knows no type of, it cannot put together.
        sql, parameters = self.as_sql(compiler, connection, **context)
        return sql.replace("%s", "%s::text"), parameters


def as_day(value: Any) -> date | None:
    """A day as the driver gives it."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def as_instant(value: Any) -> str:
    """An instant as the driver gives it, in UTC: SQLite's are, and do not say so."""
    if isinstance(value, str):
        return value.replace(" ", "T") + "Z"
    if value.tzinfo is not None and value.utcoffset():
        value = value.astimezone(UTC)
    return value.replace(tzinfo=None).isoformat() + "Z"
