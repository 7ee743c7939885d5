"""Reports how long the check of a long record takes. No time is asserted."""

import time
from pathlib import Path

import pytest
from pytest_django import Settings

from recommendations.models import Event, EventPayload, RecordHead, User
from recommendations.models.event import HEADER
from recommendations.operations.verification import verify
from recommendations.record.chain import canonical, digest, instant, seal
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LENGTH, BLOCK = 200_000, 5_000


def lengthen(actor: User, to: int) -> None:
    """Add events until the chain has `to`, each with a payload as large as that of an update."""
    head = RecordHead.objects.get()
    previous = head.hash
    for begin in range(head.sequence + 1, to + 1, BLOCK):
        events, payloads = [], []
        for sequence in range(begin, min(begin + BLOCK, to + 1)):
            row = {
                "noun": "progressupdate",
                "id": str(sequence),
                "before": None,
                "after": {"text": "x" * 300},
            }
            text = canonical({"reason": "", "rows": [row], "salt": "0" * 32})
            event = Event(
                sequence=sequence,
                at=max(NOW, head.at or NOW),
                actor=actor,
                channel="code",
                verb="update",
                noun="progressupdate",
                object_id=str(sequence),
                label="Update of 2 March 2026",
                payload_hash=digest(text),
                previous_hash=previous,
            )
            header = {name: getattr(event, name) for name in HEADER} | {"at": instant(event.at)}
            event.hash = previous = seal(header)
            events.append(event)
            payloads.append(EventPayload(event=event, text=text))
        Event.objects.bulk_create(events)
        EventPayload.objects.bulk_create(payloads)
        head = events[-1]  # type: ignore[assignment]
    RecordHead.objects.update(sequence=to, hash=previous, at=head.at)


def test_two_hundred_thousand_events_are_verified(system: User, tmp_path: Path, settings: Settings) -> None:
    settings.CHECKPOINTS_DIR = tmp_path
    lengthen(system, LENGTH)
    began = time.monotonic()
    found = verify()
    print(f"{found.events:,} events verified in {time.monotonic() - began:.1f} s")  # noqa: T201  Reported.
    assert (found.broken, found.events) == ("", LENGTH)
