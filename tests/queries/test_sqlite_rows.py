"""SQLite 3.39.4 to 3.41.2 gives wrong rows for one form of query once ANALYZE has run."""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from recommendations.models import Action, Recommendation
from recommendations.queries.statuses import with_facts
from tracker.checks import WRONG_ROWS_FROM, WRONG_ROWS_TO, sqlite_gives_right_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def analysed() -> Iterator[None]:
    """Statistics gathered, and removed after the test: only a rolled-back database may have them."""
    if connection.vendor != "sqlite":
        pytest.skip("of SQLite only")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        yield
        cursor.execute("DROP TABLE IF EXISTS sqlite_stat1")
        cursor.execute("DROP TABLE IF EXISTS sqlite_stat4")


def test_the_first_due_day_is_right_even_after_analyze(plan: Callable) -> None:
    """The form that we use (MIN) against a plain loop; the form that fails is not used."""
    days = ["30 June 2026", "1 May 2026", "4 July 2026", "Ongoing", "2 May 2026"]
    for number in (1, 2):
        for day in days[number - 1 :]:
            plan(number, target_date=day)
    if connection.vendor == "sqlite":
        connection.cursor().execute("ANALYZE")
    for pk, first in with_facts(Recommendation.objects.all()).values_list("pk", "fact_first_due"):
        due = [
            a.target_latest for a in Action.objects.filter(recommendation=pk) if a.is_open and a.target_latest
        ]
        assert first == min(due, default=None)


def test_a_database_with_statistics_is_warned_of_where_sqlite_is_wrong(
    analysed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", WRONG_ROWS_FROM)
    assert [w.id for w in sqlite_gives_right_rows(None, databases=["default"])] == ["tracker.W001"]


def test_a_right_sqlite_is_not_warned_of(analysed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (WRONG_ROWS_TO[0], 42, 0))
    assert sqlite_gives_right_rows(None, databases=["default"]) == []


def test_without_statistics_there_is_no_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("of SQLite only")
    monkeypatch.setattr(sqlite3, "sqlite_version_info", WRONG_ROWS_FROM)
    assert sqlite_gives_right_rows(None, databases=["default"]) == []
