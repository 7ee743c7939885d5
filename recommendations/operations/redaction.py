"""Taking out what should never have come in: the words and bytes go; hash, reason and events stay."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models, transaction

from recommendations import storage
from recommendations.access import require_anywhere
from recommendations.errors import Invalid
from recommendations.models import Event, EventPayload, Evidence, IdempotencyKey, ProgressUpdate, User
from recommendations.models.stored_names import model_of, noun
from recommendations.operations.record import recording
from recommendations.operations.validation import clean
from recommendations.roles import Capability

REDACTED = "[Redacted]"


def redact(*, row: Evidence | ProgressUpdate, reason: str, by: User, at: datetime) -> Any:
    """Empty a piece of evidence or an update, and every payload of the record that holds its words.

    The event of the redaction names the events whose payloads were emptied, and says again what else
    they said, so that the record still rebuilds every row. Raises NotPermitted unless `by` is an
    administrator, Invalid without a reason or if it is redacted already.
    """
    with recording("redact", by=by, at=at, reason=clean(reason)[0], subject=row) as change:
        change.acting = require_anywhere(
            by, Capability.REDACT, otherwise="Only an administrator redacts what others wrote."
        )
        current = type(row)._default_manager.get(pk=row.pk)
        problems = clean(reason)[1] or ([] if clean(reason)[0] else ["Give the reason."])
        if current.redacted_at:
            problems.append("This is redacted already.")
        if problems:
            raise Invalid({"reason": problems})
        emptied = _payloads_about(current)
        others = _other_rows(emptied, current)
        version = {"version": current.version} if isinstance(current, Evidence) else {}
        key = current.file_key if isinstance(current, Evidence) else ""
        redacted = change.update(
            current, **version, **EMPTY[type(current)](current, change.reason), redacted_at=change.at
        )
        # The rows of this change hold the redacted text: replace them by the rows as they are now.
        change.rows.clear()
        for other in [redacted, *others]:
            change.restate(other)
        change.stated["emptied"] = [payload.pk for payload in emptied]
        EventPayload.objects.filter(pk__in=change.stated["emptied"]).update(text=None)
        # Stored answers may hold its words: delete those of every user who wrote the row.
        IdempotencyKey.objects.filter(user__in={payload.event.actor_id for payload in emptied}).delete()
        if key:
            transaction.on_commit(lambda: storage.remove(key))
        return redacted


def _evidence_emptied(evidence: Evidence, reason: str) -> dict[str, object]:
    return {
        "title": REDACTED,
        "url": "",
        "document_reference": "" if evidence.is_file else REDACTED,
        "file_key": "",
        "file_name": REDACTED if evidence.is_file else "",
        "redaction_reason": reason,
    }


def _update_emptied(update: ProgressUpdate, reason: str) -> dict[str, object]:
    return {"text": REDACTED}


EMPTY: dict[type[models.Model], Callable[[Any, str], dict[str, Any]]] = {
    Evidence: _evidence_emptied,
    ProgressUpdate: _update_emptied,
}


def _payloads_about(row: models.Model) -> list[EventPayload]:
    """The payloads that hold words of `row`: every event that wrote it."""
    events = Event.objects.filter(recommendation=row.recommendation_id)  # type: ignore[attr-defined]
    named = {"noun": noun(row), "id": str(row.pk)}
    return [
        event.payload
        for event in events.select_related("payload").order_by("sequence")
        if any(named.items() <= said.items() for said in event.content["rows"])
    ]


def _other_rows(payloads: list[EventPayload], row: models.Model) -> list[models.Model]:
    """The current state of the other rows in the emptied payloads."""
    found = {}
    for payload in payloads:
        for said in payload.event.content["rows"]:
            key = (said["noun"], said["id"])
            if key != (noun(row), str(row.pk)):
                found[key] = model_of(said["noun"])._default_manager.get(pk=said["id"])
    return list(found.values())
