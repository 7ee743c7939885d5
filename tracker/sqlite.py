"""Checks SQLite's settings on each connection, and refuses settings that could lose writes."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

FULL = 2


@receiver(connection_created, dispatch_uid="tracker.sqlite")
def refuse_what_loses_writes(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Raise ImproperlyConfigured unless SQLite queues its writers and keeps the last commit."""
    if connection.vendor != "sqlite":
        return
    options = connection.settings_dict["OPTIONS"]
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    problems = []
    if str(options.get("transaction_mode", "")).upper() != "IMMEDIATE":
        problems.append("transaction_mode is not IMMEDIATE, so that writers fail half-way")
    if journal not in ("wal", "memory"):  # A database in memory, as in tests, has no other.
        problems.append(f"journal_mode is {journal} and not WAL, so that readers stop writers")
    if synchronous != FULL:
        problems.append("synchronous is not FULL, so that the last commits go with the power")
    if problems:
        raise ImproperlyConfigured(f"SQLite is not set up as the tracker needs it: {'; '.join(problems)}.")
