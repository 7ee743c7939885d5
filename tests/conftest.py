"""What every test run needs; fixtures live beside the tests that use them."""

import sqlite3

from hypothesis import settings

pytest_plugins = ["tests.fixtures"]

# New examples on every run, no directory to carry about, no clock in the verdict; a failure prints
# how to repeat it. Said in full, because under CI=true Hypothesis would choose otherwise.
settings.register_profile("tracker", derandomize=False, deadline=None, database=None, print_blob=True)
settings.load_profile("tracker")


def pytest_report_header() -> str:
    from django.conf import settings as django_settings

    if not django_settings.configured:
        return "database: none"
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return f"database: SQLite {sqlite3.sqlite_version}"
    return f"database: PostgreSQL at {database['HOST'] or 'the default socket'}"
