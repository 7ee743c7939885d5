"""What the schema promises holds for input that nobody thought of, for three kinds of caller."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from recommendations.models import User
from tests.factories import People, token_of
from tests.sizes import sized
from tracker.wsgi import application


def served_whole(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The application, each answer read to its end and closed: the client of the fuzzer does not."""
    answer = application(environ, start_response)
    with closing(answer):
        return list(answer)


schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", served_whole)
# The short run draws at random; the boundaries of every parameter are walked at length, on both databases.
short = schemathesis.openapi.from_wsgi("/api/v1/schema/", served_whole)
short.config.phases.coverage.enabled = False
CALLERS = ["contributor", "inspector", "outsider"]


@pytest.fixture(autouse=True)
def _connection_kept() -> Iterator[None]:
    """The application runs in this process and this transaction: it must not close the connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def answers_as_promised(case: schemathesis.Case, user: User) -> None:
    # A reference or a cursor can be well-formed and yet name nothing: no schema can say which.
    case.call_and_validate(
        headers={"Authorization": f"Bearer {token_of(user)}"}, excluded_checks=[positive_data_acceptance]
    )


@pytest.mark.parametrize("who", CALLERS)
@short.parametrize()
@settings(max_examples=4, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_the_schema_promises(case: schemathesis.Case, who: str, people: People) -> None:
    answers_as_promised(case, getattr(people, who))


@pytest.mark.slow
@pytest.mark.parametrize("who", CALLERS)
@schema.parametrize()
@settings(max_examples=sized(8, release=100), suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_the_schema_promises_at_length(
    case: schemathesis.Case, who: str, people: People
) -> None:
    answers_as_promised(case, getattr(people, who))
