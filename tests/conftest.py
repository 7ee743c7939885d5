"""What every test run needs; fixtures live beside the tests that use them."""

import sqlite3

import pytest
from django.db import connection
from hypothesis import settings

pytest_plugins = ["tests.factories"]

# The same examples on every run, so that a green tree stays green; `--hypothesis-profile explore` draws
# new ones. No directory to carry about, no clock in the verdict.
settings.register_profile("tracker", derandomize=True, deadline=None, database=None, print_blob=True)
# Many more examples, for `python -m tests --release`: see `sized`.
settings.register_profile("release", derandomize=False, deadline=None, database=None, print_blob=True)
settings.register_profile("explore", derandomize=False, deadline=None, database=None, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile(config.getoption("--hypothesis-profile") or "tracker")


# The test command runs these on PostgreSQL too, and one test of each face that is marked `postgres`.
ON_POSTGRESQL = {"models", "operations", "queries", "record"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what runs on PostgreSQL; there, leave out what uses no database."""
    for item in items:
        if ON_POSTGRESQL & set(item.path.parent.parts):
            item.add_marker(pytest.mark.postgres)
    if connection.vendor == "postgresql":
        without = [item for item in items if not uses_the_database(item)]
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if uses_the_database(item)]


def uses_the_database(item: pytest.Item) -> bool:
    """Does the test query the database under test, itself or in processes that it starts?"""
    fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    in_processes = {"racing", "record"} & set(item.path.parent.parts)
    return bool(fixtures or in_processes) or item.get_closest_marker("django_db") is not None


def pytest_report_header() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"database: SQLite {sqlite3.sqlite_version}"
    return f"database: PostgreSQL at {database['HOST'] or 'the default socket'}"
