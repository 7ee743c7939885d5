"""What a person's memberships reach, as a condition that the database evaluates."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from recommendations import roles
from recommendations.models.account import Membership


def reads_everything(user: Any) -> Exists:
    """True where the user holds a role that reads what every body wrote."""
    return Exists(Membership.objects.current().filter(user=user.pk, role__in=roles.READS_EVERYTHING))


def reaches(user: Any, path: str, *, held_by: list[str] | None = None) -> Q:
    """True where a current membership of `user` covers the organisation whose id stands at `path`.

    Every role reads within its reach; `held_by` narrows to the roles that hold a capability, and then
    a role that merely reads everything does not count.
    """
    own = Membership.objects.current().filter(
        user=user.pk, reach__descendant_paths__descendant=OuterRef(path)
    )
    if held_by is not None:
        return Q(Exists(own.filter(role__in=held_by)))
    return Q(Exists(own)) | Q(reads_everything(user))
