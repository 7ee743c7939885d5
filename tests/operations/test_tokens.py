"""Tokens of tools: shown once, kept as a digest, usable until they end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed

from recommendations.api.authentication import BearerToken
from recommendations.errors import Invalid
from recommendations.models import AccessToken, User
from recommendations.operations.accounts import issue_token, revoke_tokens, system_actor
from recommendations.queries.callers import is_usable
from tests.models import rows
from tests.models.rows import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty")]

DAY = timedelta(days=1)


@pytest.fixture
def person() -> User:
    return rows.user(username="person")


def tokened(user: User, **given: object) -> str:
    plain: dict[str, Any] = {
        "label": "Power BI",
        "may_write": False,
        "lifetime": None,
        "by": system_actor(),
        "at": NOW,
    }
    return issue_token(user=user, **{**plain, **given})


def bearer(token: str) -> User:
    """Who calls with `token`, asked of the API itself."""
    user, _ = BearerToken().authenticate_credentials(token.encode())
    return user


def model_values(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_token_opens_the_api_for_its_user(person: User) -> None:
    assert bearer(tokened(person)) == person


def test_who_calls_with_a_token_is_known_by_one_query(person: User) -> None:
    token = tokened(person)
    with CaptureQueriesContext(connection) as queries:
        user, found = BearerToken().authenticate_credentials(token.encode())
        assert found.user is user
    assert len(queries) == 1


def test_the_token_and_its_user_are_read_whole(person: User) -> None:
    token = tokened(person, may_write=True, lifetime=DAY, at=timezone.now())
    AccessToken.objects.update(last_used_at=NOW)
    user, found = BearerToken().authenticate_credentials(token.encode())
    for read, kept in ((user, User.objects.get(pk=person.pk)), (found, AccessToken.objects.get())):
        assert model_values(read) == model_values(kept)
        assert not read.get_deferred_fields()


def test_of_a_token_only_its_digest_and_its_first_letters_are_kept(person: User) -> None:
    token = tokened(person)
    kept = AccessToken.objects.get()
    assert kept.digest == hash_token(token)
    assert kept.token_key == token[: len(kept.token_key)]
    assert len(token) - len(kept.token_key) >= 32


def test_a_token_stands_in_no_column_of_any_row(person: User) -> None:
    token = tokened(person)
    secret = token[len(AccessToken.objects.get().token_key) :]
    found = 0
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            found += 1
            assert secret not in repr(row), model
    assert found


def test_a_token_tells_what_it_is_by_its_prefix(person: User) -> None:
    assert tokened(person).startswith("rt_")


def test_no_two_tokens_are_alike(person: User) -> None:
    assert tokened(person) != tokened(person)


@pytest.mark.parametrize("may_write", [True, False])
def test_a_token_writes_only_if_it_was_issued_for_that(person: User, may_write: bool) -> None:
    tokened(person, may_write=may_write)
    assert AccessToken.objects.get().may_write is may_write


def test_a_token_is_usable_until_the_instant_it_expires(person: User) -> None:
    tokened(person, lifetime=DAY)
    token = AccessToken.objects.get()
    assert token.expiry == NOW + DAY
    assert is_usable(token, NOW + DAY - timedelta(microseconds=1))
    assert not is_usable(token, NOW + DAY)


def test_an_expired_token_is_refused_by_the_api(person: User) -> None:
    expired = tokened(person, lifetime=DAY, at=datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(AuthenticationFailed):
        bearer(expired)


def test_a_token_without_a_lifetime_never_expires(person: User) -> None:
    tokened(person, lifetime=None)
    assert is_usable(AccessToken.objects.get(), NOW + 36_500 * DAY)


def test_a_token_with_a_lifetime_of_nothing_is_no_token_for_ever(person: User) -> None:
    tokened(person, lifetime=timedelta(0))
    assert not is_usable(AccessToken.objects.get(), NOW)


@pytest.mark.parametrize("label", ["", " ", "a" * 101, "a\0b", "a\ud800b", "a\nb"])
def test_a_token_without_a_label_that_can_be_kept_is_refused(person: User, label: str) -> None:
    with pytest.raises(Invalid) as refused:
        tokened(person, label=label)
    assert set(refused.value.problems) == {"label"}
    assert not AccessToken.objects.exists()


def test_revoked_tokens_are_refused_and_those_of_others_are_not(person: User) -> None:
    mine, too, another = tokened(person), tokened(person), tokened(rows.user())
    revoke_tokens(user=person, by=system_actor(), at=NOW)
    for token in (mine, too):
        with pytest.raises(AuthenticationFailed):
            bearer(token)
    assert bearer(another)


def test_a_token_revoked_again_keeps_the_instant_of_the_first_time(person: User) -> None:
    tokened(person)
    revoke_tokens(user=person, by=system_actor(), at=NOW)
    revoke_tokens(user=person, by=system_actor(), at=NOW + DAY)
    assert AccessToken.objects.get().revoked_at == NOW


def test_the_token_of_a_disabled_account_is_refused(person: User) -> None:
    token = tokened(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    with pytest.raises(AuthenticationFailed):
        bearer(token)
