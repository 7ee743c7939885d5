"""SQL past Django's cursor: the server keeps its plan, and a line that was lost meanwhile is opened again."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from recommendations.models import User
from recommendations.queries.compiled import CompiledRow
from recommendations.queries.parameters import Parameter

BY_NAME = CompiledRow(lambda: User.objects.filter(username=Parameter("username")))


@pytest.fixture
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("It speaks of PostgreSQL.")


@pytest.mark.django_db
@pytest.mark.usefixtures("_on_postgresql")
def test_the_server_keeps_the_plan_of_a_statement() -> None:
    for name in ("one", "another"):
        BY_NAME.get(username=name)

    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '%%username%%'")
        assert cursor.fetchall() == [(2,)]


@pytest.mark.django_db
@pytest.mark.usefixtures("_on_postgresql")
def test_a_read_opens_the_connection_again_that_was_lost_between_two_requests() -> None:
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
