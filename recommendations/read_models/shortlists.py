"""Short lists of the recommendations to look at first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from recommendations.models import Inspection, Judgement, TargetRevision, User
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import visible
from recommendations.read_models.summary import StatusRow

Moves = Mapping[int, tuple[int, int]]
"""Key of a recommendation → number of actions whose date moved, and number of moves."""


@dataclass(frozen=True)
class ShortlistRow:
    """A recommendation in a list: its statuses, reference, text, and its owner on the day."""

    stand: StatusRow
    reference: str
    text: str
    owner: str


@dataclass(frozen=True)
class Shortlist:
    """The keys of the first rows of a list, and the length of the whole list."""

    keys: Sequence[int]
    total: int


def with_unsupported_claims(found: Iterable[StatusRow], *, most: int) -> Shortlist:
    """Unsupported claims: first those judged short, then by number of reasons, then the oldest."""
    unsupported = [one for one in found if one.has_unsupported_claim]
    unsupported.sort(
        key=lambda one: (not one.judged_short, -sum(one.unsupported_reasons), one.published, one.key)
    )
    return Shortlist([one.key for one in unsupported[:most]], len(unsupported))


def oldest_open(found: Iterable[StatusRow], *, most: int) -> Shortlist:
    still = sorted((one for one in found if one.is_open), key=lambda one: (one.published, one.key))
    return Shortlist([one.key for one in still[:most]], len(still))


def most_moved(moves: Moves, *, most: int) -> Shortlist:
    ordered = sorted(moves, key=lambda key: (-moves[key][1], -moves[key][0], key))
    return Shortlist(ordered[:most], len(ordered))


def moves_of(user: User, found: Iterable[StatusRow], *, today: date, as_of: date | None) -> Moves:
    """How often target dates of these recommendations moved, as far as `user` may read. One query."""
    revisions = visible(TargetRevision.objects.all(), user, on=today)
    if as_of:
        revisions = revisions.filter(recorded_at__lt=end_of(as_of))
    rows = revisions.order_by().values_list("action__recommendation")
    keys = {one.key for one in found}
    counted = rows.annotate(actions=Count("action", distinct=True), moves=Count("pk"))
    return {key: (actions, moves) for key, actions, moves in counted if key in keys}


def lines_of(rows: Any, found: Iterable[StatusRow], keys: Iterable[int]) -> dict[int, ShortlistRow]:
    """The recommendations with these keys; `rows` come from `rows_in_scope`. One query."""
    wanted = set(keys)
    named = rows.filter(pk__in=wanted).order_by()
    words = named.values_list("pk", "reference", "text", "as_it_stood__owner__name")
    stands = {one.key: one for one in found if one.key in wanted}
    return {key: ShortlistRow(stands[key], *rest) for key, *rest in words if key in stands}


def judgement_names() -> dict[str, str]:
    """The judgements of every framework, code to name, from the least progress to the most. One query."""
    return dict(Judgement.objects.order_by("order", "pk").values_list("code", "name"))


def inspections_for(user: User, *, today: date, as_of: date | None) -> Any:
    """The inspections that `user` may read, newest first; with a past day, those recorded by then."""
    rows = visible(Inspection.objects.all(), user, on=today)
    if as_of:
        rows = rows.filter(created_at__lt=end_of(as_of))
    return rows.select_related("inspected", "overall").order_by("-published_latest", "reference")
