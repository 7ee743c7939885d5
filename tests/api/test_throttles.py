"""How often a caller may ask: whom it counts, as what, and how it is said that there is no more."""

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string
from rest_framework.views import APIView

from recommendations.api.throttling import Lessor, Rates
from recommendations.api.views.me import MeViewSet
from recommendations.models import AccessToken, Allowance
from tests.factories import People
from tracker.settings import REST_FRAMEWORK

READ = "/api/v1/me/"
WRITE = "/api/v1/updates/"
UPLOAD = "/api/v1/evidence/"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The throttles of the settings, few requests of each kind, and their clock, which a test may turn."""
    clock = SimpleNamespace(at=timezone.now())
    rates = {"read": (3, 60), "write": (2, 60), "upload": (1, 60), "export": (1, 3600)}
    named = [import_string(name) for name in REST_FRAMEWORK["DEFAULT_THROTTLE_CLASSES"]]
    monkeypatch.setattr(APIView, "throttle_classes", named)
    monkeypatch.setattr(Rates, "lessor", Lessor(rates))
    monkeypatch.setattr(Rates, "clock", staticmethod(lambda: clock.at))
    return clock


def statuses(count: int, ask: Callable[[], Any]) -> list[int]:
    return [ask().status_code for _ in range(count)]


def test_after_as_many_reads_as_allowed_the_next_is_refused(api: Callable, people: People) -> None:
    caller = api(people.viewer)
    assert statuses(5, lambda: caller.get(READ)) == [200, 200, 200, 429, 429]


def test_the_refusal_is_a_problem_with_the_seconds_to_wait(
    api: Callable, people: People, now: SimpleNamespace
) -> None:
    caller = api(people.viewer)
    statuses(3, lambda: caller.get(READ))
    now.at += timedelta(seconds=22.5)
    answer = caller.get(READ)
    assert answer.status_code == 429
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "38"
    body = answer.json()
    assert body["code"] == "throttled"
    assert (
        body["detail"]
        == "You have made all 3 read requests that are allowed in 60 seconds. Try again in 38 s."
    )


def test_after_the_seconds_that_were_said_it_is_answered(
    api: Callable, people: People, now: SimpleNamespace
) -> None:
    caller = api(people.viewer)
    statuses(3, lambda: caller.get(READ))
    now.at += timedelta(seconds=0.4)
    now.at += timedelta(seconds=int(caller.get(READ)["Retry-After"]))
    assert caller.get(READ).status_code == 200


@pytest.mark.parametrize("other", ["inspector", "viewer"])
def test_another_token_is_not_affected_not_even_of_the_same_person(
    api: Callable, people: People, other: str
) -> None:
    caller = api(people.viewer)
    statuses(4, lambda: caller.get(READ))
    assert api(getattr(people, other), may_write=False).get(READ).status_code == 200


def test_the_token_as_a_password_counts_as_the_same_token(api: Callable, people: People) -> None:
    caller = api(people.viewer)
    statuses(3, lambda: caller.get(READ))
    token = caller._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    basic = b64encode(f"any:{token}".encode()).decode()
    assert Client().get(READ, HTTP_AUTHORIZATION=f"Basic {basic}").status_code == 429


def test_a_session_is_counted_by_its_user(screens: Callable, people: People) -> None:
    browser = screens(people.viewer)
    statuses(3, lambda: browser.get(READ))
    assert screens(people.viewer).get(READ).status_code == 429


def test_writes_are_counted_beside_reads(api: Callable, people: People) -> None:
    caller = api(people.contributor)
    assert statuses(3, lambda: caller.post(WRITE, {})) == [400, 400, 429]
    assert caller.get(READ).status_code == 200


def test_uploads_are_counted_beside_writes(api: Callable, people: People) -> None:
    caller = api(people.contributor)

    def upload() -> Any:
        form = {"file": SimpleUploadedFile("a.txt", b"Words.")}
        return caller.post(UPLOAD, form, format="multipart")

    assert statuses(2, upload) == [400, 429]
    assert caller.post(WRITE, {}).status_code == 400


def test_exports_are_counted_beside_reads(
    api: Callable, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = api(people.viewer)
    with monkeypatch.context() as exporting:
        exporting.setattr(MeViewSet, "is_export", True, raising=False)
        assert statuses(2, lambda: caller.get(READ)) == [200, 429]
        assert caller.get(READ)["Retry-After"] == "3600"
    assert caller.get(READ).status_code == 200


def test_who_is_not_signed_in_is_told_so_however_often(api: Callable, system: object) -> None:
    assert set(statuses(5, lambda: api(None).get(READ))) == {401}


@pytest.mark.parametrize("path", ["/api/v1/docs/", "/api/v1/schema/"])
def test_what_is_open_to_everybody_is_not_counted(api: Callable, people: People, path: str) -> None:
    assert api(people.viewer).get(path).status_code == 200
    assert not Allowance.objects.exists()


def test_a_request_says_when_its_token_was_last_used(
    api: Callable, people: People, now: SimpleNamespace
) -> None:
    api(people.viewer).get(READ)
    assert AccessToken.objects.get(user=people.viewer).last_used_at == now.at
