"""What a person's memberships reach, as a condition that the database evaluates."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from recommendations import roles
from recommendations.models.account import Membership


def reads_everything(user: Any) -> Exists:
    """True where the user holds a role that reads what every body wrote."""
    return Exists(Membership.objects.current().filter(user=user.pk, role__in=roles.REACHES_EVERYTHING))


def reaches(user: Any, path: str, *, held_by: list[str] | None = None) -> Q:
    """True where a current membership of `user` covers the organisation whose id stands at `path`.

    Every role reads within its reach; `held_by` narrows to the roles that hold a capability, of which
    some reach everything.
    """
    held = Membership.objects.current().filter(user=user.pk)
    within = Q(reach__descendant_paths__descendant=OuterRef(path))
    if held_by is None:
        return Q(Exists(held.filter(within))) | Q(reads_everything(user))
    everywhere = [role for role in held_by if role in roles.REACHES_EVERYTHING]
    covering = Q(Exists(held.filter(within, role__in=held_by)))
    return covering | Q(Exists(held.filter(role__in=everywhere))) if everywhere else covering


def works_under(user: Any, path: str) -> Exists:
    """True where `user` works in the organisation at `path` or below it: by any role that they hold."""
    homes = Membership.objects.current().filter(user=user.pk, home__ancestor_paths__ancestor=OuterRef(path))
    return Exists(homes)
