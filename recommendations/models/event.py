"""The record: one event for each change, chained by hashes, never changed or removed.

Triggers of the database refuse UPDATE, DELETE, the replacing of an id and TRUNCATE (migration 0004).
Each event has a payload, whose hash is in the event. A redaction may empty the payload's text once.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Self

import orjson
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from recommendations.models.action import Action
from recommendations.models.base import not_blank
from recommendations.models.recommendation import Recommendation
from recommendations.models.stored_names import attribute
from recommendations.record.chain import ChainLink, instant

# Secrets that would let a reader act as another user: stored in the record, never shown.
SECRETS = {("accesstoken", "digest")}


class EventQuerySet(models.QuerySet["Event"]):
    def for_list(self) -> Self:
        return self.select_related("actor", "recommendation", "action__recommendation", "payload")

    def links(self) -> Iterator[ChainLink]:
        """Every event in order, as the chain sees it; constant memory."""
        names = [*HEADER, "hash", "payload__event_id", "payload__text"]
        for row in self.order_by("sequence").values_list(*names).iterator(chunk_size=2000):
            *header, hash_, kept, payload = row
            sealed = dict(zip(HEADER, header, strict=True))
            at: datetime = sealed["at"]
            sealed["at"] = instant(at)
            yield ChainLink(sealed, at, hash_, payload, kept is not None)


class Event(models.Model):
    """Who changed which row, when, and through which channel. The payload has the changed values."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField("when")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="events")
    role = models.CharField("acting as", max_length=20, blank=True)
    organisation = models.CharField("acting for", max_length=80, blank=True)
    channel = models.CharField("through", max_length=20)
    request_id = models.CharField(max_length=64, blank=True)
    verb = models.CharField("what was done", max_length=40)
    noun = models.CharField(max_length=40)
    object_id = models.CharField(max_length=130)
    label = models.CharField("to what", max_length=300)
    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, null=True, blank=True, related_name="events"
    )
    action = models.ForeignKey(Action, models.PROTECT, null=True, blank=True, related_name="events")
    version_before = models.PositiveIntegerField(null=True, blank=True)
    version_after = models.PositiveIntegerField(null=True, blank=True)
    payload_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-sequence"]
        indexes = [models.Index(fields=["at", "sequence"], name="event_at")]
        constraints = [
            models.CheckConstraint(condition=Q(sequence__gt=0), name="event_sequence_is_positive"),
            models.CheckConstraint(condition=not_blank("verb"), name="event_has_a_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.verb} {self.label}"

    @property
    def is_redacted(self) -> bool:
        return self.payload.text is None

    @property
    def content(self) -> dict[str, Any]:
        """`{"reason", "rows": [{"noun", "id", "before", "after"}]}`; empty if it was redacted."""
        return orjson.loads(self.payload.text) if self.payload.text else {"reason": "", "rows": []}

    @property
    def reason(self) -> str:
        return self.content["reason"]

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)


def shown_changes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of an event's content as they are shown: nouns as stored, fields as they are called now."""
    return [{**row, "before": _shown(row, "before"), "after": _shown(row, "after")} for row in rows]


def _shown(row: dict[str, Any], end: str) -> dict[str, object] | None:
    values = row[end]
    if not values:
        return values
    noun = row["noun"]
    return {attribute(noun, name): value for name, value in values.items() if (noun, name) not in SECRETS}


HEADER = [field.attname for field in Event._meta.concrete_fields if field.name != "hash"]


class EventPayload(models.Model):
    """The canonical text of a change, with the salt that keeps its hash from being guessed at."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="payload")
    text = models.TextField(null=True)

    def __str__(self) -> str:
        return f"Payload of event {self.event_id}"


class RecordHead(models.Model):
    """The last event of the chain, in one row. Writers lock it, so that they write one after another."""

    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(null=True)
    demonstration = models.BooleanField(
        default=False, help_text="Made up, to be looked at: here the instants passed may be past ones."
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="record_has_one_head")]

    def __str__(self) -> str:
        return f"Event {self.sequence}"
