"""Comparing the projections with the rows and events they follow from, and making them again."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from django.apps import apps
from django.db import connection, models, transaction

from recommendations.models import (
    Action,
    EventPayload,
    Evidence,
    Measure,
    ProgressUpdate,
    Reading,
    Recommendation,
    RecommendationHistory,
    RecommendationLink,
    RecommendationVisibility,
    RecordHead,
    Response,
    Review,
    TargetRevision,
)
from recommendations.models.base import Recorded
from recommendations.models.stored_names import noun
from recommendations.models.visibility import NO_DUE_DATE
from recommendations.operations.change import PUBLISHED
from recommendations.operations.projections import above_of, reach_of, reach_rows

CHUNK = 2000
# The path from a row to the row that it belongs to; rows of actions come first.
BELONGS: tuple[tuple[type[models.Model], str, type[models.Model]], ...] = (
    *((model, "action", Action) for model in (TargetRevision, ProgressUpdate, Evidence)),
    *(
        (model, "recommendation", Recommendation)
        for model in (Action, Response, Review, Measure, ProgressUpdate, Evidence)
    ),
    (Reading, "measure__recommendation", Recommendation),
    (RecommendationLink, "source", Recommendation),
    (RecommendationLink, "target", Recommendation),
)
Sequences = dict[int, int]


def rebuild(progress: Callable[[int], None] | None = None) -> None:
    """Rebuild the visibility of recommendations and the last event of each row, in one transaction.

    Calls `progress` with the number of events since the last call. The record is locked: no other write runs.
    """
    with transaction.atomic():
        RecordHead.objects.select_for_update().get(pk=1)
        RecommendationVisibility.objects.all().delete()
        rows: list[RecommendationVisibility] = []
        for key, wanted in _wanted():
            rows += reach_rows(key, wanted["reach"], wanted["standing"])
            if len(rows) > CHUNK:
                RecommendationVisibility.objects.bulk_create(rows)
                rows = []
        RecommendationVisibility.objects.bulk_create(rows)
        for model, column, sequences in _last_events(progress):
            _write(model, column, sequences)


def differences() -> Iterator[str]:
    """A sentence for each recommendation and row whose projections differ from the rows they follow from."""
    kept: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    columns = ("recommendation", "organisation", "by_owner", "status", "due")
    for key, *said in RecommendationVisibility.objects.values_list(*columns).iterator(chunk_size=CHUNK):
        kept[key].append(tuple(said))
    for key, wanted in _wanted():
        standing = tuple(wanted["standing"].values())
        if set(kept.pop(key, ())) != {(*pair, *standing) for pair in wanted["reach"].items()}:
            yield f"From where recommendation {key} is in reach is not as its owner and actions say."
    for model, column, sequences in _last_events(None):
        for key, standing in model._default_manager.values_list("pk", column).iterator(chunk_size=CHUNK):
            if standing != sequences.get(key, 0):
                yield f"The last event about {noun(model)} {key} is {sequences.get(key, 0)}, not {standing}."


def _wanted() -> Iterator[tuple[int, dict[str, Any]]]:
    """Each recommendation with the organisations from which it is visible, and its status and due date."""
    above = above_of()
    leads: dict[int, set[int]] = defaultdict(set)
    for key, lead in Action.objects.order_by().values_list("recommendation", "lead").distinct():
        leads[key].add(lead)
    present = RecommendationHistory.objects.filter(valid_to=None).order_by("recommendation")
    facts = present.values_list("recommendation", "owner", "status", "first_due")
    for key, owner, status, due in facts.iterator(chunk_size=CHUNK):
        yield (
            key,
            {
                "reach": reach_of(owner, leads[key], above),
                "standing": {"status": status, "due": due or NO_DUE_DATE},
            },
        )


def _last_events(
    progress: Callable[[int], None] | None,
) -> Iterator[tuple[type[models.Model], str, Sequences]]:
    """For each model and column of a sequence: the sequence by the row's key, as the events say."""
    said, published = _mentioned(progress)
    for child, path, parent in BELONGS:
        _raise(said[noun(parent)], said[noun(child)], child, path)
    for model in apps.get_app_config("recommendations").get_models():
        if issubclass(model, Recorded):
            yield model, "sequence", said[noun(model)]
    yield Recommendation, "published_sequence", published


def _raise(parents: Sequences, children: Sequences, child: type[models.Model], path: str) -> None:
    """What touched a child touched the row at `path` of it."""
    pairs = child._default_manager.order_by().exclude(**{path: None}).values_list("pk", path)
    for key, parent in pairs.iterator(chunk_size=CHUNK):
        parents[parent] = max(parents.get(parent, 0), children.get(key, 0))


def _mentioned(progress: Callable[[int], None] | None) -> tuple[dict[str, Sequences], Sequences]:
    """The last event that speaks of each row, by noun and key; and of a recommendation's published part."""
    said: dict[str, Sequences] = defaultdict(dict)
    published: Sequences = {}
    events = EventPayload.objects.order_by("event").values_list(
        "event", "text", "event__noun", "event__object_id"
    )
    for count, (sequence, text, about, key) in enumerate(events.iterator(chunk_size=CHUNK), 1):
        emptied: list[dict[str, Any]] = [{"noun": about, "id": key, "before": {}, "after": {}}]
        rows = orjson.loads(text)["rows"] if text else emptied
        for row in rows:
            if row["id"].isdecimal():
                said[row["noun"]][int(row["id"])] = sequence
            if row["noun"] == "recommendation" and (row["before"] is None or PUBLISHED & set(row["after"])):
                published[int(row["id"])] = sequence
        if progress and count % CHUNK == 0:
            progress(CHUNK)
    return said, published


def _write(model: type[models.Model], column: str, sequences: Sequences) -> None:
    standing = model._default_manager.values_list("pk", column).iterator(chunk_size=CHUNK)
    wrong = [(sequences.get(key, 0), key) for key, kept in standing if kept != sequences.get(key, 0)]
    if not wrong:
        return
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(model._meta.db_table)} SET {quote(column)} = %s WHERE id = %s",  # noqa: S608
            wrong,
        )
