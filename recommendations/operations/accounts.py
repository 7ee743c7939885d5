"""Accounts, the roles that they hold, and the tokens of tools."""

import re
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from recommendations.access import Grant, require_anywhere
from recommendations.errors import Invalid, NotPermitted
from recommendations.models import AccessToken, Action, Membership, Organisation, User
from recommendations.models.account import SYSTEM
from recommendations.operations.change import Change
from recommendations.operations.password_links import PasswordLinks
from recommendations.operations.record import recording
from recommendations.operations.sign_ins import forgive
from recommendations.operations.validation import Draft, clean
from recommendations.roles import CAPABILITIES, Capability


def system_actor() -> User:
    """The tracker's own account, for intake and set-up. It has no role and no password."""
    return User.objects.get(username=SYSTEM)


def create_account(
    *,
    username: str,
    password: str | None,
    by: User,
    at: datetime,
    first_name: str = "",
    last_name: str = "",
) -> User:
    """Make an account without any role. Without a `password` the person cannot sign in yet.

    Raises NotPermitted, and Invalid where the name is taken or the password weak.
    """
    hashed = _hashed(password)
    with recording("create account", by=by, at=at) as change:
        _require_access_management(change)
        draft = Draft(User)
        username = draft.text("username", username)
        draft.text("first_name", first_name, required=False)
        draft.text("last_name", last_name, required=False)
        if not re.fullmatch(r"[\w.@+-]+", username, re.ASCII):
            draft.refuse("username", "Only unaccented letters, digits and @ . + - _ can be in this name.")
        # A name that is too long is not looked up: SQLite refuses a pattern of a megabyte.
        elif "username" not in draft.problems and User.objects.filter(username__iexact=username).exists():
            draft.refuse("username", f"There is already an account named “{username}”.")
        if password is not None:
            _check_password(draft, password, User(username=username))
        return change.add(User(**draft.checked(), password=hashed, date_joined=change.at))


def set_password(*, user: User, password: str, by: User, at: datetime, link: str | None = None) -> None:
    """Give `user` another password, which ends the sessions begun with the old one.

    People change their own, and administrators that of others. `link` is the token of a password link, for
    people who cannot sign in. Failures to sign in are forgiven. Raises NotPermitted, Invalid.
    """
    hashed = _hashed(password)
    with recording("set password", by=by, at=at) as change:
        if user != by:
            _require_access_management(change)
        _require_person(user)
        # Read while the record is locked, so that a link works once even if two requests use it together.
        current = change.current(user)
        if link is not None and not PasswordLinks(at).check_token(current, link):
            raise NotPermitted("This link was used already, or is too old. Ask for another.")
        draft = Draft(User)
        _check_password(draft, password, user)
        draft.checked()
        user.password = change.update(current, password=hashed).password
        forgive(user.username)


def give_password_link(*, user: User, by: User, at: datetime) -> str:
    """End the password of `user` and return the token of a link with which they can set another, once.

    Earlier links end. Raises NotPermitted for a closed account, and for one's own: people who can sign in
    change their password.
    """
    with recording("give a password link", by=by, at=at) as change:
        _require_access_management(change)
        _require_person(user)
        if user == by:
            raise NotPermitted("Change your own password, or ask another administrator for a link.")
        current = change.current(user)
        if not current.is_active:
            raise NotPermitted("This account is closed.")
        return PasswordLinks(at).make_token(change.update(current, password=make_password(None)))


def disable_account(*, user: User, by: User, at: datetime) -> User:
    """End sign-in and tokens of an account; its work stays. Raises NotPermitted for one's own account."""
    with recording("disable account", by=by, at=at) as change:
        _require_access_management(change)
        _require_person(user)
        if user == by:
            raise NotPermitted("Nobody closes their own account. Ask another administrator.")
        return change.update(change.current(user), is_active=False)


def grant_role(
    *, user: User, role: str, home: Organisation, reach: Organisation, by: User, at: datetime
) -> Membership:
    """Give `user` a role. If they have it already, no row changes.

    Raises NotPermitted, also for one's own roles, and Invalid for an unknown role.
    """
    with recording("grant role", by=by, at=at) as change:
        _require_access_management(change)
        _require_person(user)
        _require_another(user, by)
        if role not in CAPABILITIES:
            raise Invalid({"role": [f"“{role}” is no role. Known are: {', '.join(CAPABILITIES)}."]})
        given = {"user": user, "role": role, "home": home, "reach": reach}
        existing = Membership.objects.filter(**given, ended_at=None).first()
        return existing or change.add(Membership(**given, granted_at=change.at))


def end_role(*, membership: Membership, by: User, at: datetime) -> Membership:
    """End a role from now on. Raises NotPermitted, also for one's own roles."""
    with recording("end role", by=by, at=at) as change:
        _require_access_management(change)
        _require_another(membership.user, by)
        current = change.current(membership)
        if current.ended_at:
            raise Invalid({"membership": ["This role has ended already."]})
        return change.update(current, ended_at=max(change.at, current.granted_at))


def hand_over(*, leaver: User, to: User | None, by: User, at: datetime) -> list[Action]:
    """Name `to` (or nobody) as responsible for every open action of `leaver`; returns the actions.

    One event an action, all or none. Raises NotPermitted unless `by` is an administrator, Invalid
    where `to` is the leaver or has left too.
    """
    # The outer change writes no row: it locks the record until all actions are handed over.
    with recording("hand over", by=by, at=at) as whole:
        acting = _require_access_management(whole)
        if to is not None and (to == leaver or not User.objects.filter(pk=to.pk, is_active=True).exists()):
            raise Invalid({"to": ["Choose a person who stays."]})
        handed = []
        for action in Action.objects.open().filter(person=leaver).order_by("pk"):
            with recording("hand over", by=by, at=at, acting=acting) as change:
                handed.append(change.update(action, version=action.version, person=to))
        return handed


def issue_token(
    *, user: User, label: str, may_write: bool, lifetime: timedelta | None, by: User, at: datetime
) -> str:
    """Make a token and return it: only its digest is stored. A lifetime of None never ends."""
    with recording("issue token", by=by, at=at) as change:
        _require_access_management(change)
        _require_person(user)
        draft = Draft(AccessToken)
        draft.text("label", label)
        digest, token = get_digest_token()
        change.add(
            AccessToken.objects.model(
                **draft.checked(),
                user=user,
                digest=digest,
                token_key=token[: CONSTANTS.TOKEN_KEY_LENGTH],
                may_write=may_write,
                expiry=None if lifetime is None else change.at + lifetime,
            )
        )
        return token


def revoke_tokens(*, user: User, by: User, at: datetime) -> None:
    """Make every token of `user` useless from now on."""
    with recording("revoke tokens", by=by, at=at) as change:
        _require_access_management(change)
        for token in AccessToken.objects.filter(user=user, revoked_at=None).order_by("pk"):
            change.update(token, revoked_at=change.at)


def _hashed(password: str | None) -> str:
    """The hash of a password. Call it before the record is locked: it takes as long as hundreds of writes.

    A text that holds half a character is not hashed: `_check_password` refuses it, with everything else.
    """
    return make_password(None if password is None or clean(password)[1] else password)


def _check_password(draft: Draft, password: str, user: User) -> None:
    for problem in clean(password)[1]:
        draft.refuse("password", problem)
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        for sentence in refusal.messages:
            draft.refuse("password", sentence)


def _require_access_management(change: Change) -> Grant | None:
    change.acting = require_anywhere(
        change.by,
        Capability.MANAGE_ACCESS,
        otherwise="Only an administrator manages accounts, roles and tokens.",
    )
    return change.acting


def _require_another(user: User, by: User) -> None:
    if user == by:
        raise NotPermitted("Nobody changes their own roles. Ask another administrator.")


def _require_person(user: User) -> None:
    if user.is_system:
        raise NotPermitted("The tracker's own account has no role, password or token.")
