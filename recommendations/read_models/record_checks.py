"""How far the record is known to hold: the last signed checkpoint, against the event that it names."""

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
    """The checkpoint that vouches for the record up to its event; `agrees` where the record still has
    the hash that was signed. If not, the record was rebuilt, or its end was cut off."""

    signed: Checkpoint
    agrees: bool

    @property
    def sequence(self) -> int:
        return self.signed.sequence

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.signed.at)


def last_signed() -> Checkpoint | None:
    """The last checkpoint that this installation signed; None without one, or where it cannot be read."""
    try:
        return Checkpoints(settings.CHECKPOINTS_DIR).last()
    except (OSError, BadCheckpoint):
        return None


def hash_of(signed: Checkpoint | None) -> Any:
    """An expression for the hash that the record's event now has, of which a checkpoint speaks."""
    of = Event.objects.filter(sequence=signed.sequence if signed else 0)
    return Subquery(of.order_by().values("hash")[:1])


def end_of_chain() -> dict[str, Any]:
    """Annotations: the sequence and the hash with which the record ends as it is read."""
    head = RecordHead.objects.filter(pk=1).order_by()
    return {f"head_{name}": Subquery(head.values(name)) for name in ("sequence", "hash")}


def vouched(signed: Checkpoint | None, found: str | None) -> RecordCheck | None:
    """What a checkpoint vouches for, given the hash of `hash_of`; the chain itself is not walked."""
    return RecordCheck(signed, agrees=found == signed.hash) if signed else None


def altered(events: Iterable[Event]) -> list[int]:
    """The sequences of those of `events` that no longer have the hash of their content; no query.

    They were loaded with their payloads. That one event follows from another is for the whole walk to say.
    """
    return [event.sequence for event in events if not _holds(event)]


def _holds(event: Event) -> bool:
    header = {name: getattr(event, name) for name in HEADER} | {"at": instant(event.at)}
    text = event.payload.text
    return seal(header) == event.hash and (text is None or digest(text) == event.payload_hash)
