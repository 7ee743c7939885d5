"""Columns and rows that follow from other rows, kept so that lists need not compute them.

They are the current row of a recommendation's history, the organisations from which it is visible, and
the last event about each row. Each change writes them in its transaction; `rebuilding` compares them and
makes them again.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

from recommendations.models import (
    Action,
    OrganisationPath,
    Recommendation,
    RecommendationHistory,
    RecommendationVisibility,
)
from recommendations.models.history import FACTS
from recommendations.models.visibility import NO_DUE_DATE
from recommendations.operations.change import Change
from recommendations.queries.compiled import CompiledRows, columns_of, instance_of
from recommendations.queries.statuses import with_facts

# Which facts a row of a noun can change; of any other noun, all.
AFFECTS = {
    "progressupdate": ("heard_on",),
    "targetrevision": (),
    "recommendation": ("status", "owner_id"),
    "recommendationlink": (),
    "response": ("answer", "heard_on"),
    "evidence": ("output_until", "practice_until", "outcome_until"),
    "action": ("actions", "open_actions", "first_due", "first_original_due"),
    "review": ("judgement", "judged_short", "judged_verified"),
    "reading": ("measures_unread", "measures_not_shown", "measures_worse"),
}
Facts = dict[str, Any]
Reach = dict[int | None, bool]  # See `reach_of`.


def keep(change: Change) -> None:
    """Bring every projection in step with the rows of `change`, before its event is sealed."""
    for key in sorted(change.touched):
        now, before = _facts(change, key)
        _keep_history(change, key, now, before)
        _keep_visibility(change, key, now, before)
    for model, keys in change.outdated.items():
        rows = model._default_manager.filter(pk__in=keys - change.written[model])
        rows.update(sequence=change.sequence)


def _facts(change: Change, key: int) -> tuple[Facts, RecommendationHistory | None]:
    """The facts of a recommendation now, and the current row of its history from before the change."""
    nouns = {row["noun"] for row in change.rows}
    row, history = change.recommendations.get(key), change.histories.get(key)
    if history and row and nouns <= {"recommendation", "recommendationlink"}:
        return {**_kept(history), "status": row.status, "owner_id": row.owner_id}, history
    names = _affected(nouns)
    read, history = _read_facts(names, key)
    if history is None and names != tuple(FACTS):
        read, _ = _read_facts(tuple(FACTS), key)
    return {**_kept(history), **read}, history


def _kept(history: RecommendationHistory | None) -> Facts:
    return {name: getattr(history, name) for name in FACTS} if history else {}


def _affected(nouns: set[str]) -> tuple[str, ...]:
    """The facts that rows of these nouns can change, in their order."""
    if not nouns <= set(AFFECTS):
        return tuple(FACTS)
    names = {name for noun in nouns for name in AFFECTS[noun]}
    return tuple(name for name in FACTS if name in names)


def _read_facts(names: tuple[str, ...], key: int) -> tuple[Facts, RecommendationHistory | None]:
    """The facts of these names as they now follow from the rows, and the current row of the history."""
    row = _facts_and_history(names).rows(key)[0]
    kept = row[len(names) :]
    history = instance_of(RecommendationHistory, kept) if kept[0] is not None else None
    return dict(zip(names, row, strict=False)), history


@cache
def _facts_and_history(names: tuple[str, ...]) -> CompiledRows:
    # Compiled once: its subqueries take longer to compile than to run.
    current = FilteredRelation("history", condition=Q(history__valid_to=None))
    return CompiledRows(
        lambda key: (
            with_facts(Recommendation.objects.filter(pk=key))
            .annotate(current=current)
            .order_by()
            .values_list(
                *(f"fact_{name}" for name in names),
                *(f"current__{name}" for name in columns_of(RecommendationHistory)),
            )
        )
    )


def _keep_history(change: Change, key: int, now: Facts, before: RecommendationHistory | None) -> None:
    """Where the facts are new, end the current row of the history and begin another."""
    if now == _kept(before):
        return
    if before:
        change.end_history(before)
    change.add(RecommendationHistory(recommendation_id=key, valid_from=change.at, valid_to=None, **now))


def _keep_visibility(change: Change, key: int, now: Facts, before: RecommendationHistory | None) -> None:
    rows = RecommendationVisibility.objects.filter(recommendation=key)
    columns = {"status": now["status"], "due": now["first_due"] or NO_DUE_DATE}
    if not _moves(change):
        if before is None or (before.status, before.first_due) != (now["status"], now["first_due"]):
            rows.update(**columns)
        return
    leads = Action.objects.filter(recommendation=key).order_by().values_list("lead", flat=True).distinct()
    wanted = reach_of(now["owner_id"], leads, above_of(now["owner_id"], *leads))
    if dict(rows.values_list("organisation_id", "by_owner")) == wanted:
        rows.update(**columns)
    else:
        rows.delete()
        RecommendationVisibility.objects.bulk_create(reach_rows(key, wanted, columns))


def _moves(change: Change) -> bool:
    """Can the change move from where a recommendation is visible: a new row, another owner or lead?"""
    return any(
        row["before"] is None or {"owner_id", "lead_id"} & set(row["after"])
        for row in change.rows
        if row["noun"] in {"action", "recommendation"}
    )


def reach_rows(key: int, reach: Reach, standing: dict[str, Any]) -> list[RecommendationVisibility]:
    return [
        RecommendationVisibility(
            recommendation_id=key, organisation_id=organisation, by_owner=by_owner, **standing
        )
        for organisation, by_owner in reach.items()
    ]


def reach_of(owner: int, leads: Iterable[int], above: dict[int, list[int]]) -> Reach:
    """The organisations from which a recommendation is visible (None: all), and whether by its owner."""
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
