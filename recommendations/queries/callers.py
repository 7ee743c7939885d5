"""Who calls: the token that they show, and the roles that they hold."""

from functools import cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef, Subquery

from recommendations.models import AccessToken, Membership, RecommendationReach, RecordHead, User
from recommendations.queries.compiled import CompiledRows, columns_of, instance_of

# So many recommendations are looked through sooner than a list of all is.
FEW = 200


def token_of_digest(digest: str) -> AccessToken | None:
    """The token with its user, both whole; None where there is none. One query, which is written once.

    `record_end` is the last event of the record, and `user.roles_held` what `roles_of` gives: whoever
    asks is asked for both, and nobody should have to look again.
    """
    rows = _look_up().rows(digest)
    if not rows:
        return None
    width = len(columns_of(AccessToken))
    *values, record_end, _, _, _, _ = rows[0]
    token = instance_of(AccessToken, values[:width])
    token.user = instance_of(User, values[width:])
    token.record_end = record_end
    held = [row[-4:] for row in rows]
    token.user.roles_held = [Held(*role) for ended, *role in held if role[0] and ended is None]
    return token


class Held(NamedTuple):
    """A role, the key of the organisation that it reaches, and whether few recommendations are seen there."""

    role: str
    reach: int
    is_small: bool


def roles_of(user: Any) -> list[Held]:
    """The roles that a user holds. One query."""
    held = getattr(user, "roles_held", None)
    return [Held(*role) for role in _roles().rows(user.pk)] if held is None else held


@cache
def _roles() -> CompiledRows:
    names = ("role", "reach", _is_small("reach"))
    return CompiledRows(lambda user: Membership.objects.current().filter(user=user).values_list(*names))


def _is_small(reach: str) -> Any:
    return ~Exists(RecommendationReach.objects.filter(organisation=OuterRef(reach))[FEW : FEW + 1])


@cache
def _look_up() -> CompiledRows:
    names = [*columns_of(AccessToken), *(f"user__{name}" for name in columns_of(User))]
    end = Subquery(RecordHead.objects.values("sequence")[:1])
    held = [f"user__memberships__{name}" for name in ("ended_at", "role", "reach")]
    held.append(_is_small("user__memberships__reach"))
    return CompiledRows(
        lambda digest: AccessToken.objects.filter(digest=digest).values_list(*names, end, *held),
        models.CharField(),
    )
