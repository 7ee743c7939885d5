"""Expressions that parts ask the database for, and what its drivers give made plain."""

from datetime import date
from typing import Any

from django.db.models import Field, Func, TextField


class Bare(Func):
    """A column that the driver is not to read: it makes objects of text, which become text again."""

    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s", **context)


class BareDay(Bare):
    """A day as `2026-03-02`."""

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::text", **context)


class BareInstant(Bare):
    """An instant as ISO 8601 has it, in UTC: SQLite's are, and do not say so."""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "(replace(%(expressions)s, ' ', 'T') || 'Z')"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        text = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        template = f"replace({text}, '.000000Z', 'Z')"
        return self.as_sql(compiler, connection, template=template, **context)


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
