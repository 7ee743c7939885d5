"""Administrators' screens: accounts, roles, passwords, tokens, leavers, organisations."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.test import Client

from recommendations import roles
from recommendations.models import AccessToken, Event, Membership, Organisation, User
from tests.factories import PASSWORD, Bodies, People

ACCOUNTS = "/admin/recommendations/user/"


def page_of(user: User, name: str) -> str:
    return f"{ACCOUNTS}{user.pk}/{name}/"


def secret(page: str) -> str:
    [found] = re.findall(r"<code>([^<]+)</code>", page)
    return found


def signs_in(username: str, password: str) -> bool:
    return authenticate(HttpRequest(), username=username, password=password) is not None


def test_accounts_do_not_exist_for_those_who_do_not_manage_access(screens: Callable, people: People) -> None:
    names = ["role", "password", "token", "tokens/revoke", "disable", "hand-over"]
    for who in ("contributor", "viewer", "assurer", "inspector"):
        browser = screens(getattr(people, who))
        assert browser.get(ACCOUNTS).status_code == 403
        for path in (f"{ACCOUNTS}add/", *(page_of(people.sibling, name) for name in names)):
            assert browser.get(path).status_code == 403
            assert browser.post(path, {"password": "a long enough one", "label": "x"}).status_code == 403
    assert not AccessToken.objects.filter(user=people.sibling, label="x").exists()


def test_an_account_is_made_with_a_password_that_is_shown_once(screens: Callable, people: People) -> None:
    browser = screens(people.administrator)
    answer = browser.post(f"{ACCOUNTS}add/", {"username": "ann.lee", "first_name": "Ann", "password": ""})
    made_up = secret(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    user = User.objects.get(username="ann.lee")
    assert (user.first_name, user.memberships.count()) == ("Ann", 0)
    assert signs_in("ann.lee", made_up)
    assert made_up not in browser.get(f"{ACCOUNTS}{user.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"username": "viewer"}, "There is already an account named “viewer”."),
        ({"username": "Ann Lee"}, "Only unaccented letters"),
        ({"username": "ann.lee", "password": "short"}, "too short"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_the_words_of_the_operation(
    screens: Callable, people: People, given: dict, sentence: str
) -> None:
    before = User.objects.count()
    page = screens(people.administrator).post(f"{ACCOUNTS}add/", {"password": "", **given}).content.decode()
    assert sentence in page
    assert User.objects.count() == before


def test_a_role_is_granted_and_ended(screens: Callable, people: People, bodies: Bodies) -> None:
    browser = screens(people.administrator)
    posted = {"role": roles.VIEWER, "home": bodies.pdu.pk, "reach": bodies.pdu.pk}
    browser.post(page_of(people.outsider, "role"), posted)
    held = Membership.objects.get(user=people.outsider)
    assert (held.role, held.reach, held.ended_at) == (roles.VIEWER, bodies.pdu, None)
    page = browser.get(f"{ACCOUNTS}{people.outsider.pk}/change/").content.decode()
    assert re.search(r"Viewer</th><td>Bristol[^<]*</td><td>Bristol", page)
    browser.post(page_of(people.outsider, f"role/{held.pk}/end"))
    held.refresh_from_db()
    assert held.ended_at


def test_a_role_of_another_account_is_not_ended_from_here(screens: Callable, people: People) -> None:
    held = Membership.objects.get(user=people.viewer)
    browser = screens(people.administrator)
    assert browser.post(page_of(people.outsider, f"role/{held.pk}/end")).status_code == 404


def test_nobody_changes_their_own_roles(screens: Callable, people: People, bodies: Bodies) -> None:
    browser = screens(people.administrator)
    posted = {"role": roles.INSPECTOR, "home": bodies.pdu.pk, "reach": bodies.pdu.pk}
    page = browser.post(page_of(people.administrator, "role"), posted).content.decode()
    assert "Nobody changes their own roles" in page
    assert Membership.objects.filter(user=people.administrator).count() == 1


def test_a_password_is_set_for_another(screens: Callable, people: People) -> None:
    browser = screens(people.administrator)
    typed = "amber lantern twenty two"
    page = browser.post(page_of(people.viewer, "password"), {"password": typed}).content.decode()
    assert secret(page) == typed
    assert signs_in("viewer", typed)
    assert Event.objects.get(verb="set password").actor == people.administrator


def test_a_token_is_shown_once_and_revoked(screens: Callable, people: People, client: Client) -> None:
    browser = screens(people.administrator)
    page = browser.post(page_of(people.viewer, "token"), {"label": "Report", "days": "30"}).content.decode()
    token = secret(page)
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    assert client.get("/api/v1/recommendations/", **headers).status_code == 200
    account = browser.get(f"{ACCOUNTS}{people.viewer.pk}/change/").content.decode()
    assert "Report</th><td>Only reads</td>" in account
    assert token not in account
    browser.post(page_of(people.viewer, "tokens/revoke"))
    assert client.get("/api/v1/recommendations/", **headers).status_code == 401


def test_a_token_says_when_it_was_last_used(screens: Callable, people: People) -> None:
    browser, page = screens(people.administrator), f"{ACCOUNTS}{people.viewer.pk}/change/"
    assert "Never expires</td><td>Never used" in browser.get(page).content.decode()
    used = datetime(2026, 6, 4, 8, 32, tzinfo=UTC)  # Summer time in London.
    AccessToken.objects.filter(user=people.viewer).update(last_used_at=used)
    assert "Never expires</td><td>4 June 2026, 9:32am" in browser.get(page).content.decode()


def test_an_account_is_disabled(screens: Callable, people: People) -> None:
    browser = screens(people.administrator)
    assert "Disable account" in browser.get(f"{ACCOUNTS}{people.viewer.pk}/change/").content.decode()
    browser.post(page_of(people.viewer, "disable"))
    people.viewer.refresh_from_db()
    assert not people.viewer.is_active
    assert not signs_in("viewer", PASSWORD)


def test_nobody_closes_their_own_account(screens: Callable, people: People) -> None:
    page = screens(people.administrator).post(page_of(people.administrator, "disable")).content.decode()
    assert "Nobody closes their own account" in page
    people.administrator.refresh_from_db()
    assert people.administrator.is_active


@pytest.mark.parametrize("to", ["regional", None])
def test_a_leaver_s_open_actions_are_named_and_handed_over_in_one_step(
    screens: Callable, people: People, plan: Callable, to: str | None
) -> None:
    actions = [plan(1, person=people.contributor), plan(2, person=people.contributor)]
    heir = getattr(people, to) if to else None
    browser, path = screens(people.administrator), page_of(people.contributor, "hand-over")
    page = browser.get(path).content.decode()
    assert all(str(action) in page for action in actions)
    browser.post(path, {"to": heir.pk if heir else ""})
    for action in actions:
        action.refresh_from_db()
        assert action.person == heir
    assert Event.objects.filter(verb="hand over").count() == 2


def test_an_organisation_is_added(screens: Callable, people: People, bodies: Bodies) -> None:
    path = "/admin/recommendations/organisation/add/"
    posted = {"name": "Wessex PDU", "level": "pdu", "parent": "", "aliases": "Wessex\nThe Wessex unit"}
    browser = screens(people.administrator)
    assert "stand under another organisation" in browser.post(path, posted).content.decode()
    browser.post(path, posted | {"parent": bodies.region.pk})
    made = Organisation.objects.get(name="Wessex PDU")
    assert made.aliases.count() == 2
    assert screens(people.inspector).post(path, posted).status_code == 403


def test_the_tracker_s_own_account_is_not_listed(screens: Callable, people: People) -> None:
    system = User.objects.get(username="system")
    browser = screens(people.administrator)
    assert f"{ACCOUNTS}{system.pk}/" not in browser.get(ACCOUNTS).content.decode()
    assert browser.get(page_of(system, "token")).status_code == 404
