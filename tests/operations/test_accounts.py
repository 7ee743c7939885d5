"""Accounts and roles: who gives them, and what opens nothing."""

from collections.abc import Callable

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed

from recommendations import roles
from recommendations.access import holds
from recommendations.api.authentication import BearerToken
from recommendations.errors import Invalid, NotPermitted
from recommendations.models import AccessToken, Action, Event, EventPayload, Membership, Organisation, User
from recommendations.operations.accounts import (
    create_account,
    disable_account,
    end_role,
    grant_role,
    hand_over,
    issue_token,
    revoke_tokens,
    set_password,
    system_actor,
)
from recommendations.roles import Capability
from tests.models import rows
from tests.models.rows import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty")]

PASSWORD, ANOTHER = "violet kettle seventeen", "amber harbour forty"


@pytest.fixture
def system() -> User:
    return system_actor()


@pytest.fixture
def administrator() -> User:
    return rows.membership(role=roles.ADMINISTRATOR).user


@pytest.fixture
def person() -> User:
    return rows.user(username="person")


@pytest.fixture
def body() -> Organisation:
    return rows.organisation(name="Cornwall PDU")


def tokened(user: User, by: User) -> str:
    return issue_token(user=user, label="Power BI", may_write=False, lifetime=None, by=by, at=NOW)


def granted(user: User, by: User, role: str = roles.VIEWER) -> Membership:
    home = Organisation.objects.filter(slug="home").first() or rows.organisation(slug="home")
    return grant_role(user=user, role=role, home=home, reach=home, by=by, at=NOW)


# Who manages access

OPERATIONS: dict[str, Callable[[User, User], object]] = {
    "create_account": lambda user, by: create_account(username="new", password=PASSWORD, by=by, at=NOW),
    "set_password": lambda user, by: set_password(user=user, password=PASSWORD, by=by, at=NOW),
    "grant_role": granted,
    "issue_token": tokened,
    "revoke_tokens": lambda user, by: revoke_tokens(user=user, by=by, at=NOW),
}
OTHERS: dict[str, Callable[[], User]] = {
    **{
        role: lambda role=role: rows.membership(role=role).user
        for role in roles.CAPABILITIES
        if role != roles.ADMINISTRATOR
    },
    "nobody": rows.user,
    "superuser": lambda: rows.user(is_superuser=True, is_staff=True),
    "former administrator": lambda: rows.membership(role=roles.ADMINISTRATOR, ended_at=NOW).user,
    "disabled administrator": lambda: (
        rows.membership(role=roles.ADMINISTRATOR, user=rows.user(is_active=False)).user
    ),
}


def everything() -> list[object]:
    kept = (User, Membership, AccessToken)
    return [list(model._base_manager.order_by("pk").values()) for model in kept]


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_is_no_administrator_manages_no_access(operation: str, kind: str, person: User) -> None:
    tokened(person, system_actor())
    by, _ = OTHERS[kind](), rows.organisation(slug="home")
    before = everything()
    with pytest.raises(NotPermitted):
        OPERATIONS[operation](person, by)
    assert everything() == before


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_administrator_manages_access(operation: str, administrator: User, person: User) -> None:
    tokened(person, system_actor())
    before = everything()
    OPERATIONS[operation](person, administrator)
    assert everything() != before


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_system_actor_manages_access(operation: str, system: User, person: User) -> None:
    tokened(person, system_actor())
    before = everything()
    OPERATIONS[operation](person, system)
    assert everything() != before


# Accounts


def test_a_new_account_signs_in_with_its_password_and_has_no_role(system: User) -> None:
    user = create_account(username="sam", password=PASSWORD, by=system, at=NOW)
    assert authenticate(HttpRequest(), username="sam", password=PASSWORD) == user
    assert not user.memberships.exists()


@pytest.mark.parametrize("twin", ["sam", "SAM", " Sam\n"], ids=["same", "capitals", "spaces"])
def test_a_username_in_use_is_refused_however_it_is_written(twin: str, system: User) -> None:
    create_account(username="sam", password=PASSWORD, by=system, at=NOW)
    with pytest.raises(Invalid) as refused:
        create_account(username=twin, password=PASSWORD, by=system, at=NOW)
    assert set(refused.value.problems) == {"username"}


UNFIT_USERNAMES = {
    "empty": "",
    "too long": "a" * 151,
    "control character": "a\x07b",
    "NUL": "a\0b",
    "lone surrogate": "a\ud800b",
    "line break": "a\nb",
    "space": "a b",
    "accent": "jos\u00e9",
    "decomposed accent": "jose\u0301",
    "look-alike of another script": "s\u0430m",
    "full width": "\uff53\uff41\uff4d",
    "digit of another script": "sam\u0663",
}


@pytest.mark.parametrize("username", UNFIT_USERNAMES.values(), ids=UNFIT_USERNAMES)
def test_a_username_that_cannot_be_kept_is_refused(username: str, system: User) -> None:
    with pytest.raises(Invalid) as refused:
        create_account(username=username, password=PASSWORD, by=system, at=NOW)
    assert set(refused.value.problems) == {"username"}


def test_a_username_may_hold_every_letter_that_its_refusal_names(system: User) -> None:
    made = create_account(username="Sam.O+7@ex-ample_1", password=PASSWORD, by=system, at=NOW)
    assert User.objects.get(pk=made.pk).username == "Sam.O+7@ex-ample_1"


def test_every_problem_of_a_username_is_told(system: User) -> None:
    with pytest.raises(Invalid) as refused:
        create_account(username="\x07" + "a" * 150, password=PASSWORD, by=system, at=NOW)
    unprintable, too_long, unfit = refused.value.problems["username"]
    assert "U+0007" in unprintable
    assert "at most 150" in too_long
    assert "Only unaccented letters" in unfit


# Passwords

WEAK = {"empty": "", "short": "kettle7", "common": "password123", "like the name": "sam-smith-1"}


@pytest.mark.parametrize("password", WEAK.values(), ids=WEAK)
def test_a_weak_password_makes_no_account(password: str, system: User) -> None:
    with pytest.raises(Invalid) as refused:
        create_account(username="sam-smith", password=password, by=system, at=NOW)
    assert set(refused.value.problems) == {"password"}
    assert not User.objects.filter(username="sam-smith").exists()


@pytest.mark.parametrize("password", WEAK.values(), ids=WEAK)
def test_a_weak_password_does_not_replace_another(password: str, system: User) -> None:
    user = create_account(username="sam-smith", password=PASSWORD, by=system, at=NOW)
    with pytest.raises(Invalid) as refused:
        set_password(user=user, password=password, by=system, at=NOW)
    assert set(refused.value.problems) == {"password"}
    assert authenticate(HttpRequest(), username="sam-smith", password=PASSWORD) == user


def test_every_problem_of_a_password_is_told_beside_those_of_the_username(system: User) -> None:
    with pytest.raises(Invalid) as refused:
        create_account(username="a b", password="sam", by=system, at=NOW)
    assert {field: len(found) for field, found in refused.value.problems.items()} == {
        "username": 1,
        "password": 2,
    }


def test_the_former_password_no_longer_signs_in(system: User) -> None:
    user = create_account(username="sam", password=PASSWORD, by=system, at=NOW)
    set_password(user=user, password=ANOTHER, by=system, at=NOW)
    assert authenticate(HttpRequest(), username="sam", password=PASSWORD) is None
    assert authenticate(HttpRequest(), username="sam", password=ANOTHER) == user


def test_another_password_signs_out_who_is_signed_in(administrator: User, system: User) -> None:
    browser = Client()
    browser.force_login(administrator)
    assert browser.get(reverse("admin:index")).status_code == 200
    set_password(user=administrator, password=ANOTHER, by=system, at=NOW)
    assert browser.get(reverse("admin:index")).status_code == 302


# Roles


def test_nobody_changes_their_own_roles(administrator: User) -> None:
    with pytest.raises(NotPermitted, match="their own roles"):
        granted(administrator, by=administrator, role=roles.INSPECTOR)
    assert [held.role for held in administrator.memberships.all()] == [roles.ADMINISTRATOR]


def test_an_unknown_role_is_refused_and_the_known_are_named(person: User, system: User) -> None:
    with pytest.raises(Invalid) as refused:
        granted(person, by=system, role="superuser")
    assert all(role in str(refused.value) for role in roles.CAPABILITIES)
    assert not person.memberships.exists()


def test_a_role_is_granted_over_a_body_at_an_instant(person: User, body: Organisation, system: User) -> None:
    above = rows.organisation()
    held = grant_role(user=person, role=roles.ASSURER, home=body, reach=above, by=system, at=NOW)
    held.refresh_from_db()
    assert (held.user, held.role, held.home, held.reach) == (person, roles.ASSURER, body, above)
    assert (held.granted_at, held.ended_at) == (NOW, None)


def test_a_role_granted_twice_is_held_once(person: User, system: User) -> None:
    assert granted(person, by=system) == granted(person, by=system)
    assert person.memberships.count() == 1


def test_a_role_granted_twice_to_a_disabled_account_is_held_once(system: User) -> None:
    disabled = rows.user(is_active=False)
    assert granted(disabled, by=system) == granted(disabled, by=system)


def test_a_role_that_ended_may_be_granted_again(person: User, system: User) -> None:
    first = granted(person, by=system)
    Membership.objects.update(ended_at=NOW)
    assert granted(person, by=system) != first


# The system actor


def test_there_is_one_system_actor() -> None:
    assert system_actor() == system_actor()
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "values", [{"username": "sam", "is_active": False}, {"username": "SYSTEM", "is_active": False}]
)
def test_no_other_disabled_account_is_the_system_actor(values: dict[str, object]) -> None:
    assert not rows.user(**values).is_system


def test_the_system_actor_made_active_acts_for_nobody(system: User, person: User) -> None:
    """Whoever might sign in with the account must find it without any power."""
    User.objects.filter(pk=system.pk).update(is_active=True)
    system.refresh_from_db()
    for operation in OPERATIONS.values():
        with pytest.raises(NotPermitted):
            operation(person, system)


def test_the_system_actor_has_no_role_and_holds_no_capability(system: User) -> None:
    assert not system.memberships.exists()
    assert not any(holds(system, capability) for capability in Capability)


def test_the_system_actor_has_no_password(system: User) -> None:
    assert not system.has_usable_password()


@pytest.mark.parametrize("password", ["", "!", "system", PASSWORD])
def test_nobody_signs_in_as_the_system_actor(password: str, system: User) -> None:
    assert authenticate(HttpRequest(), username=system.username, password=password) is None


@pytest.mark.parametrize("kind", ["administrator", "system"])
@pytest.mark.parametrize("operation", ["set_password", "grant_role", "issue_token"])
def test_the_system_actor_is_given_no_password_role_or_token(
    operation: str, kind: str, system: User, request: pytest.FixtureRequest
) -> None:
    by, _ = request.getfixturevalue(kind), rows.organisation(slug="home")
    before = everything()
    with pytest.raises(NotPermitted, match="no role, password or token"):
        OPERATIONS[operation](system, by)
    assert everything() == before


def test_a_password_written_past_the_operations_does_not_let_the_system_actor_in(system: User) -> None:
    User.objects.filter(pk=system.pk).update(password=make_password(PASSWORD))
    assert authenticate(HttpRequest(), username=system.username, password=PASSWORD) is None


def test_a_token_written_past_the_operations_does_not_let_the_system_actor_in(system: User) -> None:
    rows.access_token(user=system, digest=hash_token("rt_written"))
    with pytest.raises(AuthenticationFailed, match="inactive"):
        BearerToken().authenticate_credentials(b"rt_written")


@pytest.mark.parametrize("name", ["system", "System", " SYSTEM "])
@pytest.mark.usefixtures("system")
def test_nobody_takes_the_name_of_the_system_actor(name: str, administrator: User) -> None:
    with pytest.raises(Invalid) as refused:
        create_account(username=name, password=PASSWORD, by=administrator, at=NOW)
    assert set(refused.value.problems) == {"username"}


# What Django's own flags open


def test_superuser_and_staff_open_nothing() -> None:
    user = rows.user(is_superuser=True, is_staff=True)
    assert not user.has_perm("recommendations.view_action")
    assert not user.has_perms(["recommendations.view_action"])
    assert not user.has_module_perms("recommendations")
    assert not any(holds(user, capability) for capability in Capability)


def test_a_superuser_without_a_role_has_no_staff_screens() -> None:
    browser = Client()
    browser.force_login(rows.user(is_superuser=True, is_staff=True))
    assert browser.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("role", roles.CAPABILITIES)
def test_every_role_has_the_staff_screens_without_any_flag(role: str) -> None:
    browser = Client()
    browser.force_login(rows.membership(role=role).user)
    assert browser.get(reverse("admin:index")).status_code == 200


def test_with_its_last_role_a_person_loses_the_staff_screens() -> None:
    held = rows.membership()
    browser = Client()
    browser.force_login(held.user)
    Membership.objects.update(ended_at=NOW)
    assert browser.get(reverse("admin:index")).status_code == 302


def test_a_password_with_half_a_character_is_refused(system: User) -> None:
    with pytest.raises(Invalid) as refusal:
        create_account(username="ann", password="violet kettle \ud800", by=system, at=NOW)
    assert set(refusal.value.problems) == {"password"}


# Ending, closing, handing over


def test_people_change_their_own_password_and_no_other(person: User, system: User) -> None:
    set_password(user=person, password=ANOTHER, by=person, at=NOW)
    assert authenticate(HttpRequest(), username="person", password=ANOTHER) == person
    with pytest.raises(NotPermitted):
        set_password(user=rows.user(), password=ANOTHER, by=person, at=NOW)


def test_a_role_that_ended_opens_nothing_and_stays_on_the_record(administrator: User, person: User) -> None:
    held = granted(person, by=administrator, role=roles.CONTRIBUTOR)
    ended = end_role(membership=held, by=administrator, at=NOW)
    assert ended.ended_at == NOW
    assert not any(holds(person, capability) for capability in Capability)
    assert Event.objects.latest("sequence").verb == "end role"


def test_a_role_ends_once(administrator: User, person: User) -> None:
    held = granted(person, by=administrator)
    end_role(membership=held, by=administrator, at=NOW)
    with pytest.raises(Invalid) as refused:
        end_role(membership=held, by=administrator, at=NOW)
    assert set(refused.value.problems) == {"membership"}


def test_nobody_ends_their_own_role(administrator: User) -> None:
    [held] = administrator.memberships.all()
    with pytest.raises(NotPermitted, match="their own roles"):
        end_role(membership=held, by=administrator, at=NOW)


def test_nobody_ends_their_own_role_by_another_of_their_roles(administrator: User, system: User) -> None:
    held = granted(administrator, by=system, role=roles.VIEWER)
    with pytest.raises(NotPermitted):
        end_role(membership=held, by=administrator, at=NOW)


def test_a_disabled_account_signs_in_no_more_and_keeps_what_it_wrote(
    administrator: User, person: User
) -> None:
    set_password(user=person, password=PASSWORD, by=administrator, at=NOW)
    evidence = rows.evidence(attached_by=person)
    assert not disable_account(user=person, by=administrator, at=NOW).is_active
    assert authenticate(HttpRequest(), username="person", password=PASSWORD) is None
    evidence.refresh_from_db()
    assert evidence.attached_by == person


def test_the_token_of_a_disabled_account_opens_nothing(administrator: User, person: User) -> None:
    token = tokened(person, administrator)
    disable_account(user=person, by=administrator, at=NOW)
    with pytest.raises(AuthenticationFailed):
        BearerToken().authenticate_credentials(token.encode())


def test_nobody_closes_their_own_account(administrator: User) -> None:
    with pytest.raises(NotPermitted, match="their own account"):
        disable_account(user=administrator, by=administrator, at=NOW)


def led(person: User, *statuses: str) -> list[Action]:
    recommendation = rows.recommendation()
    return [
        rows.action(recommendation=recommendation, person=person, **rows.in_state(Action, status))
        for status in statuses
    ]


OPEN = ["not_started", "in_progress", "submitted", "submitted_decline"]


def test_every_open_action_is_handed_over_with_one_event_each(administrator: User, person: User) -> None:
    actions, other = led(person, *OPEN), rows.user()
    before = Event.objects.count()
    handed = hand_over(leaver=person, to=other, by=administrator, at=NOW)
    assert handed == actions
    assert {(action.person, action.version) for action in handed} == {(other, 2)}
    assert Event.objects.count() == before + len(OPEN)


def test_what_has_ended_is_not_handed_over(administrator: User, person: User) -> None:
    ended = led(person, "closed", "will_not_do", "superseded")
    hand_over(leaver=person, to=rows.user(), by=administrator, at=NOW)
    assert {Action.objects.get(pk=action.pk).person for action in ended} == {person}


def test_work_may_be_handed_to_nobody(administrator: User, person: User) -> None:
    led(person, "in_progress")
    [handed] = hand_over(leaver=person, to=None, by=administrator, at=NOW)
    assert handed.person is None


def test_work_is_handed_to_somebody_who_stays(administrator: User, person: User) -> None:
    led(person, "in_progress")
    for to in (person, rows.user(is_active=False)):
        with pytest.raises(Invalid) as refused:
            hand_over(leaver=person, to=to, by=administrator, at=NOW)
        assert set(refused.value.problems) == {"to"}


def test_another_persons_work_is_not_handed_over(administrator: User, person: User) -> None:
    [other] = led(rows.user(), "in_progress")
    assert hand_over(leaver=person, to=rows.user(), by=administrator, at=NOW) == []
    assert Action.objects.get(pk=other.pk).version == 1


@pytest.mark.parametrize("deed", ["end role", "disable", "hand over"])
@pytest.mark.parametrize("kind", OTHERS)
def test_who_is_no_administrator_ends_nothing(deed: str, kind: str, person: User) -> None:
    held = granted(person, by=system_actor())
    led(person, "in_progress")
    by = OTHERS[kind]()
    before = everything(), Event.objects.count()
    deeds = {
        "end role": lambda: end_role(membership=held, by=by, at=NOW),
        "disable": lambda: disable_account(user=person, by=by, at=NOW),
        "hand over": lambda: hand_over(leaver=person, to=None, by=by, at=NOW),
    }
    with pytest.raises(NotPermitted):
        deeds[deed]()
    assert (everything(), Event.objects.count()) == before


def test_no_password_and_no_hash_of_one_stands_in_the_record(system: User) -> None:
    user = create_account(username="sam", password=PASSWORD, by=system, at=NOW)
    set_password(user=user, password=ANOTHER, by=system, at=NOW)
    user.refresh_from_db()
    said = " ".join(EventPayload.objects.values_list("text", flat=True))
    assert "sam" in said
    assert not {secret for secret in (PASSWORD, ANOTHER, user.password) if secret in said}
