"""Writes that every event makes, by SQL that is written once: a row in, and a few columns of a row set.

Only for what is no part of the record of changes: the record itself and what follows from other rows.
Everything else is written through `Entry`.
"""

from functools import cache
from typing import Any

from django.db import connection, models


def insert(row: models.Model) -> None:
    """Add a row whose key is given."""
    fields = _fields(type(row))
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_insert(type(row)), values)


def set_columns(model: type[models.Model], key: Any, **values: Any) -> None:
    """Give the row with this key these values."""
    fields = [_field(model, name) for name in values]
    given = [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, values.values(), strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_update(model, tuple(values)), [*given, key])


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    return list(model._meta.concrete_fields)


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


@cache
def _insert(model: type[models.Model]) -> str:
    columns = ", ".join(f'"{field.column}"' for field in _fields(model))
    places = ", ".join("%s" for _ in _fields(model))
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places})'  # noqa: S608  Our own names.


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{_field(model, name).column}" = %s' for name in names)
    pk = model._meta.pk.column
    return f'UPDATE "{model._meta.db_table}" SET {columns} WHERE "{pk}" = %s'  # noqa: S608
