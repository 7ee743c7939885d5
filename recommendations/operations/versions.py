"""The compare-and-swap by which no write is lost: the same on SQLite and PostgreSQL."""

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F

from recommendations.errors import StaleVersion
from recommendations.models.base import Versioned

Row = TypeVar("Row", bound=Versioned)


def change(row: Row, *, version: int, at: datetime, **values: Any) -> Row:
    """Write `values` to `row` if it still stands at `version`, and return it as it now is.

    Raises StaleVersion, with the row as another left it, if that write came first.
    """
    rows = type(row)._default_manager.filter(pk=row.pk)
    written = rows.filter(version=version).update(version=F("version") + 1, updated_at=at, **values)
    current = rows.get()
    if not written:
        raise StaleVersion(current)
    return current
