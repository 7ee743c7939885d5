"""Accounts and roles: who gives them, and what opens nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from recommendations import roles
from recommendations.access import holds
from recommendations.errors import Invalid, NotPermitted
from recommendations.models import AccessToken, Membership, Organisation, User
from recommendations.operations.accounts import (
    create_account,
    grant_role,
    issue_token,
    revoke_tokens,
    set_password,
    system_actor,
)
from recommendations.roles import Capability
from tests.models import rows
from tests.models.rows import NOW

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


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
    "create_account": lambda user, by: create_account(username="new", password="a-pass", by=by),
    "set_password": lambda user, by: set_password(user=user, password="another", by=by),
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
    user = create_account(username="sam", password="sams-pass", by=system)
    assert authenticate(username="sam", password="sams-pass") == user
    assert not user.memberships.exists()


@pytest.mark.parametrize(
    "twin",
    [
        "josé",
        "JOSé",
        pytest.param(
            "JOSÉ", marks=pytest.mark.xfail(connection.vendor == "sqlite", reason="SQLite folds ASCII alone.")
        ),
        "jose\u0301",
    ],
)
def test_a_username_in_use_is_refused_however_it_is_written(twin: str, system: User) -> None:
    create_account(username="josé", password="a-pass", by=system)
    with pytest.raises(Invalid) as refused:
        create_account(username=twin, password="a-pass", by=system)
    assert set(refused.value.problems) == {"username"}


@pytest.mark.parametrize(
    "username",
    [
        "",
        "a" * 151,
        "a\x07b",
        pytest.param(
            "a\0b",
            marks=pytest.mark.xfail(
                connection.vendor == "postgresql", reason="Looked up though it cannot be stored."
            ),
        ),
        pytest.param("a\ud800b", marks=pytest.mark.xfail(reason="Looked up though it cannot be stored.")),
        pytest.param("a\nb", marks=pytest.mark.xfail(reason="A name of one line may hold line breaks.")),
    ],
    ids=["empty", "too long", "control character", "NUL", "lone surrogate", "line break"],
)
def test_a_username_that_cannot_be_kept_is_refused(username: str, system: User) -> None:
    with pytest.raises(Invalid) as refused:
        create_account(username=username, password="a-pass", by=system)
    assert set(refused.value.problems) == {"username"}


def test_a_username_is_stored_composed(system: User) -> None:
    made = create_account(username="jose\u0301", password="a-pass", by=system)
    assert User.objects.get(pk=made.pk).username == "jos\u00e9"


def test_every_problem_of_a_username_is_told(system: User) -> None:
    with pytest.raises(Invalid) as refused:
        create_account(username="\x07" + "a" * 150, password="a-pass", by=system)
    assert len(refused.value.problems["username"]) == 2


@pytest.mark.xfail(reason="The password is not checked.")
def test_an_empty_password_is_refused(system: User, person: User) -> None:
    with pytest.raises(Invalid):
        create_account(username="sam", password="", by=system)
    with pytest.raises(Invalid):
        set_password(user=person, password="", by=system)


def test_the_former_password_no_longer_signs_in(system: User) -> None:
    user = create_account(username="sam", password="the-former", by=system)
    set_password(user=user, password="the-new-one", by=system)
    assert authenticate(username="sam", password="the-former") is None
    assert authenticate(username="sam", password="the-new-one") == user


def test_another_password_signs_out_who_is_signed_in(administrator: User, system: User) -> None:
    browser = Client()
    browser.force_login(administrator)
    assert browser.get(reverse("admin:index")).status_code == 200
    set_password(user=administrator, password="the-new-one", by=system)
    assert browser.get(reverse("admin:index")).status_code == 302


# Roles


@pytest.mark.parametrize("kind", ["administrator", "system"])
def test_nobody_changes_their_own_roles(kind: str, request: pytest.FixtureRequest) -> None:
    who = request.getfixturevalue(kind)
    before = who.memberships.count()
    with pytest.raises(NotPermitted, match="their own roles"):
        granted(who, by=who, role=roles.INSPECTOR)
    assert who.memberships.count() == before


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


@pytest.mark.xfail(reason="Only roles of active people are looked for.")
def test_a_role_granted_twice_to_a_disabled_account_is_held_once(system: User) -> None:
    disabled = rows.user(is_active=False)
    with transaction.atomic():
        assert granted(disabled, by=system) == granted(disabled, by=system)


def test_a_role_that_ended_may_be_granted_again(person: User, system: User) -> None:
    first = granted(person, by=system)
    Membership.objects.update(ended_at=NOW)
    assert granted(person, by=system) != first


# The system actor


def test_there_is_one_system_actor() -> None:
    assert system_actor() == system_actor()
    assert User.objects.count() == 1


def test_the_system_actor_has_no_role_and_holds_no_capability(system: User) -> None:
    assert not system.memberships.exists()
    assert not any(holds(system, capability) for capability in Capability)


def test_the_system_actor_has_no_password(system: User) -> None:
    assert not system.has_usable_password()


@pytest.mark.parametrize("password", ["", "!", "system", "a-pass"])
def test_nobody_signs_in_as_the_system_actor(password: str, system: User) -> None:
    assert not Client().login(username=system.username, password=password)


def test_a_password_does_not_let_the_system_actor_in(administrator: User, system: User) -> None:
    set_password(user=system, password="a-pass", by=administrator)
    assert not Client().login(username=system.username, password="a-pass")


@pytest.mark.xfail(reason="The system actor is given roles like anybody.")
def test_the_system_actor_is_given_no_role(administrator: User, system: User) -> None:
    with pytest.raises((Invalid, NotPermitted)):
        granted(system, by=administrator, role=roles.CONTRIBUTOR)


def test_nobody_takes_the_name_of_the_system_actor(administrator: User) -> None:
    with pytest.raises(Invalid):
        create_account(username="system", password="a-pass", by=administrator)


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
