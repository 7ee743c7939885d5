"""System checks: configurations that give wrong answers or are unsafe."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connection

# SQLite 3.39.4 to 3.41.2 returns wrong rows for `WHERE a = ? AND b IN (…) ORDER BY c LIMIT 1` on an
# index (a, b, c) once ANALYZE has run; 3.42 is right. Without ANALYZE the plan is not chosen.
WRONG_ROWS_FROM, WRONG_ROWS_TO = (3, 39, 4), (3, 41, 2)


@register(Tags.database)
def sqlite_gives_right_rows(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn where this SQLite may give wrong rows and statistics have been gathered."""
    if not databases or connection.vendor != "sqlite":
        return []
    if not WRONG_ROWS_FROM <= sqlite3.sqlite_version_info <= WRONG_ROWS_TO:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if cursor.fetchone() is None:
            return []
    return [
        CheckWarning(
            f"SQLite {sqlite3.sqlite_version} can return wrong rows now that ANALYZE has been run on"
            " this database.",
            hint="Run `DROP TABLE sqlite_stat1` on it, or move to SQLite 3.42 or later, or to PostgreSQL.",
            id="tracker.W001",
        )
    ]


@register(Tags.security)
def production_is_closed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to start with DEBUG, or with a host name that matches every host."""
    problems: list[CheckMessage] = []
    if settings.DEBUG:
        problems.append(Error("DEBUG is on: pages would show the code and settings.", id="tracker.E001"))
    if "*" in settings.ALLOWED_HOSTS or "" in settings.ALLOWED_HOSTS:
        problems.append(
            Error(
                "ALLOWED_HOSTS accepts any host.",
                hint="Name the service's own host, such as ALLOWED_HOSTS=tracker.example.gov.uk",
                id="tracker.E002",
            )
        )
    return problems
