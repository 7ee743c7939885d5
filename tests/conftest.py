"""What every test run needs; fixtures live beside the tests that use them."""

import sqlite3

import pytest
from hypothesis import settings

pytest_plugins = ["tests.fixtures"]

# The same examples on every run, so that a green tree stays green; `--hypothesis-profile explore` draws
# new ones. No directory to carry about, no clock in the verdict.
settings.register_profile("tracker", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("explore", derandomize=False, deadline=None, database=None, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile(config.getoption("--hypothesis-profile") or "tracker")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The rooms without a database need not be tested on both."""
    for item in items:
        if {"intake", "framework"} & set(item.path.parent.parts):
            item.add_marker(pytest.mark.once)


def pytest_report_header() -> str:
    from django.conf import settings as django_settings

    if not django_settings.configured:
        return "database: none"
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return f"database: SQLite {sqlite3.sqlite_version}"
    return f"database: PostgreSQL at {database['HOST'] or 'the default socket'}"
