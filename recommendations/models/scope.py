"""What a person's memberships reach, as a condition that the database evaluates."""

from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Q

from recommendations import roles
from recommendations.models.account import Membership

# The conditions are the same for every query of a person, and are never changed: making one takes longer
# than asking it.
_remembered = lru_cache(maxsize=4096)


def reads_everything(user: Any) -> Exists:
    """True where the user holds a role that reads what every body wrote."""
    return _reads_everything(user.pk)


def reaches(user: Any, path: str, *, held_by: list[str] | None = None) -> Q:
    """True where a current membership of `user` covers the organisation whose id stands at `path`.

    Every role reads within its reach; `held_by` narrows to the roles that hold a capability, of which
    some reach everything.
    """
    return _reaches(user.pk, path, None if held_by is None else tuple(held_by))


def works_under(user: Any, path: str) -> Exists:
    """True where `user` works in the organisation at `path` or below it: by any role that they hold."""
    return _works_under(user.pk, path)


@_remembered
def _reads_everything(user: int | None) -> Exists:
    return Exists(Membership.objects.current().filter(user=user, role__in=roles.REACHES_EVERYTHING))


@_remembered
def _reaches(user: int | None, path: str, held_by: tuple[str, ...] | None) -> Q:
    held = Membership.objects.current().filter(user=user)
    within = Q(reach__descendant_paths__descendant=OuterRef(path))
    if held_by is None:
        return Q(Exists(held.filter(within))) | Q(_reads_everything(user))
    everywhere = [role for role in held_by if role in roles.REACHES_EVERYTHING]
    covering = Q(Exists(held.filter(within, role__in=held_by)))
    return covering | Q(Exists(held.filter(role__in=everywhere))) if everywhere else covering


@_remembered
def _works_under(user: int | None, path: str) -> Exists:
    homes = Membership.objects.current().filter(user=user, home__ancestor_paths__ancestor=OuterRef(path))
    return Exists(homes)
