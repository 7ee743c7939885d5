"""Writes by SQL that is written once: a row in, and a few columns of a row set.

Each is made first and sent then, alone or with others: PostgreSQL is sent several at once. Columns are
set only in what is no part of the record of changes: the record itself and what follows from other
rows. Everything else is changed through `Entry`.
"""

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models

from recommendations.models.bound import Bound, Slot, Values
from recommendations.models.sending import Asked, Sent, rows_of


class Column(Slot):
    """The place of a column's value, as the field stores it."""

    def bind(self, values: Values, connection: Any) -> Any:
        return self.field.get_db_prep_save(values[self.bound.name], connection)


def insert(row: models.Model) -> None:
    """Add a row; one whose key the database gives has it afterwards."""
    rows = rows_of([inserting(row)])[0]
    if rows:
        row.pk = rows[0][0]
    # As the ORM leaves a row that is written.
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001


def inserting(row: models.Model) -> Asked:
    """The statement that adds a row; it gives the key, where the row has none."""
    values = {field.attname: field.pre_save(row, add=True) for field in _fields(type(row))}
    return _insert(type(row), keyed=row.pk is not None), values


def adding(model: type[models.Model], **values: Any) -> Asked:
    """The statement that adds a row with these columns, which are all that the model has."""
    return _insert(model, keyed=True), values


def setting(model: type[models.Model], key: Any, **values: Any) -> Asked:
    """The statement that gives the row with this key these values."""
    return _update(model, tuple(values)), {**values, model._meta.pk.attname: key}


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    return list(model._meta.concrete_fields)


def _column(field: Any) -> Column:
    return Column(Bound(field.attname), field)


@cache
def _insert(model: type[models.Model], *, keyed: bool) -> Sent:
    fields = [field for field in _fields(model) if keyed or not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join("%s" for _ in fields)
    sql = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places})'  # noqa: S608  Our own names.
    if not keyed:
        sql += f' RETURNING "{model._meta.pk.column}"'
    return Sent(sql, [_column(field) for field in fields], gives_rows=not keyed)


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> Sent:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)
    pk: Any = model._meta.pk
    sql = f'UPDATE "{model._meta.db_table}" SET {columns} WHERE "{pk.column}" = %s'  # noqa: S608
    return Sent(sql, [_column(field) for field in (*fields, pk)], gives_rows=False)
