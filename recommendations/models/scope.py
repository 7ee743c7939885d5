"""What a person's memberships reach, as a condition that the database evaluates."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from recommendations import roles
from recommendations.models.account import Held, Membership, roles_of
from recommendations.models.bound import NEVER_HOLDS, Person
from recommendations.models.organisation import OrganisationPath

# The conditions are the same for every query of a person, and are never changed: making one takes longer
# than asking it.
_remembered = lru_cache(maxsize=4096)


def reads_everything(user: Any) -> Any:
    """True where the user holds a role that reads what every body wrote."""
    return user.everything if isinstance(user, Person) else _reads_everything(user.pk)


def surely_reaches(user: Any) -> Q:
    """True where it is known beforehand that the user reaches the owner of whatever is asked about."""
    return user.sure if isinstance(user, Person) else NEVER_HOLDS


class LookedUp(Exists):
    """EXISTS that PostgreSQL asks for each row by the index: planned for any values, it would read the
    whole table into a hash before the first row. An OFFSET keeps it from that."""

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, parameters = self.as_sql(compiler, connection, **context)
        return sql.removesuffix(" LIMIT 1)") + " OFFSET 0)", parameters


def bound_to(user: Any, held: Iterable[Held] | None = None) -> dict[str, Any]:
    """What a query that was written for PEOPLE is bound with; `held` is `roles_of(user)`, where known."""
    held = list(roles_of(user) if held is None else held)
    reach = [role.reach for role in held]
    return {
        "user": user.pk,
        "reach": reach,
        "only": reach[0] if reach else None,
        "everything": _reaches_all(held),
    }


def known_of(held: Sequence[Held]) -> str:
    """As which of PEOPLE whoever holds these roles may be asked for."""
    if _reaches_all(held):
        return "all"
    if len({role.reach for role in held}) != 1:
        return "anybody"
    return "few" if held[0].is_small else "one"


def _reaches_all(held: Iterable[Held]) -> bool:
    return any(role.role in roles.REACHES_EVERYTHING for role in held)


def among_few(user: Any, path: str) -> Q:
    """Nothing new of what is in reach of the user, whose recommendation's id stands at `path`.

    Yet where few recommendations are, the database begins with those, and not with all that there is.
    """
    from recommendations.models.reach import RecommendationReach

    if not (isinstance(user, Person) and user.few):
        return Q()
    seen = RecommendationReach.objects.filter(within_reach(user, "organisation"))
    return Q(**{f"{path}__among": Subquery(seen.values("recommendation"))})


def published(user: Any, path: str, *, on: Any) -> Q:
    """True where the report at `path` is published on the day `on`, or the user reads everything.

    `path` leads to the inspection and ends with two underscores; it is empty for the inspection itself.
    """
    if isinstance(user, Person):
        return _bound_published(user, path.removesuffix("__") or "pk", on)
    return Q(**{f"{path}published_latest__lte": on}) | Q(reads_everything(user))


def reaches(user: Any, path: str, *, held_by: list[str] | None = None) -> Q:
    """True where a current membership of `user` covers the organisation whose id stands at `path`.

    Every role reads within its reach; `held_by` narrows to the roles that hold a capability, of which
    some reach everything.
    """
    if isinstance(user, Person) and held_by is None:
        return _bound_reach(user, path)
    return _reaches(user.pk, path, None if held_by is None else tuple(held_by))


def reaches_owner(user: Any, path: str) -> Q:
    """True where the user reaches the owner of the recommendation whose id stands at `path`.

    For whoever will ask it is one look at the narrow table of reach, which operations keep.
    """
    if not isinstance(user, Person):
        return reaches(user, f"{path}__owner")
    return _bound_owner(user, path)


def works_under(user: Any, path: str) -> Q:
    """True where `user` works in the organisation at `path` or below it: by any role that they hold."""
    return _works_under(user.pk, path)


def within_reach(user: Any, path: str) -> Q:
    """True where the organisation at `path` is one that a role of the user's names as its reach."""
    if isinstance(user, Person):
        return Q(**({path: user.only} if user.only else {f"{path}__among": user.reach}))
    return Q(**{f"{path}__in": Membership.objects.current().filter(user=user.pk).values("reach")})


@_remembered
def covers(user: Person, slug: Any) -> Q:
    """True where the organisation `slug` is within reach of the user, and with it all that it owns."""
    return Q(Exists(OrganisationPath.objects.filter(within_reach(user, "ancestor"), descendant__slug=slug)))


@_remembered
def _bound_published(person: Person, path: str, on: Any) -> Q:
    """Those under embargo are few, and are found once a query: no report is looked up for each row."""
    from recommendations.models.inspection import Inspection

    embargoed = Inspection.objects.order_by().filter(published_latest__gt=on)
    return ~Q(**{f"{path}__in": embargoed.values("pk")}) | Q(person.everything)


@_remembered
def _bound_reach(person: Person, path: str) -> Q:
    below = OrganisationPath.objects.filter(within_reach(person, "ancestor"))
    return Q(person.sure) | Q(**{f"{path}__in": below.values("descendant")}) | Q(person.everything)


@_remembered
def _bound_owner(person: Person, path: str) -> Q:
    from recommendations.models.reach import RecommendationReach

    within = RecommendationReach.objects.filter(within_reach(person, "organisation"), by_owner=True)
    seen = LookedUp(within.filter(recommendation=OuterRef(path)))
    return Q(person.sure) | Q(seen) | Q(person.everything)


@_remembered
def _reads_everything(user: Any) -> Exists:
    return Exists(Membership.objects.current().filter(user=user, role__in=roles.REACHES_EVERYTHING))


@_remembered
def _reaches(user: Any, path: str, held_by: tuple[str, ...] | None) -> Q:
    # Organisations are few: which of them are within reach is found once a query, and not for each row.
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
def _works_under(user: Any, path: str) -> Q:
    homes = Membership.objects.current().filter(user=user)
    above = OrganisationPath.objects.filter(descendant__in=homes.values("home"))
    return Q(**{f"{path}__in": above.values("ancestor")})
