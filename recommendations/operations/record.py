"""The only writer: every change is made here, together with the one event that says so.

    with recording("plan", by=by, at=at, needs=(Capability.PLAN_ACTIONS, recommendation)) as change:
        action = change.add(Action(...))

Within, the end of the chain is held, so that writers queue and none waits for another in a circle. At
the end one event is written, with every row that changed; whatever raises undoes all of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone

from recommendations.access import Subject, require
from recommendations.errors import Refused
from recommendations.models import Event, EventPayload, Membership, Recommendation, RecordHead, User
from recommendations.operations import projections
from recommendations.operations.change import Change
from recommendations.operations.event_header import header_of, payload_of
from recommendations.operations.signing import sign_where_due
from recommendations.operations.write_queries import insert_values, set_columns
from recommendations.queries.compiled import CompiledRow
from recommendations.record.chain import instant, seal
from recommendations.roles import Capability

# The end of the record, held until the transaction ends. Written once, and within a transaction.
HEAD = CompiledRow(lambda: RecordHead.objects.select_for_update().filter(pk=1))
# How far the instant of a change may lie from this machine's clock.
TOLERANCE = timedelta(minutes=5)
_is_undone_as_one: ContextVar[bool] = ContextVar("is_undone_as_one", default=False)


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """A transaction that whatever is raised within undoes whole: `recording` needs no savepoint in it."""
    with transaction.atomic():
        before = _is_undone_as_one.set(True)
        try:
            yield
        finally:
            _is_undone_as_one.reset(before)


@contextmanager
def recording(
    verb: str,
    *,
    by: User,
    at: datetime,
    needs: tuple[Capability, Subject] | None = None,
    acting: Membership | None = None,
    reason: str = "",
    subject: models.Model | None = None,
) -> Iterator[Change]:
    """Hold the record, let the caller change rows through the change, and write the one event.

    `needs` is what `by` must be allowed, and over what: the event then names the membership that grants
    it. `subject` is what the event is about: the first row that is changed, unless given. Raises Refused
    where `at` is not now: only a database marked as a demonstration takes past instants; NotPermitted.
    """
    with transaction.atomic(savepoint=not _is_undone_as_one.get()):
        head: RecordHead = HEAD.get()
        change = Change(verb, by, _instant(at, head), head, acting, reason, subject)
        if needs:
            change.acting = require(by, *needs, on=timezone.localdate(at))
        yield change
        _close(change)


def mark_demonstration(*, by: User, at: datetime) -> None:
    """Say, for good, that this database is made up; from now on past instants may be passed.

    Raises Refused where anything but the installation itself has been recorded.
    """
    with transaction.atomic():
        head = RecordHead.objects.select_for_update().get(pk=1)
        if Recommendation.objects.exists() or Event.objects.exclude(verb="baseline").exists():
            raise Refused(
                ["This database holds a record already: only an empty one becomes a demonstration."]
            )
        RecordHead.objects.filter(pk=1).update(demonstration=True)
        change = Change("demonstration", by, at, head)
        change.restate(by)
        _close(change)


def _close(change: Change) -> None:
    """Write the event, and what follows from it, where anything was changed."""
    if not change.rows or change.subject is None:
        return
    projections.keep(change)
    acting, at = change.acting, change.at
    text = payload_of(reason=change.reason, rows=change.rows, stated=change.stated)
    header = header_of(
        change.subject,
        verb=change.verb,
        actor=change.by.pk,
        role=acting.role if acting else "",
        house=acting.home.slug if acting else "",
        versions=change.versions,
        payload=text,
    )
    header |= {"sequence": change.sequence, "previous_hash": change.head.hash}
    sealed = seal(header | {"at": instant(at)})
    insert_values(Event, **header, at=at, hash=sealed)
    insert_values(EventPayload, event_id=change.sequence, text=text)
    set_columns(RecordHead, 1, sequence=change.sequence, hash=sealed, at=at)
    sign_where_due(change.sequence, at, head=change.head)


def _instant(at: datetime, head: RecordHead) -> datetime:
    """The instant of the change: instants never go back, though clocks of two machines may differ."""
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
