"""What every answer has: one shape of refusal, an id of the request, credentials asked for rightly."""

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from recommendations.models import User
from recommendations.operations.accounts import issue_token, revoke_tokens
from tests.factories import People


@pytest.fixture
def token(people: People, system: User) -> str:
    return issue_token(
        user=people.viewer, label="t", may_write=False, lifetime=None, by=system, at=timezone.now()
    )


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"any:{password}".encode()).decode()}


def status(headers: dict[str, str], path: str = "recommendations/") -> int:
    return APIClient().get(f"/api/v1/{path}", headers=headers).status_code


def test_a_refusal_is_problem_details_with_the_id_of_the_request(api: Callable, people: People) -> None:
    answer = api(people.viewer).get("/api/v1/recommendations/NO-1/", headers={"X-Request-ID": "abc-12345"})
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["X-Request-ID"] == "abc-12345"
    body = answer.json()
    assert (body["status"], body["code"], body["request_id"]) == (404, "not_found", "abc-12345")


@pytest.mark.parametrize("path", ["no-such/", "recommendations/a%00b/", "actions/99999999999999999999/"])
def test_an_address_that_leads_nowhere_answers_in_the_same_shape(
    api: Callable, people: People, path: str
) -> None:
    answer = api(people.viewer).get(f"/api/v1/{path}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_an_ill_formed_id_of_a_request_is_replaced(api: Callable, people: People) -> None:
    answer = api(people.viewer).get("/api/v1/", headers={"X-Request-ID": "<script>"})
    assert "<" not in answer["X-Request-ID"]


def test_a_token_opens_as_bearer_and_as_basic_password(token: str) -> None:
    assert status({"Authorization": f"Bearer {token}"}) == 200
    assert status(basic(token)) == 200


@pytest.mark.parametrize(
    "value", ["Bearer x", "Bearer", "Bearer a b", "Bearer \xff", "Basic x", "Basic " + "YTpi", "Digest x"]
)
def test_a_wrong_credential_is_a_401_that_says_what_is_asked_for(people: People, value: str) -> None:
    answer = APIClient().get("/api/v1/recommendations/", headers={"Authorization": value})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_in_the_address_opens_nothing(token: str) -> None:
    assert status({}, f"recommendations/?token={token}") == 400


def test_a_token_stops_when_it_expires(people: People, system: User) -> None:
    old = issue_token(
        user=people.viewer,
        label="t",
        may_write=False,
        lifetime=timedelta(hours=1),
        by=system,
        at=timezone.now() - timedelta(hours=2),
    )
    assert status({"Authorization": f"Bearer {old}"}) == 401


def test_a_revoked_token_stops(token: str, people: People, system: User) -> None:
    revoke_tokens(user=people.viewer, by=system, at=timezone.now())
    assert status({"Authorization": f"Bearer {token}"}) == 401


def test_the_token_of_a_disabled_account_stops(token: str, people: People) -> None:
    User.objects.filter(pk=people.viewer.pk).update(is_active=False)
    assert status({"Authorization": f"Bearer {token}"}) == 401


def test_answers_are_kept_from_shared_caches(api: Callable, people: People) -> None:
    assert "private" in api(people.viewer).get("/api/v1/recommendations/")["Cache-Control"]


def test_only_json_is_read(api: Callable, people: People) -> None:
    answer = api(people.contributor).post("/api/v1/updates/", "a=b", content_type="text/plain")
    assert answer.status_code == 415


def test_only_json_is_served(api: Callable, people: People) -> None:
    answer = api(people.viewer).get("/api/v1/recommendations/", headers={"Accept": "application/xml"})
    assert answer.status_code == 406


def test_health_needs_no_account(db: None) -> None:
    client = APIClient()
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
