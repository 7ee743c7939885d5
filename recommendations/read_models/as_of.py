"""Rows as they were when a past day ended: what was written since is taken back, event by event."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import orjson
from django.db import models
from django.db.models import prefetch_related_objects

from recommendations.models import EventPayload, Evidence, Recommendation, Verdict
from recommendations.models.stored_names import noun, to_attributes
from recommendations.queries.parameters import end_of


def put_back(rows: Sequence[models.Model], *, recommendation: Recommendation, day: date) -> None:
    """Give `rows`, which stood when the London day ended, the values that they had then. One query.

    What was redacted since stays so: no event says any more what it was. Nothing is written.
    """
    later = EventPayload.objects.filter(
        event__recommendation=recommendation, event__at__gte=end_of(day), text__isnull=False
    )
    held = {(noun(row), str(row.pk)): row for row in rows}
    for text in later.order_by("-event_id").values_list("text", flat=True):
        for said in orjson.loads(str(text))["rows"]:
            row = held.get((said["noun"], said["id"]))
            if row is not None and said["before"]:
                _take_back(row, to_attributes(said["noun"], said["before"]))
    pieces = [row for row in rows if isinstance(row, Evidence)]
    _unjudge(pieces, day)
    # Keys that changed led to rows that are not loaded.
    for model, names in LEADS_TO.items():
        same = [row for row in rows if type(row).__name__ == model]
        if same:
            prefetch_related_objects(same, *names)


LEADS_TO = {
    "Recommendation": ("owner",),
    "Action": ("lead", "person"),
    "Evidence": ("attached_by", "judged_by"),
}


def _take_back(row: models.Model, before: dict[str, Any]) -> None:
    for field in row._meta.concrete_fields:
        if field.attname in before:
            setattr(row, field.attname, field.to_python(before[field.attname]))


def _unjudge(pieces: Iterable[Evidence], day: date) -> None:
    """Where a redaction emptied the event of a verdict, its day still says that there was none yet."""
    for piece in pieces:
        if piece.judged_at and piece.judged_at >= end_of(day):
            piece.verdict, piece.verdict_reason = Verdict.PENDING, ""
            piece.judged_by, piece.judged_at = None, None
