"""Compiled SQL through Django's cursor: who sees it, how often PostgreSQL plans it, and lost connections."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.models import User
from recommendations.queries.compiled import CompiledRow
from recommendations.queries.parameters import Parameter

BY_NAME = CompiledRow(
    lambda: User.objects.filter(username=Parameter("username")).exclude(email__endswith="%nobody")
)


@pytest.fixture
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("It speaks of PostgreSQL.")


@pytest.mark.django_db
def test_compiled_sql_is_logged_and_watched_as_any_query_is() -> None:
    watched: list[str] = []

    def watch(run: Any, sql: str, *rest: Any) -> Any:
        watched.append(sql)
        return run(sql, *rest)

    with CaptureQueriesContext(connection) as logged, connection.execute_wrapper(watch):
        assert BY_NAME.get(username="o'neil") is None

    [query] = logged.captured_queries
    assert "o'" in query["sql"]
    assert ["%(username)s" in sql for sql in watched] == [True]


@pytest.mark.django_db
def test_a_per_cent_sign_in_a_constant_is_a_character() -> None:
    for name, email in (("kept", "somebody@example.org"), ("left", "some%nobody")):
        User.objects.create(username=name, email=email)

    assert BY_NAME.get(username="kept").username == "kept"
    assert BY_NAME.get(username="left") is None


@pytest.mark.django_db
@pytest.mark.usefixtures("_on_postgresql")
def test_the_server_keeps_the_plan_of_a_statement() -> None:
    """The driver prepares a statement when it is sent again; from then on one plan serves all values."""
    for name in ("one", "another", "a third"):
        BY_NAME.get(username=name)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s",
            ['%"username" = ($1) AND NOT%'],
        )
        assert cursor.fetchall() == [(2, 0)]


@pytest.mark.django_db
@pytest.mark.usefixtures("_on_postgresql")
def test_a_connection_that_was_lost_between_two_requests_is_opened_again() -> None:
    assert connection.settings_dict["CONN_HEALTH_CHECKS"]
    with ThreadPoolExecutor(1) as other:  # With a connection of its own, in no transaction.
        lost = other.submit(_process_that_answers).result()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [lost])

        assert other.submit(_process_that_answers).result() != lost
        other.submit(lambda: connection.close()).result()


def _process_that_answers() -> int:
    """The server's process behind this thread's connection, after a read as a request begins it."""
    connection.close_if_unusable_or_obsolete()
    BY_NAME.get(username="nobody")
    return connection.connection.info.backend_pid
