"""Rebuilding every row from the events alone, and comparing it with the row that stands."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.apps import apps
from django.db import models

from recommendations.models import EventPayload, Organisation, OrganisationPath, Recommendation, RecordHead
from recommendations.models import RecommendationHistory as History
from recommendations.models.history import FACTS
from recommendations.models.stored_names import noun, to_stored
from recommendations.operations import rebuilding
from recommendations.operations.snapshot import Values, columns, is_tracked, plain, relations
from recommendations.queries.statuses import with_facts

EVERY = 1000
TRIES = 3


@dataclass
class Replayed:
    """The rows that the events give, and every difference from those that stand, in sentences."""

    events: int = 0
    rows: int = 0
    redacted: list[int] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def replay(progress: Callable[[int], None] | None = None) -> Replayed:
    """Apply every event in turn and compare; call `progress` with the number of events since the last call.

    Where others wrote meanwhile a difference may only be theirs: then it is done again.
    """
    for _ in range(TRIES):
        before = RecordHead.objects.get(pk=1).sequence
        found = _replayed(progress)
        if not found.differences or RecordHead.objects.get(pk=1).sequence == before:
            break
    return found


def _replayed(progress: Callable[[int], None] | None) -> Replayed:
    found = Replayed()
    states = _rebuilt(found, progress)
    for model in tracked():
        found.differences += _compared(model, states.pop(noun(model), {}), found)
    found.differences += [f"Events speak of “{name}”, and no model has that noun." for name in states]
    found.differences += _projections()
    return found


def tracked() -> list[type[models.Model]]:
    """Return the models whose rows the record keeps."""
    return [model for model in apps.get_app_config("recommendations").get_models() if is_tracked(model)]


def _rebuilt(found: Replayed, progress: Callable[[int], None] | None) -> dict[str, dict[str, Values]]:
    states: dict[str, dict[str, Values]] = defaultdict(dict)
    payloads = EventPayload.objects.order_by("event").values_list("event", "text")
    for sequence, text in payloads.iterator(chunk_size=2000):
        found.events += 1
        if progress and found.events % EVERY == 0:
            progress(EVERY)
        if text is None:
            found.redacted.append(sequence)
            continue
        for said in orjson.loads(text)["rows"]:
            found.differences += _applied(states[said["noun"]], said, sequence)
    return states


def _applied(rows: dict[str, Values], said: dict[str, Any], sequence: int) -> list[str]:
    """Apply one change. Return a sentence if it does not start from the values of the events before it."""
    before, after, key = said["before"], said["after"], said["id"]
    if before is None:
        rows[key] = after
        return []
    held = rows.setdefault(key, {})
    known = {name: held.get(name) for name in before}
    rows[key] = held | after
    if known != before and held:
        return [f"Event {sequence} changes {said['noun']} {key} from what no event says it was."]
    return []


def _compared(model: type[models.Model], rebuilt: dict[str, Values], found: Replayed) -> Iterator[str]:
    name = noun(model)
    for key, row in _standing(model):
        found.rows += 1
        said = rebuilt.pop(key, None)
        if said is None:
            yield f"{name} {key} stands, and no event made it."
        elif said != row:
            changed = ", ".join(sorted(n for n in row | said if row.get(n) != said.get(n)))
            yield f"{name} {key} is not as the events say: {changed}."
    yield from (f"{name} {key} was made by an event, and is not there." for key in rebuilt)


def _standing(model: type[models.Model]) -> Iterator[tuple[str, Values]]:
    """Every row as a snapshot, with its sets loaded once for all."""
    name = noun(model)
    fields = columns(model)
    sets = {relation: _members(model, relation) for relation in relations(model)}
    pk = model._meta.pk
    for row in model._default_manager.order_by("pk").iterator(chunk_size=2000):
        values = {field.attname: plain(field, getattr(row, field.attname)) for field in fields}
        for relation, members in sets.items():
            values[relation] = members.get(row.pk, [])
        yield str(getattr(row, pk.attname)), to_stored(name, values)


def _members(model: type[models.Model], name: str) -> dict[Any, list[Any]]:
    relation = model._meta.get_field(name)
    pairs = relation.remote_field.through._default_manager.values_list(  # type: ignore[union-attr]
        relation.m2m_field_name() + "_id",  # type: ignore[union-attr]
        relation.m2m_reverse_field_name() + "_id",  # type: ignore[union-attr]
    )
    members: dict[Any, list[Any]] = defaultdict(list)
    for owner, member in pairs:
        members[owner].append(member)
    return {owner: sorted(found) for owner, found in members.items()}


def _projections() -> Iterator[str]:
    """What follows from other rows: the present history row, and the closed tree of organisations."""
    present = {row.recommendation_id: row for row in History.objects.filter(valid_to__isnull=True)}
    names = [f"fact_{name}" for name in FACTS]
    for row in with_facts(Recommendation.objects.all()).values("pk", "reference", *names).iterator():
        kept = present.pop(row["pk"], None)
        stale = [name for name in FACTS if getattr(kept, name, None) != row[f"fact_{name}"]]
        if kept is None or stale:
            yield f"The history of {row['reference']} is not how it stands: {', '.join(stale)}."
    above = dict(Organisation.objects.values_list("pk", "parent"))
    paths = set(OrganisationPath.objects.values_list("ancestor", "descendant", "depth"))
    if paths != {path for pk in above for path in _path(pk, above)}:
        yield "The closed tree of organisations is not that of their parents."
    yield from rebuilding.differences()


def _path(pk: int, above: dict[int, int | None]) -> Iterator[tuple[int, int, int]]:
    ancestor: int | None = pk
    depth = 0
    while ancestor is not None:
        yield ancestor, pk, depth
        ancestor, depth = above[ancestor], depth + 1
