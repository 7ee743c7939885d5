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
    """The account in whose name intake and set-up act: nobody can sign in to it and it has no role."""
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
    """Make an account without any role; with None for a password nobody can sign in to it yet.

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
        # What is too long is not sought: SQLite refuses a pattern of a megabyte.
        elif "username" not in draft.problems and User.objects.filter(username__iexact=username).exists():
            draft.refuse("username", f"There is already an account named “{username}”.")
        if password is not None:
            _check_password(draft, password, User(username=username))
        return change.add(User(**draft.checked(), password=hashed, date_joined=change.at))


def set_password(*, user: User, password: str, by: User, at: datetime, link: str | None = None) -> None:
    """Give `user` another password; whoever is signed in with the old one is signed out.

    People change their own; that of others, an administrator. `link` is the token by which somebody
    shows who they are without signing in. Failures to sign in are forgiven. Raises NotPermitted, Invalid.
    """
    hashed = _hashed(password)
    with recording("set password", by=by, at=at) as change:
        if user != by:
            _require_access_management(change)
        _require_person(user)
        # Read while the record is locked, so that a link that is used twice at once works once.
        held = change.current(user)
        if link is not None and not PasswordLinks(at).check_token(held, link):
            raise NotPermitted("This link was used already, or is too old. Ask for another.")
        draft = Draft(User)
        _check_password(draft, password, user)
        draft.checked()
        user.password = change.update(held, password=hashed).password
        forgive(user.username)


def give_password_link(*, user: User, by: User, at: datetime) -> str:
    """End the password of `user` and return the token of a link by which they set another, once.

    Links that were given before are good no more. Raises NotPermitted: people who can sign in change
    their own password, and nobody locks themselves out.
    """
    with recording("give a password link", by=by, at=at) as change:
        _require_access_management(change)
        _require_person(user)
        if user == by:
            raise NotPermitted("Change your own password, or ask another administrator for a link.")
        held = change.current(user)
        if not held.is_active:
            raise NotPermitted("This account is closed.")
        return PasswordLinks(at).make_token(change.update(held, password=make_password(None)))


def disable_account(*, user: User, by: User, at: datetime) -> User:
    """Close an account for good to sign-in and tokens; what it wrote stays. Nobody closes their own."""
    with recording("disable account", by=by, at=at) as change:
        _require_access_management(change)
        _require_person(user)
        if user == by:
            raise NotPermitted("Nobody closes their own account. Ask another administrator.")
        return change.update(change.current(user), is_active=False)


def grant_role(
    *, user: User, role: str, home: Organisation, reach: Organisation, by: User, at: datetime
) -> Membership:
    """Give `user` a role; nothing changes if it is held already.

    Raises NotPermitted (nobody changes their own roles), and Invalid for an unknown role.
    """
    with recording("grant role", by=by, at=at) as change:
        _require_access_management(change)
        _require_person(user)
        _require_another(user, by)
        if role not in CAPABILITIES:
            raise Invalid({"role": [f"“{role}” is no role. Known are: {', '.join(CAPABILITIES)}."]})
        given = {"user": user, "role": role, "home": home, "reach": reach}
        held = Membership.objects.filter(**given, ended_at=None).first()
        return held or change.add(Membership(**given, granted_at=change.at))


def end_role(*, membership: Membership, by: User, at: datetime) -> Membership:
    """End a role from now on. Raises NotPermitted: nobody changes their own roles."""
    with recording("end role", by=by, at=at) as change:
        _require_access_management(change)
        _require_another(membership.user, by)
        held = change.current(membership)
        if held.ended_at:
            raise Invalid({"membership": ["This role has ended already."]})
        return change.update(held, ended_at=max(change.at, held.granted_at))


def hand_over(*, leaver: User, to: User | None, by: User, at: datetime) -> list[Action]:
    """Name `to` (or nobody) as responsible for every open action of `leaver`; returns the actions.

    One event an action, all or none. Raises NotPermitted unless `by` is an administrator, Invalid
    where `to` is the leaver or has left too.
    """
    # The outer change changes nothing itself: it holds the record until all are handed over.
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
    """Make a token and return it: this is the only time that it is seen. None never expires."""
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
    """Made before the record is held: it takes as long as hundreds of writes.

    No hash is made of what holds half a character: it is refused afterwards, with everything else.
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
