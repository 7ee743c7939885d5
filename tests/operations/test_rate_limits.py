"""What callers may still ask: leased in blocks, counted over all workers, exact at the end."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from recommendations.api.throttling import Lessor
from recommendations.models import AccessToken, Allowance
from recommendations.operations.rate_limits import mark_used
from tests.factories import NOW, People

pytestmark = pytest.mark.django_db

RATES = {"read": (600, 60), "write": (120, 60), "export": (120, 3600)}
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def token(people: People) -> AccessToken:
    return AccessToken.objects.get(user=people.viewer)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Threads may use the connection of the test, one at a time."""
    connection.inc_thread_sharing()
    yield
    connection.dec_thread_sharing()


def taken(lessor: Lessor, count: int, **given: object) -> int:
    """How many of `count` requests, made at once, may be made."""
    plain = {"caller": "token a", "kind": "read", "at": NOW}
    return sum(not lessor.take(**{**plain, **given}) for _ in range(count))


def written(queries: CaptureQueriesContext) -> int:
    return sum(query["sql"].startswith(("INSERT", "UPDATE")) for query in queries)


@pytest.mark.parametrize(("kind", "allowed"), [("read", 600), ("write", 120), ("export", 120)])
def test_exactly_as_many_as_allowed_may_be_made(kind: str, allowed: int) -> None:
    assert taken(Lessor(RATES), allowed + 100, kind=kind) == allowed


def test_another_caller_is_not_affected() -> None:
    lessor = Lessor(RATES)
    taken(lessor, 700)
    assert taken(lessor, 1, caller="token b") == 1


def test_another_kind_is_not_affected() -> None:
    lessor = Lessor(RATES)
    taken(lessor, 700)
    assert taken(lessor, 1, kind="write") == 1


def test_a_refusal_says_when_the_window_ends() -> None:
    lessor = Lessor(RATES)
    taken(lessor, 600)
    assert lessor.take(caller="token a", kind="read", at=NOW + 20 * SECOND) == 40


def test_a_refusal_by_another_worker_says_when_the_same_window_ends() -> None:
    taken(Lessor(RATES), 600)
    assert Lessor(RATES).take(caller="token a", kind="read", at=NOW + 20 * SECOND) == 40


def test_a_window_begins_with_the_first_request_in_it() -> None:
    lessor = Lessor(RATES)
    assert taken(lessor, 600, at=NOW + 37 * SECOND) == 600
    assert taken(lessor, 1, at=NOW + 96 * SECOND) == 0
    assert taken(lessor, 700, at=NOW + 97 * SECOND) == 600


def test_what_is_not_used_dies_with_its_window() -> None:
    lessor = Lessor(RATES)
    taken(lessor, 1)
    assert taken(lessor, 700, at=NOW + MINUTE) == 600


def test_a_window_begun_by_a_clock_far_ahead_locks_nobody_out() -> None:
    taken(Lessor(RATES), 600, at=NOW + 3600 * SECOND)
    assert taken(Lessor(RATES), 1) == 1


def test_two_workers_in_turn_make_exactly_what_is_allowed() -> None:
    one, other = Lessor(RATES), Lessor(RATES)
    assert sum(taken(one, 1) + taken(other, 1) for _ in range(700)) == 600


@pytest.mark.parametrize("first", [1, 40, 300])
def test_a_worker_is_refused_no_more_than_what_the_other_holds(first: int) -> None:
    one, other = Lessor(RATES), Lessor(RATES)
    made = taken(one, first) + taken(other, 700)
    held = one._blocks["token a", "read"].left
    assert made + held == 600
    assert taken(one, 700) == held


def test_workers_with_uneven_shares_leave_little_unused() -> None:
    one, other = Lessor(RATES), Lessor(RATES)
    made = sum(taken(one, 1) + taken(other, 9) for _ in range(60))
    assert 570 <= made <= 600


def test_a_worker_that_forgot_a_caller_gives_no_more() -> None:
    lessor = Lessor(RATES, most=2)
    made = sum(taken(lessor, 1, caller=f"token {number % 3}") for number in range(3 * 700))
    assert made <= 3 * 600
    assert len(lessor._blocks) == 2


def test_an_allowance_that_was_lowered_holds_at_once() -> None:
    taken(Lessor(RATES), 300)
    assert taken(Lessor({"read": (100, 60)}), 1) == 0


def test_a_thousand_reads_write_few_rows(token: AccessToken) -> None:
    lessor = Lessor(RATES)
    with CaptureQueriesContext(connection) as queries:
        assert taken(lessor, 600, token=token) == 600
        assert taken(lessor, 400, token=token, at=NOW + MINUTE) == 400
    assert 2 <= written(queries) <= 60


def test_a_request_from_a_block_in_hand_asks_the_database_nothing(token: AccessToken) -> None:
    lessor = Lessor(RATES)
    taken(lessor, 1, token=token)
    with CaptureQueriesContext(connection) as queries:
        assert taken(lessor, 74, token=token) == 74
    assert len(queries) == 0


def test_a_refused_request_asks_the_database_nothing(token: AccessToken) -> None:
    lessor = Lessor(RATES)
    taken(lessor, 601)
    with CaptureQueriesContext(connection) as queries:
        assert taken(lessor, 100, token=token, at=NOW + 59 * SECOND) == 0
    assert len(queries) == 0


def test_each_caller_and_kind_has_one_row() -> None:
    for at in (NOW, NOW + MINUTE, NOW + 2 * MINUTE):
        taken(Lessor(RATES), 700, at=at)
    assert Allowance.objects.get().taken == 600


def test_threads_of_one_worker_never_overshoot(one_connection: None) -> None:
    lessor, mine = Lessor(RATES), connections["default"]

    def many(_: int) -> int:
        connections["default"] = mine
        return taken(lessor, 200)

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(many, range(8))) == 600
    finally:
        sys.setswitchinterval(usual)


def test_the_first_use_of_a_token_is_written(token: AccessToken) -> None:
    taken(Lessor(RATES), 1, token=token)
    token.refresh_from_db()
    assert token.last_used_at == NOW


def test_the_last_use_is_written_at_most_once_a_minute(token: AccessToken) -> None:
    lessor = Lessor(RATES)
    seen = set()
    for seconds in range(150):
        used = AccessToken.objects.get(pk=token.pk)
        taken(lessor, 1, token=used, kind="read" if seconds % 2 else "export", at=NOW + seconds * SECOND)
        seen.add(AccessToken.objects.get(pk=token.pk).last_used_at)
    assert seen == {NOW, NOW + MINUTE, NOW + 2 * MINUTE}


def test_requests_that_read_the_token_before_it_was_marked_mark_it_once(token: AccessToken) -> None:
    beside = AccessToken.objects.get(pk=token.pk)
    mark_used(token, at=NOW)
    mark_used(beside, at=NOW + SECOND)
    token.refresh_from_db()
    assert token.last_used_at == NOW


def test_a_refused_request_is_no_use_of_the_token(token: AccessToken) -> None:
    lessor = Lessor(RATES)
    taken(lessor, 600)
    taken(lessor, 1, token=token)
    token.refresh_from_db()
    assert token.last_used_at is None
