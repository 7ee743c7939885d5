"""May this user do this to that? Joins the table of roles to the memberships that a user holds."""

from typing import Any

from django.db.models import QuerySet

from recommendations.errors import NotPermitted
from recommendations.models import Action, Membership, Organisation, Recommendation, User
from recommendations.models.scope import reaches
from recommendations.roles import Capability, roles_with


def holds(user: Any, capability: Capability) -> bool:
    """Does any current membership of `user` grant `capability`, wherever it reaches? One query."""
    return Membership.objects.current().filter(user=user.pk, role__in=roles_with(capability)).exists()


def can(user: Any, capability: Capability, subject: Recommendation | Action) -> bool:
    """Does a membership of `user` grant `capability` over the body that owns `subject`? One query.

    It speaks of writing: what may be read, the QuerySets' `visible_to` says.
    A lead organisation's people may act on its own action, though the recommendation is another's.
    """
    return (
        Organisation.objects.filter(pk__in=_bodies(subject))
        .filter(reaches(user, "pk", held_by=roles_with(capability)))
        .exists()
    )


def require(user: Any, capability: Capability, subject: Recommendation | Action) -> None:
    """Raise NotPermitted, in words for the person, where `can` says no."""
    if not can(user, capability, subject):
        raise NotPermitted(
            f"Your roles do not let you {capability.value} for {subject}. Ask someone who works for"
            f" {_owner(subject)}."
        )


def require_anywhere(user: User, *capabilities: Capability, otherwise: str) -> None:
    """Raise NotPermitted, saying `otherwise`, unless `user` is the tracker itself or holds one of these."""
    if not user.is_system and not any(holds(user, capability) for capability in capabilities):
        raise NotPermitted(otherwise)


def may_change(user: Any, capability: Capability) -> QuerySet[Recommendation]:
    """The recommendations over whose owner `user` holds `capability`: the choices of a form."""
    return Recommendation.objects.filter(reaches(user, "owner", held_by=roles_with(capability)))


def colleagues(user: Any) -> QuerySet[User]:
    """The people whom `user` may name as responsible: active, working where `user` reaches."""
    homes = Membership.objects.current().filter(reaches(user, "home"))
    return User.objects.filter(pk__in=homes.values("user"))


def _bodies(subject: Recommendation | Action) -> list[int]:
    if isinstance(subject, Action):
        return [subject.recommendation.owner_id, subject.lead_id]
    return [subject.owner_id]


def _owner(subject: Recommendation | Action) -> Organisation:
    return subject.recommendation.owner if isinstance(subject, Action) else subject.owner
