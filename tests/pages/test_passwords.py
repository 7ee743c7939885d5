"""Passwords: handed out by a link that works once, and changed by their owner; each by its operation."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from axes.models import AccessFailureLog
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from recommendations.errors import NotPermitted
from recommendations.models import Event, User
from recommendations.operations.accounts import (
    disable_account,
    give_password_link,
    set_password,
    system_actor,
)
from recommendations.operations.password_links import PasswordLinks
from tests.factories import NOW, PASSWORD, People

NEW = "amber lantern twenty two"
TYPED = {"password": NEW, "again": NEW}


def signs_in(username: str, password: str) -> bool:
    return authenticate(HttpRequest(), username=username, password=password) is not None


def given(screens: Callable, people: People, user: User) -> str:
    """The path of a link that the administrator makes on the screen of the account."""
    path = f"/admin/recommendations/user/{user.pk}/password-link/"
    page = screens(people.administrator).post(path).content.decode()
    [link] = re.findall(r"<code>http://testserver(/password/set/[^<]+)</code>", page)
    return link


def opened(link: str) -> tuple[Client, str]:
    """A browser that has followed the link, and the address where it stands then."""
    browser = Client()
    answer = browser.get(link, follow=True)
    return browser, answer.redirect_chain[-1][0] if answer.redirect_chain else link


def events() -> list[tuple[str, str]]:
    wanted = ("give a password link", "set password")
    return list(
        Event.objects.filter(verb__in=wanted).order_by("sequence").values_list("verb", "actor__username")
    )


# Links


def test_a_link_lets_a_person_set_their_password(screens: Callable, people: People) -> None:
    browser, form = opened(given(screens, people, people.viewer))
    assert "username <strong>viewer</strong>" in browser.get(form).content.decode()
    assert browser.post(form, TYPED).headers["Location"] == "/password/set/"
    assert signs_in("viewer", NEW)
    assert events() == [("give a password link", "administrator"), ("set password", "viewer")]


def test_the_token_of_a_link_leaves_the_address(screens: Callable, people: People) -> None:
    link = given(screens, people, people.viewer)
    _, form = opened(link)
    assert form.endswith("/set-password/")
    assert link.split("/")[-2] not in form


def test_a_link_is_shown_with_how_long_it_is_good_for(screens: Callable, people: People) -> None:
    path = f"/admin/recommendations/user/{people.viewer.pk}/password-link/"
    browser = screens(people.administrator)
    assert "within 24 hours" in browser.get(path).content.decode()
    answer = browser.post(path)
    assert "The link works once, for 24 hours" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_link_ends_the_password_and_the_sessions(screens: Callable, people: People) -> None:
    browser = screens(people.viewer)
    given(screens, people, people.viewer)
    assert not signs_in("viewer", PASSWORD)
    assert browser.get("/admin/").status_code == 302


def test_a_link_works_once(screens: Callable, people: People) -> None:
    link = given(screens, people, people.viewer)
    first, form = opened(link)
    second, _ = opened(link)
    first.post(form, TYPED)
    other = {"password": "another kettle altogether", "again": "another kettle altogether"}
    assert "This link is no longer good" in second.post(form, other).content.decode()
    assert "This link is no longer good" in Client().get(link).content.decode()
    assert signs_in("viewer", NEW)


def test_of_two_who_use_a_link_at_once_the_second_is_refused(people: People) -> None:
    """Both passed the page's own look at the link; the operation looks again while it holds the record."""
    link = give_password_link(user=people.viewer, by=people.administrator, at=NOW)
    stale = User.objects.get(pk=people.viewer.pk)
    set_password(user=people.viewer, password=NEW, by=people.viewer, at=NOW, link=link)
    with pytest.raises(NotPermitted, match="used already"):
        set_password(user=stale, password=PASSWORD, by=stale, at=NOW, link=link)
    assert signs_in("viewer", NEW)


def test_the_next_link_ends_the_one_before(screens: Callable, people: People) -> None:
    first = given(screens, people, people.viewer)
    second = given(screens, people, people.viewer)
    assert "This link is no longer good" in Client().get(first).content.decode()
    assert "Set your password" in Client().get(second, follow=True).content.decode()


@pytest.mark.parametrize(("hours", "good"), [(24, True), (24.01, False)])
def test_a_link_is_good_for_a_day(people: People, hours: float, good: bool) -> None:
    token = give_password_link(user=people.viewer, by=people.administrator, at=NOW)
    people.viewer.refresh_from_db()
    assert PasswordLinks(NOW + timedelta(hours=hours)).check_token(people.viewer, token) is good


def test_the_link_of_one_account_opens_no_other(screens: Callable, people: People) -> None:
    _, _, _, _, token, _ = given(screens, people, people.viewer).split("/")
    _, _, _, other, _, _ = given(screens, people, people.inspector).split("/")
    assert "This link is no longer good" in Client().get(f"/password/set/{other}/{token}/").content.decode()


@pytest.mark.parametrize("name", ["MQ", "___", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", "4pi6"])
def test_a_link_that_nobody_made_is_no_longer_good(db: None, name: str) -> None:
    for token in ("abc-def", "set-password"):
        answer = Client().get(f"/password/set/{name}/{token}/")
        assert answer.status_code == 200
        assert "This link is no longer good" in answer.content.decode()


def test_the_link_of_a_closed_account_is_good_no_more(screens: Callable, people: People) -> None:
    link = given(screens, people, people.viewer)
    disable_account(user=people.viewer, by=system_actor(), at=timezone.now())
    assert "This link is no longer good" in Client().get(link).content.decode()


@pytest.mark.parametrize("who", ["viewer", "inspector"])
def test_only_administrators_make_links(people: People, who: str) -> None:
    with pytest.raises(NotPermitted):
        give_password_link(user=people.contributor, by=getattr(people, who), at=NOW)
    assert signs_in("contributor", PASSWORD)


@pytest.mark.parametrize("whose", ["own", "closed", "system"])
def test_no_link_is_made_for_oneself_a_closed_account_or_the_tracker(people: People, whose: str) -> None:
    disable_account(user=people.sibling, by=system_actor(), at=NOW)
    user = {"own": people.administrator, "closed": people.sibling, "system": system_actor()}[whose]
    with pytest.raises(NotPermitted):
        give_password_link(user=user, by=people.administrator, at=NOW)
    assert events() == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": NEW, "again": "other"}, "not the same as the new password"),
        ({"password": "", "again": ""}, "New password: Fill this in"),
        ({"password": "viewer12", "again": "viewer12"}, "too similar to the username"),
    ],
)
def test_a_password_that_will_not_do_leaves_the_link_good(
    screens: Callable, people: People, typed: dict, words: str
) -> None:
    browser, form = opened(given(screens, people, people.viewer))
    page = browser.post(form, typed).content.decode()
    assert words in page
    assert "<title>Error: Set your password" in page
    browser.post(form, TYPED)
    assert signs_in("viewer", NEW)


def test_a_new_password_forgives_failures_to_sign_in(people: People) -> None:
    for _ in range(5):
        signs_in("viewer", "wrong")
    set_password(user=people.viewer, password=NEW, by=people.administrator, at=NOW)
    assert signs_in("viewer", NEW)
    assert AccessFailureLog.objects.filter(username=None).count() == 5  # They go on to count for the address.


# One's own


def test_people_change_their_own_password_and_stay_signed_in(screens: Callable, people: People) -> None:
    browser, elsewhere = screens(people.viewer), screens(people.viewer)
    answer = browser.post("/password/change/", {"current": PASSWORD, **TYPED}, follow=True)
    assert "Your password was changed" in answer.content.decode()
    assert browser.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302
    assert signs_in("viewer", NEW)
    assert events() == [("set password", "viewer")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"current": "wrong"}, "This is not your current password"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"again": "other"}, "not the same as the new password"),
    ],
)
def test_a_refused_password_changes_nothing(
    screens: Callable, people: People, typed: dict, words: str
) -> None:
    posted = {"current": PASSWORD, **TYPED, **typed}
    page = screens(people.viewer).post("/password/change/", posted).content.decode()
    assert words in page
    assert page.count('class="govuk-input') == 3
    assert signs_in("viewer", PASSWORD)
    assert events() == []


def test_a_password_is_changed_by_who_is_signed_in(db: None) -> None:
    assert Client().get("/password/change/").headers["Location"] == "/sign-in/?next=/password/change/"


def test_the_staff_screens_lead_to_the_same_page(screens: Callable, people: People) -> None:
    answer = screens(people.viewer).get("/admin/password_change/")
    assert answer.headers["Location"] == "/password/change/"


def test_no_page_about_a_password_is_cached(screens: Callable, people: People) -> None:
    browser, form = opened(given(screens, people, people.viewer))
    pages = [browser.get(form), screens(people.inspector).get("/password/change/"), Client().get("/sign-in/")]
    assert all("no-store" in page.headers["Cache-Control"] for page in pages)
