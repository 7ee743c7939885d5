"""Which recommendations a reader should look at first: short lists, cut by what was counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from recommendations.models import Inspection, Judgement, TargetRevision
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import visible
from recommendations.read_models.counts import Stand

Moves = Mapping[int, tuple[int, int]]
"""Of a recommendation's key: how many of its actions moved their date, and how often in all."""


@dataclass(frozen=True)
class ShortlistRow:
    """A recommendation of a list: where it stands, and what names it. `owner` is that of the day."""

    stand: Stand
    reference: str
    text: str
    owner: str


@dataclass(frozen=True)
class Cut:
    """The first lines of a list, and how many it has."""

    keys: Sequence[int]
    total: int


def with_unsupported_claims(found: Iterable[Stand], *, most: int) -> Cut:
    """Those where a claim and what is known do not fit: judged short first, then more reasons, then age."""
    unsupported = [one for one in found if one.has_unsupported_claim]
    unsupported.sort(
        key=lambda one: (not one.judged_short, -sum(one.unsupported_reasons), one.published, one.key)
    )
    return Cut([one.key for one in unsupported[:most]], len(unsupported))


def oldest_open(found: Iterable[Stand], *, most: int) -> Cut:
    still = sorted((one for one in found if one.is_open), key=lambda one: (one.published, one.key))
    return Cut([one.key for one in still[:most]], len(still))


def most_moved(moves: Moves, *, most: int) -> Cut:
    ordered = sorted(moves, key=lambda key: (-moves[key][1], -moves[key][0], key))
    return Cut(ordered[:most], len(ordered))


def moves_of(user: Any, found: Iterable[Stand], *, today: date, as_of: date | None) -> Moves:
    """The moves that `user` reads of what was found, up to the end of a past day. One query."""
    revisions = visible(TargetRevision.objects.all(), user, on=today)
    if as_of:
        revisions = revisions.filter(recorded_at__lt=end_of(as_of))
    rows = revisions.order_by().values_list("action__recommendation")
    keys = {one.key for one in found}
    counted = rows.annotate(actions=Count("action", distinct=True), moves=Count("pk"))
    return {key: (actions, moves) for key, actions, moves in counted if key in keys}


def lines_of(rows: Any, found: Iterable[Stand], keys: Iterable[int]) -> dict[int, ShortlistRow]:
    """The lines of these keys; `rows` are those of `in_reach`. One query."""
    wanted = set(keys)
    named = rows.filter(pk__in=wanted).order_by()
    words = named.values_list("pk", "reference", "text", "as_it_stood__owner__name")
    stands = {one.key: one for one in found if one.key in wanted}
    return {key: ShortlistRow(stands[key], *rest) for key, *rest in words if key in stands}


def judgement_names() -> dict[str, str]:
    """The judgements of every framework, code to name, from the least progress to the most. One query."""
    return dict(Judgement.objects.order_by("order", "pk").values_list("code", "name"))


def inspections_for(user: Any, *, today: date, as_of: date | None) -> Any:
    """The reports that `user` may read, the latest first; on a past day those recorded by then."""
    rows = visible(Inspection.objects.all(), user, on=today)
    if as_of:
        rows = rows.filter(created_at__lt=end_of(as_of))
    return rows.select_related("inspected", "overall").order_by("-published_latest", "reference")
