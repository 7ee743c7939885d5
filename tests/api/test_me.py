"""Who am I here, and what may I do?"""

from collections.abc import Callable

import pytest
from django.test import Client

from recommendations.roles import CAPABILITIES
from tests.factories import NOW, People


def test_a_role_says_where_and_what_for(api: Callable, people: People) -> None:
    body = api(people.assurer).get("/api/v1/me/").json()
    assert body["username"] == "assurer"
    [role] = body["roles"]
    assert role["role"] == "assurer"
    assert role["home"]["slug"] != role["reach"]["slug"] == "hmpps"
    assert role["capabilities"] == ["assure", "export", "read", "reopen"]


@pytest.mark.parametrize("who", ["inspector", "administrator", "viewer"])
def test_what_reaches_everything_says_so(api: Callable, people: People, who: str) -> None:
    [role] = api(getattr(people, who)).get("/api/v1/me/").json()["roles"]
    assert role["reaches_everything"] == (who != "viewer")
    assert len(role["capabilities"]) == len(CAPABILITIES[who])


@pytest.mark.parametrize("may_write", [True, False])
def test_a_token_says_whether_it_writes(api: Callable, people: People, may_write: bool) -> None:
    body = api(people.viewer, may_write=may_write).get("/api/v1/me/").json()
    assert body["may_write"] is may_write


def test_a_session_may_write(people: People) -> None:
    browser = Client()
    browser.force_login(people.viewer)
    assert browser.get("/api/v1/me/").json()["may_write"] is True


def test_who_holds_no_role_is_told_so(api: Callable, people: People) -> None:
    assert api(people.outsider).get("/api/v1/me/").json()["roles"] == []


def test_an_ended_role_is_not_shown(api: Callable, people: People) -> None:
    people.viewer.memberships.update(ended_at=NOW)
    assert api(people.viewer).get("/api/v1/me/").json()["roles"] == []


def test_it_takes_no_parameter(api: Callable, people: People) -> None:
    assert api(people.viewer).get("/api/v1/me/?username=inspector").status_code == 400
