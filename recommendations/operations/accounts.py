"""Accounts, the roles that they hold, and the tokens of tools."""

import re
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from recommendations.access import require_anywhere
from recommendations.errors import Invalid, NotPermitted
from recommendations.models import AccessToken, Membership, Organisation, User
from recommendations.models.account import SYSTEM
from recommendations.operations.draft import Draft
from recommendations.operations.text import clean
from recommendations.roles import CAPABILITIES, Capability


def system_actor() -> User:
    """The account in whose name intake and set-up act: nobody can sign in to it and it has no role."""
    actor = User.objects.filter(username=SYSTEM).first()
    if actor is None:
        actor = User(username=SYSTEM, is_active=False, last_name="The tracker itself")
        actor.set_unusable_password()
        actor.save()
    return actor


@transaction.atomic
def create_account(*, username: str, password: str, by: User) -> User:
    """Make an account without any role. Raises NotPermitted, and Invalid where the name is taken."""
    _require_access_management(by)
    draft = Draft(User)
    username = draft.text("username", username)
    if not re.fullmatch(r"[\w.@+-]+", username, re.ASCII):
        draft.refuse("username", "Only unaccented letters, digits and @ . + - _ can be in this name.")
    elif User.objects.filter(username__iexact=username).exists():
        draft.refuse("username", f"There is already an account named “{username}”.")
    _check_password(draft, password, User(username=username))
    user = User(**draft.checked())
    user.set_password(password)
    user.save()
    return user


def set_password(*, user: User, password: str, by: User) -> None:
    """Give `user` another password; whoever is signed in with the old one is signed out."""
    _require_access_management(by)
    _require_person(user)
    draft = Draft(User)
    _check_password(draft, password, user)
    draft.checked()
    user.set_password(password)
    user.save(update_fields=["password"])


@transaction.atomic
def grant_role(
    *, user: User, role: str, home: Organisation, reach: Organisation, by: User, at: datetime
) -> Membership:
    """Give `user` a role; nothing changes if it is held already.

    Raises NotPermitted (nobody changes their own roles), and Invalid for an unknown role.
    """
    _require_access_management(by)
    _require_person(user)
    if user == by:
        raise NotPermitted("Nobody changes their own roles. Ask another administrator.")
    if role not in CAPABILITIES:
        raise Invalid({"role": [f"“{role}” is no role. Known are: {', '.join(CAPABILITIES)}."]})
    membership, _ = Membership.objects.get_or_create(
        user=user, role=role, home=home, reach=reach, ended_at=None, defaults={"granted_at": at}
    )
    return membership


@transaction.atomic
def issue_token(
    *, user: User, label: str, may_write: bool, lifetime: timedelta | None, by: User, at: datetime
) -> str:
    """Make a token and return it: this is the only time that it is seen. None never expires."""
    _require_access_management(by)
    _require_person(user)
    draft = Draft(AccessToken)
    draft.text("label", label)
    digest, token = get_digest_token()
    AccessToken.objects.model(
        **draft.checked(),
        user=user,
        digest=digest,
        token_key=token[: CONSTANTS.TOKEN_KEY_LENGTH],
        may_write=may_write,
        expiry=None if lifetime is None else at + lifetime,
    ).save()
    return token


def revoke_tokens(*, user: User, by: User, at: datetime) -> None:
    """Make every token of `user` useless from now on."""
    _require_access_management(by)
    AccessToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)


def _check_password(draft: Draft, password: str, user: User) -> None:
    for problem in clean(password)[1]:
        draft.refuse("password", problem)
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        for sentence in refusal.messages:
            draft.refuse("password", sentence)


def _require_access_management(by: User) -> None:
    require_anywhere(
        by, Capability.MANAGE_ACCESS, otherwise="Only an administrator manages accounts, roles and tokens."
    )


def _require_person(user: User) -> None:
    if user.is_system:
        raise NotPermitted("The tracker's own account has no role, password or token.")
