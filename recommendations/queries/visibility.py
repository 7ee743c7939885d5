"""Conditions on which rows a user may read, from the user's memberships. The database evaluates them.

`visible(queryset, user, on=day)` is the one rule for each noun. The user is a User, or CallerParameters
where the query is compiled once for many users.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, FilteredRelation, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.lookups import IsNull

from recommendations import roles
from recommendations.models import (
    Action,
    Event,
    Evidence,
    Framework,
    Inspection,
    Measure,
    Membership,
    Organisation,
    OrganisationPath,
    ProgressUpdate,
    Reading,
    Recommendation,
    RecommendationVisibility,
    Response,
    Review,
    Standard,
    TargetRevision,
    User,
)
from recommendations.queries.parameters import NEVER_TRUE, CallerParameters, Day, Parameter

# A user, or the parameters that stand for one in a query that is compiled once.
Caller = User | AnonymousUser | CallerParameters
Condition = Q | Combinable
Rows = TypeVar("Rows", bound=QuerySet)
# Conditions are immutable, and building one takes longer than running it.
_remembered = lru_cache(maxsize=4096)


def visible(rows: Rows, user: Caller, *, on: Day) -> Rows:
    """The rows that `user` may read on the day `on`. Reports under embargo are left out."""
    return rows.filter(VISIBLE[rows.model](user, on))


def in_scope(user: Caller) -> Q:
    """Condition: the recommendation is in the user's scope. A role covers its owner, or the lead of one of
    its actions. Looks the row up in RecommendationVisibility."""
    within = RecommendationVisibility.objects.filter(within_reach(user, "organisation"))
    seen = within.filter(recommendation=OuterRef("pk"))
    return Q(owner_reachable(user)) | Q(has_row(seen)) | Q(reads_everything(user))


@dataclass(frozen=True)
class VisibilityRows:
    """Rows of RecommendationVisibility: those of `organisation`, or those without one (for roles that read
    everything). `by_owner` leaves out rows that exist only for the lead of an action."""

    organisation: Any = None
    by_owner: bool = False


def found_by_visibility(rows: Rows, found_by: VisibilityRows) -> Rows:
    """Join the rows of RecommendationVisibility. Annotates their status and due date as `status_key` and
    `due_key` (NO_DUE_DATE if there is none), which the index has in order."""
    if found_by.organisation is None:
        condition = Q(visibility__organisation__isnull=True)
    else:
        condition = Q(visibility__organisation=found_by.organisation)
    if found_by.by_owner:
        condition &= Q(visibility__by_owner=True)
    joined = rows.annotate(visibility_row=FilteredRelation("visibility", condition=condition)).filter(
        visibility_row__isnull=False
    )
    return joined.annotate(
        status_key=F("visibility_row__status"),
        due_key=F("visibility_row__due"),
        visibility_organisation=F("visibility_row__organisation_id"),
        visibility_recommendation=F("visibility_row__recommendation_id"),
    )


def _open_to_everybody(user: Caller, on: Day) -> Q:
    return Q()


def _published(path: str) -> Callable[[Caller, Day], Q]:
    return lambda user, on: published(user, path, on=on)


def _of_owner(path: str) -> Callable[[Caller, Day], Q]:
    """Rows about a whole recommendation: read by its owner, not by the leads of its actions."""
    return lambda user, on: reaches_owner(user, path)


def _of_owner_or_lead(recommendation: str, lead: str) -> Callable[[Caller, Day], Q]:
    """Rows about an action: read by the owner, and by the action's lead."""
    return lambda user, on: reaches_owner(user, recommendation) | reaches(user, lead)


def _event(user: Caller, on: Day) -> Q:
    """Events follow their recommendation or action; others are for roles that read everything."""
    shown = visible(Recommendation.objects.filter(pk=OuterRef("recommendation")), user, on=on)
    return (
        Q(recommendation__isnull=True) & Q(reads_everything(user))
        | Q(Exists(shown.filter(reaches(user, "owner"))))
        | (Q(Exists(shown)) & Q(action__isnull=False) & reaches(user, "action__lead"))
    )


VISIBLE: dict[type[Model], Callable[[Caller, Day], Q]] = {
    Organisation: _open_to_everybody,
    Framework: _open_to_everybody,
    Standard: _open_to_everybody,
    Inspection: _published(""),
    Recommendation: _published("inspection__"),
    Measure: _published("recommendation__inspection__"),
    Response: _of_owner("recommendation"),
    Review: _of_owner("recommendation"),
    Reading: _of_owner("measure__recommendation"),
    Action: _of_owner_or_lead("recommendation", "lead"),
    ProgressUpdate: _of_owner_or_lead("recommendation", "action__lead"),
    Evidence: _of_owner_or_lead("recommendation", "action__lead"),
    TargetRevision: _of_owner_or_lead("action__recommendation", "action__lead"),
    Event: _event,
}


def has_row(rows: QuerySet) -> IsNull:
    """Condition: `rows`, which refer to the outer row, are not empty.

    PostgreSQL looks each up by the index; for EXISTS with parameters it would read the whole table first.
    """
    return IsNull(Subquery(rows.order_by().values("pk")[:1]), False)  # noqa: FBT003  Django's own.


def reads_everything(user: Caller) -> Condition:
    """Condition: the user has a role that reads everything."""
    return user.everything if isinstance(user, CallerParameters) else _reads_everything(user.pk)


def owner_reachable(user: Caller) -> Q:
    """Condition: the query is limited to rows whose owner the user's roles cover."""
    return user.owner_reachable if isinstance(user, CallerParameters) else NEVER_TRUE


def among_small_scope(user: Caller, path: str) -> Q:
    """No-op condition for callers with few recommendations in scope; `path` leads to the recommendation's id.

    It makes the database start with those few, and not with all rows.
    """
    if not (isinstance(user, CallerParameters) and user.small_scope):
        return Q()
    seen = RecommendationVisibility.objects.filter(within_reach(user, "organisation"))
    return Q(**{f"{path}__among": Subquery(seen.values("recommendation"))})


def published(user: Caller, path: str, *, on: Day) -> Q:
    """Condition: the report at `path` is published on the day `on`, or the user reads everything.

    `path` leads to the inspection and ends with two underscores; it is empty for the inspection itself.
    """
    if isinstance(user, CallerParameters):
        return _bound_published(user, path.removesuffix("__") or "pk", on)
    return Q(**{f"{path}published_latest__lte": on}) | Q(reads_everything(user))


def reaches(user: Caller, path: str, *, held_by: list[str] | None = None) -> Q:
    """Condition: a current role of `user` covers the organisation at `path`.

    `held_by` limits this to certain roles, some of which cover everything.
    """
    if isinstance(user, CallerParameters) and held_by is None:
        return _bound_reach(user, path)
    return _reaches(user.pk, path, None if held_by is None else tuple(held_by))


def reaches_owner(user: Caller, path: str) -> Q:
    """Condition: the user's roles cover the owner of the recommendation at `path`.

    Compiled queries look it up in RecommendationVisibility.
    """
    if not isinstance(user, CallerParameters):
        return reaches(user, f"{path}__owner")
    return _bound_owner(user, path)


def works_under(user: Caller, path: str) -> Q:
    """Condition: `user` works for the organisation at `path` or one below it, in any role."""
    return _works_under(user.pk, path)


def within_reach(user: Caller, path: str) -> Q:
    """Condition: a role of the user names the organisation at `path` as the one that it covers."""
    if isinstance(user, CallerParameters):
        return Q(**({path: user.single_scope} if user.single_scope else {f"{path}__among": user.reach}))
    return Q(**{f"{path}__in": Membership.objects.current().filter(user=user.pk).values("reach")})


@_remembered
def covers(user: CallerParameters, slug: Parameter) -> Q:
    """Condition: a role of the user covers the organisation `slug`."""
    return Q(Exists(OrganisationPath.objects.filter(within_reach(user, "ancestor"), descendant__slug=slug)))


@_remembered
def _bound_published(caller: CallerParameters, path: str, on: Day) -> Q:
    """Few reports are under embargo: a subquery finds them once, instead of a lookup for each row.

    PostgreSQL runs an array subquery first; with `IN` it sorts all rows instead (the list by due date at
    20,000 recommendations: 106 ms with `IN`).
    """
    embargoed = Inspection.objects.order_by().filter(published_latest__gt=on)
    return ~Q(**{f"{path}__among": Subquery(embargoed.values("pk"))}) | Q(caller.everything)


@_remembered
def _bound_reach(caller: CallerParameters, path: str) -> Q:
    below = OrganisationPath.objects.filter(within_reach(caller, "ancestor"))
    return Q(caller.owner_reachable) | Q(**{f"{path}__in": below.values("descendant")}) | Q(caller.everything)


@_remembered
def _bound_owner(caller: CallerParameters, path: str) -> Q:
    within = RecommendationVisibility.objects.filter(within_reach(caller, "organisation"), by_owner=True)
    seen = has_row(within.filter(recommendation=OuterRef(path)))
    return Q(caller.owner_reachable) | Q(seen) | Q(caller.everything)


@_remembered
def _reads_everything(user: int) -> Exists:
    return Exists(Membership.objects.current().filter(user=user, role__in=roles.REACHES_EVERYTHING))


@_remembered
def _reaches(user: int, path: str, held_by: tuple[str, ...] | None) -> Q:
    # There are few organisations: find those that the roles cover once, and not for each row.
    held = Membership.objects.current().filter(user=user)
    if held_by is None:
        return _within(path, held) | Q(_reads_everything(user))
    everywhere = [role for role in held_by if role in roles.REACHES_EVERYTHING]
    covering = _within(path, held.filter(role__in=held_by))
    return covering | Q(Exists(held.filter(role__in=everywhere))) if everywhere else covering


def _within(path: str, held: QuerySet[Membership]) -> Q:
    below = OrganisationPath.objects.filter(ancestor__in=held.values("reach"))
    return Q(**{f"{path}__in": below.values("descendant")})


@_remembered
def _works_under(user: int, path: str) -> Q:
    homes = Membership.objects.current().filter(user=user)
    above = OrganisationPath.objects.filter(descendant__in=homes.values("home"))
    return Q(**{f"{path}__in": above.values("ancestor")})
