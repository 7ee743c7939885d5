"""May this user do this to that? Joins the table of roles to the memberships that a user holds."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from recommendations.errors import NotPermitted
from recommendations.models import Action, Membership, Recommendation, User
from recommendations.models.scope import reaches
from recommendations.roles import Capability, roles_with


def holds(user: Any, capability: Capability) -> bool:
    """Does any current membership of `user` grant `capability`, wherever it reaches? One query."""
    return Membership.objects.current().filter(user=user.pk, role__in=roles_with(capability)).exists()


def can(user: Any, capability: Capability, subject: Recommendation | Action, *, on: date) -> bool:
    """Does a membership of `user` grant `capability` over the body that owns `subject`? One query.

    It speaks of writing: what may be read, the QuerySets' `visible_to` says. A lead organisation's
    people may act on its own action, though the recommendation is another's. Nobody writes about a
    report that is still under embargo for them on the day `on`.
    """
    held_by = roles_with(capability)
    published = Recommendation.objects.visible_to(user, on=on)
    if isinstance(subject, Action):
        over = reaches(user, "recommendation__owner", held_by=held_by) | reaches(
            user, "lead", held_by=held_by
        )
        rows = Action.objects.filter(over, pk=subject.pk, recommendation__in=published)
        return rows.exists()
    return published.filter(reaches(user, "owner", held_by=held_by), pk=subject.pk).exists()


def require(user: Any, capability: Capability, subject: Recommendation | Action, *, on: date) -> None:
    """Raise NotPermitted, in words for the person, where `can` says no."""
    if not can(user, capability, subject, on=on):
        owner = subject.recommendation.owner if isinstance(subject, Action) else subject.owner
        raise NotPermitted(
            f"Your roles do not let you {capability.value} for {subject}. Ask someone who works for {owner}."
        )


def require_anywhere(user: User, *capabilities: Capability, otherwise: str) -> None:
    """Raise NotPermitted, saying `otherwise`, unless `user` is the tracker itself or holds one of these."""
    if not user.is_system and not any(holds(user, capability) for capability in capabilities):
        raise NotPermitted(otherwise)


def may_change(user: Any, capability: Capability, *, on: date) -> QuerySet[Recommendation]:
    """The published recommendations over whose owner `user` holds `capability`: a form's choices."""
    over = reaches(user, "owner", held_by=roles_with(capability))
    return Recommendation.objects.visible_to(user, on=on).filter(over)


def colleagues(user: Any) -> QuerySet[User]:
    """The people whom `user` may name as responsible: active, working where `user` reaches."""
    homes = Membership.objects.current().filter(reaches(user, "home"))
    return User.objects.filter(pk__in=homes.values("user"))
