"""Chaining the events that wait: the same header, hashes and payload as the record's own."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from recommendations.errors import Refused
from recommendations.models import Event, EventPayload, RecordHead
from recommendations.record.chain import seal
from tests.benchmarks.generation.batch import insert
from tests.benchmarks.generation.event_buffer import Spool, Waiting


def seal_all(spool: Spool, progress: Callable[[int], None]) -> None:
    """Write every event that waits, after those of the record; `progress` is told how many more.

    Raises Refused where somebody else writes meanwhile: what they saw was half made.
    """
    end = RecordHead.objects.get(pk=1).hash
    for events in spool.in_order():
        with transaction.atomic():
            head = RecordHead.objects.select_for_update().get(pk=1)
            if head.hash != end:
                raise Refused(["Somebody else wrote to this database while it was being filled."])
            end = _append(events, head)
        progress(len(events))


def _append(waiting: list[Waiting], head: RecordHead) -> str:
    """Write these events after `head`, and return the hash of the last."""
    events, payloads = [], []
    sequence, previous = head.sequence, head.hash
    for one in waiting:
        sequence += 1
        header = {**one.header, "sequence": sequence, "previous_hash": previous}
        previous = seal(header)
        events.append(_event(header, previous))
        payloads.append({"event_id": sequence, "text": one.text})
    insert(Event, events)
    insert(EventPayload, payloads)
    RecordHead.objects.filter(pk=1).update(sequence=sequence, hash=previous, at=events[-1]["at"])
    return previous


def _event(header: dict[str, Any], sealed: str) -> dict[str, Any]:
    return {**header, "at": datetime.fromisoformat(header["at"]), "hash": sealed}
