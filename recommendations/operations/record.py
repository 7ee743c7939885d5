"""Every change is made here, in one transaction with the one event that says so.

    with recording("plan", by=by, at=at, needs=(Capability.PLAN_ACTIONS, recommendation)) as change:
        action = change.add(Action(...))

Within, the end of the record is locked: writers queue, and no two of them wait for each other. At the end
one event is written, with every row that changed. An exception undoes all of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from secrets import token_hex

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from recommendations.access import Grant, Subject, require
from recommendations.errors import Refused
from recommendations.models import Event, EventPayload, Evidence, Recommendation, RecordHead, User
from recommendations.models.stored_names import noun
from recommendations.operations import projections
from recommendations.operations.change import Change, whereabouts
from recommendations.operations.origin import origin
from recommendations.operations.signing import sign_the_end
from recommendations.operations.snapshot import Values
from recommendations.record.chain import canonical, digest, instant, seal
from recommendations.record.checkpoint import Checkpoints
from recommendations.roles import Capability

# How far the instant of a change may lie from this machine's clock.
TOLERANCE = timedelta(minutes=5)
CHECKPOINT_EVERY = 1000  # events


@contextmanager
def recording(
    verb: str,
    *,
    by: User,
    at: datetime,
    needs: tuple[Capability, Subject] | None = None,
    acting: Grant | None = None,
    reason: str = "",
    subject: models.Model | None = None,
) -> Iterator[Change]:
    """Lock the record, let the caller write rows through the change, and write the one event.

    `needs` is a capability that `by` must hold over a row: the event then names the role that grants it.
    `subject` is the row that the event is about: the first row that is written, unless given. Raises
    NotPermitted, and Refused if `at` is not now: only a demonstration database takes past instants.
    """
    with transaction.atomic():
        head = lock()
        change = Change(verb, by, _instant(at, head), head, acting, reason, subject)
        if needs:
            change.acting = require(by, *needs, on=timezone.localdate(at))
        yield change
        _close(change)


def lock() -> RecordHead:
    """Lock the end of the record until the transaction ends: other writers wait. One query."""
    return RecordHead.objects.select_for_update().get(pk=1)


def mark_demonstration(*, by: User, at: datetime) -> None:
    """Mark this database as made up, for good: from now on it takes past instants.

    Raises Refused if anything but the installation itself has been recorded.
    """
    with transaction.atomic():
        head = lock()
        if Recommendation.objects.exists() or Event.objects.exclude(verb="baseline").exists():
            raise Refused(
                ["This database holds a record already: only an empty one becomes a demonstration."]
            )
        RecordHead.objects.filter(pk=1).update(demonstration=True)
        change = Change("demonstration", by, at, head)
        change.restate(by)
        _close(change)


def _close(change: Change) -> None:
    """Write the projections and the event, if any row was written."""
    if not change.rows or change.subject is None:
        return
    projections.keep(change)
    at, text = change.at, payload_of(reason=change.reason, rows=change.rows, stated=change.stated)
    header = header_of(
        change.subject,
        verb=change.verb,
        actor=change.by.pk,
        acting=change.acting,
        versions=change.versions,
        payload=text,
    )
    header |= {"sequence": change.sequence, "previous_hash": change.head.hash}
    sealed = seal(header | {"at": instant(at)})
    Event(**header, at=at, hash=sealed).save(force_insert=True)
    EventPayload(event_id=change.sequence, text=text).save(force_insert=True)
    RecordHead.objects.filter(pk=1).update(sequence=change.sequence, hash=sealed, at=at)
    if _needs_checkpoint(change):
        _once_after_commit(sign_the_end)


def payload_of(*, reason: str, rows: list[Values], stated: Values) -> str:
    """The canonical text of a change, with the salt that keeps its hash from being guessed at."""
    return canonical({**stated, "reason": reason, "rows": rows, "salt": token_hex(16)})


def header_of(
    subject: models.Model,
    *,
    verb: str,
    actor: int,
    acting: Grant | None,
    versions: tuple[int | None, int | None],
    payload: str,
) -> Values:
    """The header of an event, without its place in the chain and its instant."""
    recommendation, action = whereabouts(subject)
    return {
        "actor_id": actor,
        "role": acting.role if acting else "",
        "organisation": acting.organisation if acting else "",
        "channel": origin().channel,
        "request_id": origin().request_id,
        "verb": verb,
        "noun": noun(subject),
        "object_id": str(subject.pk),
        "label": label(subject),
        "recommendation_id": recommendation,
        "action_id": action,
        "version_before": versions[0],
        "version_after": versions[1],
        "payload_hash": digest(payload),
    }


def label(row: models.Model) -> str:
    """What the header of an event calls a row: none of its words, because redactions keep headers."""
    if isinstance(row, Evidence):
        return f"Evidence {row.pk} of {row.action or row.recommendation}"
    return str(row)[:300]


def _needs_checkpoint(change: Change) -> bool:
    """Every thousandth event, the first of each London day, and the first if there is no checkpoint yet."""
    last = change.head.at
    if last is None or change.sequence % CHECKPOINT_EVERY == 0 or timezone.localdate(last) != change.day:
        return True
    return Checkpoints(settings.CHECKPOINTS_DIR).is_empty()


def _once_after_commit(act: Callable[[], None]) -> None:
    """Call `act` once when the transaction is committed, however many of its events ask for it."""
    if all(waiting is not act for _, waiting, _ in transaction.get_connection().run_on_commit):
        transaction.on_commit(act)


def _instant(at: datetime, head: RecordHead) -> datetime:
    """The instant of the change. Instants never go back, although clocks of two machines may differ."""
    if not head.demonstration:
        now = timezone.now()
        if abs(now - at) > TOLERANCE:
            raise Refused(
                [f"{at:%d %B %Y, %H:%M} is not now. Only a demonstration is recorded at other instants."]
            )
        if head.at and head.at > now + TOLERANCE:
            raise Refused(
                [f"The record ends at {head.at:%d %B %Y, %H:%M}, which is still to come: check the clocks."]
            )
    return max(at, head.at) if head.at else at
