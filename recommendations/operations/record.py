"""The only writer: every change is made here, together with the one event that says so.

    with recording("plan", by=by, at=at, acting=acting) as entry:
        action = entry.add(Action(...))

Within, the end of the chain is held, so that writers queue and none waits for another in a circle. At
the end one event is written, with every row that changed; whatever raises undoes all of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from recommendations.errors import Refused, StaleVersion
from recommendations.models import (
    Action,
    Event,
    EventPayload,
    Evidence,
    Measure,
    Membership,
    Recommendation,
    RecommendationHistory,
    RecordHead,
    User,
)
from recommendations.models.base import Numbered, Recorded, Versioned
from recommendations.models.event import HEADER
from recommendations.models.prepared import PreparedRow
from recommendations.operations import projections
from recommendations.operations.channel import door
from recommendations.operations.signing import sign_where_due
from recommendations.operations.snapshot import Values, noun, relations, snapshot
from recommendations.operations.statements import insert, set_columns
from recommendations.record.chain import canonical, digest, instant, seal

Row = TypeVar("Row", bound=models.Model)

# The end of the record, held until the transaction ends. Written once, and within a transaction.
HEAD = PreparedRow(lambda: RecordHead.objects.select_for_update().filter(pk=1))
# How far the instant of a change may lie from this machine's clock.
TOLERANCE = timedelta(minutes=5)


@dataclass
class Entry:
    """One change on its way into the record."""

    verb: str
    by: User
    at: datetime
    head: RecordHead
    acting: Membership | None = None
    reason: str = ""
    subject: models.Model | None = None
    rows: list[Values] = field(default_factory=list)
    # The recommendations that the rows are about; the rows that do not yet say that this event was the
    # last about them; the recommendations whose published part is among them.
    touched: set[int] = field(default_factory=set)
    told: dict[type[models.Model], set[Any]] = field(default_factory=lambda: defaultdict(set))
    published: set[int] = field(default_factory=set)
    versions: tuple[int | None, int | None] = (None, None)
    # What else the event says: what was stated and stands in no row, or which payloads were emptied.
    stated: Values = field(default_factory=dict)

    @property
    def sequence(self) -> int:
        """The sequence of the event that is to be written: the end of the record is held."""
        return self.head.sequence + 1

    @property
    def day(self) -> date:
        """The London day on which the change is made."""
        return timezone.localdate(self.at)

    @property
    def moves_reach(self) -> bool:
        """Can what was written change from where a recommendation is seen, or how it is sorted?"""
        return any(said["noun"] in {"action", "recommendation"} for said in self.rows)

    def add(self, row: Row, **sets: Iterable[Any]) -> Row:
        """Insert `row`, with its sets of other rows, and return it."""
        if isinstance(row, Versioned):
            row.created_at = row.updated_at = self.at
        self._tell(row)
        row.save(force_insert=True)
        for name, members in sets.items():
            getattr(row, name).set(members)
        self._note(row, None, snapshot(row))
        return row

    def add_all(self, model: type[Row], rows: Iterable[Row]) -> list[Row]:
        """Insert many rows of a model that has no sets."""
        rows = list(rows)
        for row in rows:
            self._tell(row)
        made = model._default_manager.bulk_create(rows)
        for row in made:
            self._note(row, None, snapshot(row))
        return made

    def change(self, row: Row, *, version: int | None = None, **values: Any) -> Row:
        """Write `values` to `row` if it still stands at `version`, and return it as it now is.

        Rows without a version are written as they stand: the record's end is held, so nobody writes
        beside us. Raises StaleVersion, with the row as another left it, if that write came first.
        """
        model = type(row)
        before = model._default_manager.get(pk=row.pk)
        held = snapshot(before)
        sets = {name: values.pop(name) for name in relations(model) if name in values}
        self._swap(before, version, values)
        current = model._default_manager.get(pk=row.pk)
        for name, members in sets.items():
            getattr(current, name).set(members)
        now = snapshot(current)
        changed = [name for name in now if now[name] != held[name]]
        self._note(current, {n: held[n] for n in changed}, {n: now[n] for n in changed})
        return current

    def restate(self, row: models.Model) -> None:
        """Say the whole row again: what the record said of it before is emptied."""
        if isinstance(row, Recorded):
            self.told[type(row)].add(row.pk)
        self._note(row, None, snapshot(row))

    def _tell(self, row: models.Model) -> None:
        """A new row says by itself which event made it."""
        if isinstance(row, Recorded):
            row.sequence = self.sequence
        if isinstance(row, Recommendation):
            row.published_sequence = self.sequence

    def _swap(self, before: models.Model, version: int | None, values: Values) -> None:
        rows = type(before)._default_manager.filter(pk=before.pk)
        if isinstance(before, Numbered):
            rows = rows.filter(version=version)
            values["version"] = F("version") + 1
        if isinstance(before, Versioned):
            values["updated_at"] = self.at
        if isinstance(before, Recorded):
            values["sequence"] = self.sequence
        if not rows.update(**values):
            raise StaleVersion(before)

    def _note(self, row: models.Model, before: Values | None, after: Values) -> None:
        if self.subject is None:
            self.subject = row
        if row == self.subject:
            was = before.get("version") if before else None
            now = after.get("version", getattr(row, "version", None))
            self.versions = (self.versions[0] or was, now)
        self.rows.append({"noun": noun(row), "id": str(row.pk), "before": before, "after": after})
        if isinstance(row, RecommendationHistory):
            return
        if isinstance(row, Recommendation) and (before is None or projections.PUBLISHED & set(after)):
            self.told[Recommendation].add(row.pk)
            self.published.add(row.pk)
        for model, key in projections.parents(row, whereabouts(row)):
            self.told[model].add(key)
        if recommendation := whereabouts(row)[0]:
            self.touched.add(recommendation)

    def close(self) -> Event | None:
        """Write the event; None where nothing was changed."""
        if not self.rows or self.subject is None:
            return None
        projections.keep(self)
        head = self.head
        said = {**self.stated, "reason": self.reason, "rows": self.rows, "salt": token_hex(16)}
        text = canonical(said)
        recommendation, action = whereabouts(self.subject)
        event = Event(
            sequence=self.sequence,
            at=self.at,
            actor=self.by,
            role=self.acting.role if self.acting else "",
            organisation=self.acting.home.slug if self.acting else "",
            channel=door().channel,
            request_id=door().request_id,
            verb=self.verb,
            noun=noun(self.subject),
            object_id=str(self.subject.pk),
            label=label(self.subject),
            recommendation_id=recommendation,
            action_id=action,
            version_before=self.versions[0],
            version_after=self.versions[1],
            payload_hash=digest(text),
            previous_hash=head.hash,
        )
        event.hash = seal({name: getattr(event, name) for name in HEADER} | {"at": instant(self.at)})
        insert(event)
        insert(EventPayload(event=event, text=text))
        set_columns(RecordHead, 1, sequence=event.sequence, hash=event.hash, at=event.at)
        sign_where_due(event, head)
        return event


@contextmanager
def recording(
    verb: str,
    *,
    by: User,
    at: datetime,
    acting: Membership | None = None,
    reason: str = "",
    subject: models.Model | None = None,
) -> Iterator[Entry]:
    """Hold the record, let the caller change rows through the entry, and write the one event.

    `subject` is what the event is about: the first row that is changed, unless given. Raises Refused
    where `at` is not now: only a database marked as a demonstration takes past instants.
    """
    with transaction.atomic():
        head = HEAD.get()
        entry = Entry(verb, by, _instant(at, head), head, acting, reason, subject)
        yield entry
        entry.close()


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
        entry = Entry("demonstration", by, at, head)
        entry.restate(by)
        entry.close()


def label(row: models.Model) -> str:
    """What a row is called in the header of an event, which no redaction empties: none of its words."""
    if isinstance(row, Evidence):
        return f"Evidence {row.pk} of {row.action or row.recommendation}"
    return str(row)[:300]


def whereabouts(row: models.Model) -> tuple[int | None, int | None]:
    """The keys of the recommendation and of the action that a row is about, where it is about any."""
    if isinstance(row, Recommendation):
        return row.pk, None
    if isinstance(row, Action):
        return row.recommendation_id, row.pk
    measure = getattr(row, "measure", None)
    if isinstance(measure, Measure):
        return measure.recommendation_id, None
    action = getattr(row, "action", None)
    if isinstance(action, Action):
        return action.recommendation_id, action.pk
    return getattr(row, "recommendation_id", getattr(row, "target_id", None)), None


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
