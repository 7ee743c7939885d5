"""What every test run needs; fixtures live beside the tests that use them."""

import sqlite3

import pytest
from hypothesis import settings

pytest_plugins = ["tests.factories"]

# The same examples on every run, so that a green tree stays green; `--hypothesis-profile explore` draws
# new ones. No directory to carry about, no clock in the verdict.
settings.register_profile("tracker", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("explore", derandomize=False, deadline=None, database=None, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile(config.getoption("--hypothesis-profile") or "tracker")


WITHOUT_A_DATABASE = {"intake", "framework"}
# What the faces ask of a database, the operations and QuerySets beneath them ask too.
FACES = {"admin", "api", "commands", "pages"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where a test runs: the rooms without a database once; the faces on PostgreSQL in the long suites."""
    for item in items:
        rooms = set(item.path.parent.parts)
        if rooms & WITHOUT_A_DATABASE:
            item.add_marker(pytest.mark.once)
        elif rooms & FACES and item.get_closest_marker("both") is None:
            item.add_marker(pytest.mark.at_length)


def pytest_report_header() -> str:
    from django.conf import settings as django_settings

    if not django_settings.configured:
        return "database: none"
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return f"database: SQLite {sqlite3.sqlite_version}"
    return f"database: PostgreSQL at {database['HOST'] or 'the default socket'}"
