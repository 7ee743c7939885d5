"""Whether the record still agrees with its last signed checkpoint, and events with their hashes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Subquery

from recommendations.models import Event, RecordHead
from recommendations.models.event import HEADER
from recommendations.record.chain import digest, instant, seal
from recommendations.record.checkpoint import BadCheckpoint, Checkpoint, Checkpoints


@dataclass(frozen=True)
class RecordCheck:
    """The last signed checkpoint; `agrees` says whether the record still has the hash that was signed.

    If not, the record was rebuilt, or its last events were removed.
    """

    signed: Checkpoint
    agrees: bool

    @property
    def sequence(self) -> int:
        return self.signed.sequence

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.signed.at)


def last_signed() -> Checkpoint | None:
    """The last checkpoint that this installation signed; None if there is none, or it cannot be read."""
    try:
        return Checkpoints(settings.CHECKPOINTS_DIR).last()
    except (OSError, BadCheckpoint):
        return None


def hash_of(signed: Checkpoint | None) -> Any:
    """An expression for the hash that the event of a checkpoint has now."""
    event = Event.objects.filter(sequence=signed.sequence if signed else 0)
    return Subquery(event.order_by().values("hash")[:1])


def end_of_chain() -> dict[str, Any]:
    """Annotations: the sequence and the hash of the last event of the record."""
    head = RecordHead.objects.filter(pk=1).order_by()
    return {f"head_{name}": Subquery(head.values(name)) for name in ("sequence", "hash")}


def record_check(signed: Checkpoint | None, hash_now: str | None) -> RecordCheck | None:
    """The checkpoint compared with `hash_of` its event; the chain itself is not walked."""
    return RecordCheck(signed, agrees=hash_now == signed.hash) if signed else None


def altered(events: Iterable[Event]) -> list[int]:
    """The sequences of the events that do not match their hash. No query: the payloads must be loaded.

    `manage.py verify_events` checks that each event follows from the one before.
    """
    return [event.sequence for event in events if not _matches_hash(event)]


def _matches_hash(event: Event) -> bool:
    header = {name: getattr(event, name) for name in HEADER} | {"at": instant(event.at)}
    text = event.payload.text
    return seal(header) == event.hash and (text is None or digest(text) == event.payload_hash)
