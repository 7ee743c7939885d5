"""Writes whose SQL is made once for each model: insert a row, set a few columns of a row.

Columns are set only in rows that are no part of the record of changes: the record itself, and rows that
follow from other rows. Everything else is changed through `Entry`.
"""

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from recommendations.queries import execute


def insert(row: models.Model) -> None:
    """Add a row; one whose key the database gives has it afterwards."""
    model, keyed = type(row), row.pk is not None
    values = {field.attname: field.pre_save(row, add=True) for field in _columns(model, keyed=keyed)}
    if keyed:
        insert_values(model, **values)
    else:
        [(row.pk,)] = execute.fetch_all(_insert(model, keyed=False), _bound(model, values))
    # As the ORM leaves a row that is written.
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001


def insert_values(model: type[models.Model], **values: Any) -> None:
    """Add a row with these columns, which are all that the model has."""
    execute.run(_insert(model, keyed=True), _bound(model, values))


def set_columns(model: type[models.Model], key: Any, **values: Any) -> None:
    """Give the row with this key these values."""
    pk: Any = model._meta.pk
    execute.run(_update(model, tuple(values)), _bound(model, {**values, pk.attname: key}))


def _bound(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """The values as the driver stores them, by the name of the column's attribute."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    field: Any = model._meta.get_field
    return {name: field(name).get_db_prep_save(value, connection) for name, value in values.items()}


@cache
def _columns(model: type[models.Model], *, keyed: bool) -> list[Any]:
    return [field for field in model._meta.concrete_fields if keyed or not field.primary_key]


@cache
def _insert(model: type[models.Model], *, keyed: bool) -> str:
    fields = _columns(model, keyed=keyed)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(f"%({field.attname})s" for field in fields)
    sql = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places})'  # noqa: S608  Our own names.
    return sql if keyed else f'{sql} RETURNING "{model._meta.pk.column}"'


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> str:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f'"{field.column}" = %({field.attname})s' for field in fields)
    pk: Any = model._meta.pk
    return f'UPDATE "{model._meta.db_table}" SET {columns} WHERE "{pk.column}" = %({pk.attname})s'  # noqa: S608
