"""The one door: who comes in, where it leads, and when it is shut for a while."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axes.models import AccessFailureLog
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recommendations.operations import sign_ins
from recommendations.operations.accounts import disable_account, end_role, system_actor
from tests.factories import NOW, PASSWORD, People
from tracker.lockout import caller_address

DOOR, WRONG = "/sign-in/", "wrong"


def knock(username: str, password: str = WRONG, *, address: str = "192.0.2.1", **more: str) -> object:
    """Try to sign in, in a browser of its own."""
    given = {"username": username, "password": password, **more}
    return Client(REMOTE_ADDR=address).post(DOOR, given)


def comes_in(username: str, *, address: str = "192.0.2.1") -> bool:
    return knock(username, PASSWORD, address=address).status_code == 302


def earlier(minutes: int) -> None:
    """As if all failures so far had been that much earlier."""
    AccessFailureLog.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=minutes))


# Where it leads


def test_a_person_who_signs_in_comes_to_the_overview(people: People) -> None:
    assert knock("inspector", PASSWORD).headers["Location"] == "/"


def test_who_came_for_the_staff_screens_is_led_back_to_them(people: People) -> None:
    browser = Client()
    asked = browser.get("/admin/recommendations/action/", follow=True)
    assert asked.redirect_chain[-1][0] == "/sign-in/?next=/admin/recommendations/action/"
    assert 'name="next" value="/admin/recommendations/action/"' in asked.content.decode()
    given = {"username": "contributor", "password": PASSWORD, "next": "/admin/recommendations/action/"}
    assert browser.post(DOOR, given, follow=True).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "http:///evil.example", "javascript:a"],
)
def test_signing_in_leads_to_no_other_host(people: People, elsewhere: str) -> None:
    assert knock("viewer", PASSWORD, next=elsewhere).headers["Location"] == "/"
    shown = Client().get("/admin/login/", {"next": elsewhere}, follow=True).content.decode()
    assert 'name="next" value=""' in shown


def test_an_account_without_a_role_is_told_so_and_not_sent_round(people: People) -> None:
    browser = Client()
    browser.force_login(people.outsider)
    assert "outsider, who has no role here" in browser.get("/admin/", follow=True).content.decode()


# Sessions


def test_the_key_of_the_session_changes_at_sign_in(people: People) -> None:
    browser = Client()
    browser.force_login(people.inspector)
    before = browser.session.session_key
    browser.post(DOOR, {"username": "viewer", "password": PASSWORD})
    assert browser.session.session_key != before
    assert browser.session["_auth_user_id"] == str(people.viewer.pk)


def test_a_session_dies_at_sign_out(people: People) -> None:
    browser = Client()
    browser.force_login(people.viewer)
    stolen = Client(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={browser.session.session_key}"})
    assert stolen.get("/admin/").status_code == 200
    answer = browser.post("/sign-out/", follow=True)
    assert "You have signed out" in answer.content.decode()
    assert stolen.get("/admin/").status_code == 302


def test_no_link_signs_anybody_out(people: People) -> None:
    browser = Client()
    browser.force_login(people.viewer)
    assert browser.get("/sign-out/").status_code == 405
    assert browser.get("/admin/").status_code == 200


def test_the_session_of_a_closed_account_opens_nothing(people: People) -> None:
    browser = Client()
    browser.force_login(people.viewer)
    disable_account(user=people.viewer, by=system_actor(), at=NOW)
    assert browser.get("/admin/").status_code == 302


def test_a_session_holds_no_role_that_has_ended(people: People) -> None:
    browser = Client()
    browser.force_login(people.viewer)
    end_role(membership=people.viewer.memberships.get(), by=system_actor(), at=NOW)
    assert browser.get("/admin/").status_code == 302


def test_a_form_of_another_site_signs_nobody_in(people: People) -> None:
    answer = Client(enforce_csrf_checks=True).post(DOOR, {"username": "viewer", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Go back and try again" in answer.content.decode()


# Failures of an account


def test_the_fifth_attempt_is_heard(people: People) -> None:
    assert [knock("viewer").status_code for _ in range(4)] == [200] * 4
    assert comes_in("viewer")


@pytest.mark.parametrize("username", ["viewer", "nobody"])
def test_the_sixth_attempt_is_not_heard_whether_or_not_there_is_such_an_account(
    people: People, username: str
) -> None:
    assert [knock(username).status_code for _ in range(5)] == [200] * 5
    refused = knock(username, PASSWORD)
    assert refused.status_code == 429
    assert "Wait 15 minutes, then try again" in refused.content.decode()
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60


def test_known_and_unknown_names_fail_alike(people: People) -> None:
    def shown(username: str) -> str:
        page = knock(username).content.decode()
        return "\n".join(line for line in page.splitlines() if "csrf" not in line).replace(username, "")

    assert "The username or the password is not right" in shown("viewer")
    assert shown("viewer") == shown("nobody")


def test_the_failures_of_an_account_add_up_over_addresses(people: People) -> None:
    for number in range(5):
        knock("viewer", address=f"192.0.2.{number}")
    assert not comes_in("viewer", address="198.51.100.7")
    assert comes_in("inspector")


def test_the_wait_shortens_as_time_passes(people: People) -> None:
    for _ in range(5):
        knock("viewer")
    earlier(minutes=11)
    assert "Wait 4 minutes, then try again" in knock("viewer", PASSWORD).content.decode()


def test_after_the_wait_the_account_is_open(people: People) -> None:
    for _ in range(5):
        knock("viewer")
    earlier(minutes=15)
    assert comes_in("viewer")


def test_the_window_slides_with_each_failure(people: People) -> None:
    """Four failures, ten minutes, one more: when the four are past, four more are heard."""
    for _ in range(4):
        knock("viewer")
    earlier(minutes=10)
    knock("viewer")
    assert knock("viewer").status_code == 429
    earlier(minutes=5)
    assert [knock("viewer").status_code for _ in range(5)] == [200, 200, 200, 200, 429]


def test_trying_while_it_is_shut_does_not_lengthen_the_wait(people: People) -> None:
    for _ in range(5):
        knock("viewer")
    earlier(minutes=10)
    assert [knock("viewer").status_code for _ in range(3)] == [429] * 3
    earlier(minutes=5)
    assert comes_in("viewer")


def test_coming_in_forgives_what_failed_before(people: People) -> None:
    for _ in range(2):
        assert [knock("viewer").status_code for _ in range(4)] == [200] * 4
        assert comes_in("viewer")


def test_attempts_that_race_each_other_are_counted_before_any_has_failed(db: None) -> None:
    """Each asks whether it may be heard while the passwords of the others are still looked at."""
    at = timezone.now()
    waits = [sign_ins.begin(username="viewer", address=None, at=at).wait for _ in range(6)]
    assert [bool(wait) for wait in waits] == [False] * 5 + [True]


def test_an_administrator_unlocks_an_account_by_a_command(people: People) -> None:
    for _ in range(5):
        knock("viewer")
    call_command("axes_reset_username", "viewer", verbosity=0)
    assert comes_in("viewer")


def test_a_token_of_an_account_that_is_shut_goes_on_to_work(api: Callable, people: People) -> None:
    for _ in range(6):
        knock("viewer")
    assert api(people.viewer).get("/api/v1/me/").status_code == 200


def test_a_wrong_token_is_no_failure_to_sign_in(people: People) -> None:
    for scheme in ("Bearer rt_wrong", "Basic dmlld2VyOndyb25n"):
        assert Client().get("/api/v1/me/", HTTP_AUTHORIZATION=scheme).status_code == 401
    assert not AccessFailureLog.objects.exists()


# Failures from an address


def test_twenty_failures_from_an_address_shut_it_for_every_name(people: People) -> None:
    assert {knock(f"name-{number}").status_code for number in range(20)} == {200}
    assert knock("viewer", PASSWORD).status_code == 429
    assert comes_in("viewer", address="192.0.2.2")


def test_the_twentieth_attempt_from_an_address_is_heard(people: People) -> None:
    for number in range(19):
        knock(f"name-{number}")
    assert comes_in("viewer")


def test_coming_in_does_not_forgive_the_address(people: People) -> None:
    """Whoever has an account of their own would else guess at those of others without end."""
    for number in range(19):
        knock(f"name-{number}")
    assert comes_in("viewer")
    knock("viewer")
    assert comes_in("viewer", address="192.0.2.2")
    assert not comes_in("inspector")


def test_an_address_is_open_again_after_the_wait(people: People) -> None:
    for number in range(20):
        knock(f"name-{number}")
    earlier(minutes=15)
    assert comes_in("viewer")


@pytest.mark.parametrize(
    ("behind", "said", "forwarded", "found"),
    [
        (False, "192.0.2.1", "198.51.100.1", "192.0.2.1"),
        (True, "192.0.2.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (True, "192.0.2.1", "", "192.0.2.1"),
        (True, "192.0.2.1", "203.0.113.9, 198.51.100.1:4711", "198.51.100.1"),
        (True, "192.0.2.1", "203.0.113.9, unknown", None),
        (False, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (False, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        (False, "", "", None),
    ],
)
def test_the_address_is_the_proxy_s_word_only_behind_one(
    behind: bool, said: str, forwarded: str, found: str | None
) -> None:
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=said, **headers)
    with override_settings(BEHIND_PROXY=behind):
        assert caller_address(request) == found


def test_callers_whose_address_nobody_knows_do_not_shut_each_other_out(people: People) -> None:
    for number in range(20):
        knock(f"name-{number}", address="")
    assert comes_in("viewer", address="")


# What is kept, and what is done


def test_neither_name_nor_password_is_kept_of_a_failure(people: People) -> None:
    knock("violet kettle typed into the wrong box", "and this one too")
    [kept] = AccessFailureLog.objects.values()
    assert not {"violet", "kettle", "one too"} & {
        word for value in kept.values() for word in ("violet", "kettle", "one too") if word in str(value)
    }
    assert kept["ip_address"] == "192.0.2.1"
    assert [kept[name] for name in ("user_agent", "http_accept", "path_info")] == ["", "", ""]


def test_nothing_is_kept_longer_than_it_counts(people: People) -> None:
    knock("viewer")
    earlier(minutes=15)
    assert comes_in("inspector")
    assert not AccessFailureLog.objects.exists()


class Counting(MD5PasswordHasher):
    """Says each time that a password is hashed, which is what takes long."""

    hashed: list[str] = []

    def encode(self, password: str, salt: str) -> str:
        self.hashed.append(password)
        return super().encode(password, salt)


@override_settings(PASSWORD_HASHERS=[f"{__name__}.Counting"])
def test_known_unknown_and_closed_accounts_cost_the_same_work(people: People) -> None:
    disable_account(user=people.sibling, by=system_actor(), at=NOW)
    work = {}
    for username in ("viewer", "nobody", "sibling", "system"):
        Counting.hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            assert knock(username).status_code == 200
        work[username] = (len(Counting.hashed), len(queries))
    assert set(work.values()) == {work["viewer"]}
    assert work["viewer"][0] == 1


@override_settings(PASSWORD_HASHERS=[f"{__name__}.Counting"])
def test_while_it_is_shut_no_password_is_looked_at(people: People) -> None:
    for _ in range(5):
        knock("viewer")
    Counting.hashed.clear()
    knock("viewer", PASSWORD)
    assert Counting.hashed == []
