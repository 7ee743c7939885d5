"""Looks up a caller: their token and their roles."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.expressions import Combinable

from recommendations import roles
from recommendations.models import AccessToken, Membership, RecommendationVisibility, RecordHead, User
from recommendations.queries.compiled import CompiledRows, columns_of, instance_of

# Up to this many recommendations, reading all of them is faster than using the index of a list.
FEW = 200


# The columns of a token and its user that every request needs, in the order of the models' fields. Other
# columns are deferred.
OF_TOKEN = [
    name
    for name in columns_of(AccessToken)
    if name in {"digest", "user_id", "expiry", "may_write", "revoked_at", "last_used_at"}
]
OF_USER = [
    name for name in columns_of(User) if name in {"id", "username", "first_name", "last_name", "is_active"}
]


def token_of_digest(digest: str) -> AccessToken | None:
    """The token with its user, or None. One query.

    `record_end` is the last event of the record, and `user.current_roles_read` what `roles_of` gives: every
    request needs both.
    """
    rows = _look_up().rows(digest)
    if not rows:
        return None
    width = len(OF_TOKEN)
    *values, record_end, _, _, _, _ = rows[0]
    token = instance_of(AccessToken, values[:width], OF_TOKEN)
    token.user = instance_of(User, values[width:], OF_USER)
    token.record_end = record_end
    held = [row[-4:] for row in rows]
    token.user.current_roles_read = [CurrentRole(*role) for ended, *role in held if role[0] and ended is None]
    return token


def is_usable(token: AccessToken, at: datetime) -> bool:
    """Whether the token is neither revoked nor expired at the instant `at`."""
    return token.revoked_at is None and (token.expiry is None or token.expiry > at)


class CurrentRole(NamedTuple):
    """A role, the key of the organisation that it covers, and whether its scope is small."""

    role: str
    reach: int
    is_small: bool


def roles_of(user: User) -> list[CurrentRole]:
    """The current roles of a user. One query."""
    held = getattr(user, "current_roles_read", None)
    return [CurrentRole(*role) for role in _roles().rows(user.pk)] if held is None else held


@cache
def _roles() -> CompiledRows:
    names = ("role", "reach", _is_small("reach"))
    return CompiledRows(lambda user: Membership.objects.current().filter(user=user).values_list(*names))


def _is_small(reach: str) -> Combinable:
    return ~Exists(RecommendationVisibility.objects.filter(organisation=OuterRef(reach))[FEW : FEW + 1])


@cache
def _look_up() -> CompiledRows:
    names = [*OF_TOKEN, *(f"user__{name}" for name in OF_USER)]
    end = Subquery(RecordHead.objects.values("sequence")[:1])
    held = [f"user__memberships__{name}" for name in ("ended_at", "role", "reach")]
    is_small = _is_small("user__memberships__reach")
    return CompiledRows(
        lambda digest: AccessToken.objects.filter(digest=digest).values_list(*names, end, *held, is_small),
        models.CharField(),
    )


def values_of(user: User, held: Iterable[CurrentRole] | None = None) -> dict[str, object]:
    """The values of the caller's parameters for CALLERS. `held`: `roles_of(user)`, if known."""
    held = list(roles_of(user) if held is None else held)
    reach = [role.reach for role in held]
    return {
        "user": user.pk,
        "reach": reach,
        "single_scope": reach[0] if reach else None,
        "everything": _reaches_all(held),
    }


def kind_of_caller(held: Sequence[CurrentRole]) -> str:
    """The key in CALLERS of the shortest query that is right for a caller with these roles."""
    if _reaches_all(held):
        return "all"
    if len({role.reach for role in held}) != 1:
        return "anybody"
    return "few" if held[0].is_small else "one"


def _reaches_all(held: Iterable[CurrentRole]) -> bool:
    return any(role.role in roles.REACHES_EVERYTHING for role in held)
