"""`Idempotency-Key`: sent again, the same request is answered as at first and done once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations.models import Event, IdempotencyKey, ProgressUpdate, User
from recommendations.operations.idempotency import Kept, KeyReused, once
from tests.factories import People

PATH = "/api/v1/updates/"
UPDATE = {"recommendation": "BSG-2023-1", "text": "Half of the staff are trained."}
KEY = {"Idempotency-Key": "0f9a-retry 1"}


def test_the_first_answer_is_replayed(api: Callable, people: People) -> None:
    caller = api(people.contributor)
    first = caller.post(PATH, UPDATE, headers=KEY)
    again = caller.post(PATH, UPDATE, headers=KEY)
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert (again["Location"], again["Content-Type"]) == (first["Location"], first["Content-Type"])
    assert again["Idempotent-Replay"] == "true"
    assert not first.has_header("Idempotent-Replay")
    assert ProgressUpdate.objects.count() == 1


def test_the_order_of_fields_makes_no_other_request(api: Callable, people: People) -> None:
    caller = api(people.contributor)
    caller.post(PATH, UPDATE, headers=KEY)
    assert caller.post(PATH, dict(reversed(UPDATE.items())), headers=KEY).status_code == 201
    assert ProgressUpdate.objects.count() == 1


def test_a_step_is_replayed_though_its_version_has_passed(api: Callable, people: People) -> None:
    caller, path = api(people.contributor), "/api/v1/recommendations/BSG-2023-1/steps/"
    body = {"step": "respond", "answer": "agreed", "version": 2}
    first = caller.post(path, body, headers=KEY)
    again = caller.post(path, body, headers=KEY)
    assert first.status_code == again.status_code == 200
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert Event.objects.filter(verb="respond").count() == 1


@pytest.mark.parametrize(("path", "extra"), [(PATH, {"text": "All."}), ("/api/v1/reviews/", {})])
def test_a_key_is_not_used_for_another_request(api: Callable, people: People, path: str, extra: dict) -> None:
    caller = api(people.contributor)
    caller.post(PATH, UPDATE, headers=KEY)
    answer = caller.post(path, UPDATE | extra, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert ProgressUpdate.objects.count() == 1


def test_each_caller_has_keys_of_their_own(api: Callable, people: People) -> None:
    for user in (people.contributor, people.regional):
        assert api(user).post(PATH, UPDATE, headers=KEY).status_code == 201
    assert ProgressUpdate.objects.count() == 2


def test_a_refusal_is_not_kept(api: Callable, people: People) -> None:
    caller = api(people.contributor)
    assert caller.post(PATH, UPDATE | {"text": ""}, headers=KEY).status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert caller.post(PATH, UPDATE, headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a" * 201, "a\tb", "ü", "a\x7f"])
def test_a_malformed_key_is_refused(api: Callable, people: People, key: str) -> None:
    answer = api(people.contributor).post(PATH, UPDATE, headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert not ProgressUpdate.objects.exists()


def test_a_key_is_forgotten_after_a_day(api: Callable, people: People) -> None:
    caller = api(people.contributor)
    caller.post(PATH, UPDATE, headers=KEY)
    IdempotencyKey.objects.update(made_at=timezone.now() - timedelta(hours=24, minutes=1))
    assert not caller.post(PATH, UPDATE, headers=KEY).has_header("Idempotent-Replay")
    assert ProgressUpdate.objects.count() == 2
    assert IdempotencyKey.objects.count() == 1


def do(user: User, perform: Callable[[], Kept], digest: str = "0" * 64) -> Kept:
    return once(user=user, key="k", digest=digest, at=timezone.now(), perform=perform)


def test_what_fails_on_its_way_leaves_neither_key_nor_row(people: People) -> None:
    def half_done() -> Kept:
        IdempotencyKey.objects.create(
            user=people.viewer, key="other", request_digest="", status=0, body=b"", made_at=timezone.now()
        )
        raise RuntimeError

    with pytest.raises(RuntimeError):
        do(people.viewer, half_done)
    assert not IdempotencyKey.objects.exists()


def test_a_key_that_clashes_leaves_the_outer_transaction_whole(people: People) -> None:
    first = do(people.viewer, lambda: Kept(201, b"1"))
    again = do(people.viewer, lambda: Kept(201, b"2"))
    assert (first.body, again.body, again.is_replay) == (b"1", b"1", True)
    with pytest.raises(KeyReused):
        do(people.viewer, lambda: Kept(201, b"3"), digest="1" * 64)
    assert IdempotencyKey.objects.count() == 1
