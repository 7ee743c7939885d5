"""Rows as they were at the end of a past day: later events are undone, newest first."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import orjson
from django.db import models
from django.db.models import prefetch_related_objects

from recommendations.models import EventPayload, Evidence, Recommendation, Verdict
from recommendations.models.stored_names import noun, to_attributes
from recommendations.queries.parameters import end_of


def restore_rows(rows: Sequence[models.Model], *, recommendation: Recommendation, day: date) -> None:
    """Give loaded `rows` the values that they had when the London day ended. One query; nothing is written.

    Redacted text stays redacted: no event has it any more.
    """
    later = EventPayload.objects.filter(
        event__recommendation=recommendation, event__at__gte=end_of(day), text__isnull=False
    )
    by_name = {(noun(row), str(row.pk)): row for row in rows}
    for text in later.order_by("-event_id").values_list("text", flat=True):
        for change in orjson.loads(str(text))["rows"]:
            row = by_name.get((change["noun"], change["id"]))
            if row is not None and change["before"]:
                _undo(row, to_attributes(change["noun"], change["before"]))
    pieces = [row for row in rows if isinstance(row, Evidence)]
    _remove_later_verdicts(pieces, day)
    # Restored foreign keys name rows that are not loaded yet.
    for model, names in FOREIGN_KEYS.items():
        same = [row for row in rows if type(row).__name__ == model]
        if same:
            prefetch_related_objects(same, *names)


FOREIGN_KEYS = {
    "Recommendation": ("owner",),
    "Action": ("lead", "person"),
    "Evidence": ("attached_by", "judged_by"),
}


def _undo(row: models.Model, before: dict[str, Any]) -> None:
    for field in row._meta.concrete_fields:
        if field.attname in before:
            setattr(row, field.attname, field.to_python(before[field.attname]))


def _remove_later_verdicts(pieces: Iterable[Evidence], day: date) -> None:
    """Remove verdicts given after `day`: a redacted event no longer has the value before."""
    for piece in pieces:
        if piece.judged_at and piece.judged_at >= end_of(day):
            piece.verdict, piece.verdict_reason = Verdict.PENDING, ""
            piece.judged_by, piece.judged_at = None, None
