"""What follows from other rows and is kept beside them, so that lists need not work it out each time.

The present row of a recommendation's history, from where it is in reach, and which event was the last
about each row. Written in the transaction of the event; compared and made again by `rebuilding`.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import models
from django.db.models import FilteredRelation, Q, QuerySet

from recommendations.models import (
    Action,
    OrganisationPath,
    Recommendation,
    RecommendationHistory,
    RecommendationVisibility,
)
from recommendations.models.history import FACTS
from recommendations.models.visibility import NEVER
from recommendations.operations.change import Change
from recommendations.operations.write_queries import set_columns
from recommendations.queries.compiled import CompiledRows, columns_of, instance_of
from recommendations.queries.statuses import with_facts

# Which facts a row of a noun can change; of any other noun, all.
AFFECTS = {
    "progressupdate": ("heard_on",),
    "targetrevision": (),
    "recommendationlink": (),
    "evidence": ("output_until", "practice_until", "outcome_until"),
    "action": ("actions", "open_actions", "first_due", "first_original_due"),
    "review": ("judgement", "judged_short", "judged_verified"),
    "reading": ("measures_unread", "measures_not_shown", "measures_worse"),
}
Reach = dict[int | None, bool]  # From which organisation, and whether by the owner.


def keep(change: Change) -> None:
    """Bring every projection in step with the rows that `change` wrote, before its event is sealed.
    Each row is told that this event was the last about it.
    """
    for key in sorted(change.touched):
        facts = _keep_history(change, key, {said["noun"] for said in change.rows})
        if change.moves_reach:
            _keep_reach(key, facts)
    for model, keys in change.told.items():
        for key in sorted(keys):
            set_columns(model, key, **dict.fromkeys(_sequences(change, model, key), change.sequence))


def _sequences(change: Change, model: type[models.Model], key: int) -> tuple[str, ...]:
    published = model is Recommendation and key in change.published
    return ("sequence", "published_sequence") if published else ("sequence",)


def _keep_history(change: Change, key: int, nouns: set[str]) -> dict[str, Any]:
    """Where the facts of a recommendation are new, end the present row and begin another; the facts."""
    names = _affected(nouns)
    now, present = _standing(names, key)
    if present is None and names != tuple(FACTS):
        now, _ = _standing(tuple(FACTS), key)
    held = {name: getattr(present, name) for name in FACTS} if present else {}
    facts = {**held, **now}
    if facts == held:
        return facts
    if present:
        change.end(present)
    change.add(RecommendationHistory(recommendation_id=key, valid_from=change.at, valid_to=None, **facts))
    return facts


def _affected(nouns: set[str]) -> tuple[str, ...]:
    """The facts that rows of these nouns can change, in their order."""
    if not nouns <= set(AFFECTS):
        return tuple(FACTS)
    names = {name for noun in nouns for name in AFFECTS[noun]}
    return tuple(name for name in FACTS if name in names)


def _standing(names: tuple[str, ...], key: int) -> tuple[dict[str, Any], RecommendationHistory | None]:
    """The facts of these names as they now follow from the rows, and the present row of the history."""
    row = _facts_and_present(names).rows(key)[0]
    kept = row[len(names) :]
    present = instance_of(RecommendationHistory, kept) if kept[0] is not None else None
    return dict(zip(names, row, strict=False)), present


@cache
def _facts_and_present(names: tuple[str, ...]) -> CompiledRows:
    present = FilteredRelation("history", condition=Q(history__valid_to=None))
    return CompiledRows(
        lambda key: (
            with_facts(Recommendation.objects.filter(pk=key))
            .annotate(present=present)
            .order_by()
            .values_list(
                *(f"fact_{name}" for name in names),
                *(f"present__{name}" for name in columns_of(RecommendationHistory)),
            )
        )
    )


def _keep_reach(key: int, facts: dict[str, Any]) -> None:
    standing = {"status": facts["status"], "due": facts["first_due"] or NEVER}
    rows = RecommendationVisibility.objects.filter(recommendation=key)
    kept = {row["organisation_id"]: row for row in rows.values("organisation_id", "by_owner", *standing)}
    leads = Action.objects.filter(recommendation=key).order_by().values_list("lead", flat=True).distinct()
    wanted = reach_of(facts["owner_id"], leads, above_of(facts["owner_id"], *leads))
    if {organisation: row["by_owner"] for organisation, row in kept.items()} != wanted:
        rows.delete()
        RecommendationVisibility.objects.bulk_create(reach_rows(key, wanted, standing))
    elif any({name: row[name] for name in standing} != standing for row in kept.values()):
        rows.update(**standing)


def reach_rows(key: int, reach: Reach, standing: dict[str, Any]) -> list[RecommendationVisibility]:
    return [
        RecommendationVisibility(
            recommendation_id=key, organisation_id=organisation, by_owner=by_owner, **standing
        )
        for organisation, by_owner in reach.items()
    ]


def reach_of(owner: int, leads: Iterable[int], above: dict[int, list[int]]) -> Reach:
    """From where a recommendation is in reach: {organisation, None for everywhere: by its owner?}."""
    by_lead: Reach = {organisation: False for lead in leads for organisation in above[lead]}
    return by_lead | dict.fromkeys(above[owner], True) | {None: True}


def above_of(*organisations: int) -> dict[int, list[int]]:
    """Each organisation with itself and all above it; of all there are, where none is named."""
    paths: QuerySet = OrganisationPath.objects.order_by("depth")
    if organisations:
        paths = paths.filter(descendant__in=set(organisations))
    above: dict[int, list[int]] = defaultdict(list)
    for organisation, ancestor in paths.values_list("descendant", "ancestor"):
        above[organisation].append(ancestor)
    return above
