"""A step that a body takes to carry out a recommendation."""

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from recommendations import workflow
from recommendations.models.base import (
    Precision,
    Recorded,
    Versioned,
    in_order,
    in_words,
    known,
    late_in_words,
    not_blank,
    span_is_complete,
)
from recommendations.models.organisation import Organisation
from recommendations.models.recommendation import Recommendation

DUE_SOON = timedelta(days=30)


class ScheduleStatus(models.TextChoices):
    ENDED = "ended", "Ended"
    OVERDUE = "overdue", "Overdue"
    DUE_SOON = "due_soon", "Due in 30 days"
    ON_TIME = "on_time", "On time"
    NO_DATE = "no_date", "No date"


class ActionQuerySet(models.QuerySet["Action"]):
    def open(self) -> Self:
        return self.filter(status__in=workflow.ACTION.open)

    def overdue(self, *, on: date) -> Self:
        """Open, and the day `on` is past the latest day that the target can mean."""
        return self.open().filter(target_latest__lt=on)

    def due_soon(self, *, on: date) -> Self:
        """Open, and due within the 30 days that begin with `on`."""
        return self.open().filter(target_latest__range=(on, on + DUE_SOON))

    def without_date(self) -> Self:
        return self.open().filter(target_latest__isnull=True)

    def for_list(self) -> Self:
        return self.select_related(
            "recommendation__inspection", "recommendation__owner", "lead", "person"
        ).prefetch_related("contributors")


class Action(Versioned, Recorded):
    """The target date is kept as it was said, beside the span of days that the words can mean."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="actions")
    label = models.CharField(max_length=10)
    description = models.TextField()
    lead = models.ForeignKey(
        Organisation, models.PROTECT, related_name="led_actions", verbose_name="lead organisation"
    )
    contributors = models.ManyToManyField(
        Organisation,
        related_name="contributed_actions",
        blank=True,
        verbose_name="contributing organisations",
    )
    responsible_post = models.CharField(max_length=200)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="actions"
    )
    status = models.CharField(max_length=20, choices=workflow.ACTION.choices, default=workflow.ACTION.initial)
    target_words = models.CharField("target date", max_length=100, blank=True)
    target_earliest = models.DateField(null=True, blank=True)
    target_latest = models.DateField(null=True, blank=True)
    target_precision = models.CharField(max_length=10, choices=Precision, default=Precision.NONE)
    # The first date that was given. It stands when the target moves.
    original_words = models.CharField("first target date", max_length=100, blank=True, editable=False)
    original_earliest = models.DateField(null=True, editable=False)
    original_latest = models.DateField(null=True, editable=False)
    original_precision = models.CharField(
        max_length=10, choices=Precision, default=Precision.NONE, editable=False
    )
    outcome = models.TextField("outcome claimed", blank=True, editable=False)
    risk_carrier = models.CharField("who carries the risk", max_length=200, blank=True, editable=False)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="superseded_actions"
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["recommendation", "id"]
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "label"], name="action_label_is_unique"),
            models.CheckConstraint(
                condition=not_blank("description") & not_blank("responsible_post"),
                name="action_says_what_and_who",
            ),
            models.CheckConstraint(
                condition=known("status", workflow.ACTION.choices), name="action_status_is_known"
            ),
            models.CheckConstraint(
                condition=known("target_precision", Precision.choices),
                name="action_precision_is_known",
            ),
            models.CheckConstraint(condition=span_is_complete("target"), name="action_target_is_whole"),
            models.CheckConstraint(
                condition=span_is_complete("original"), name="action_first_target_is_whole"
            ),
            models.CheckConstraint(
                condition=known("original_precision", Precision.choices),
                name="action_first_precision_is_known",
            ),
            models.CheckConstraint(
                condition=in_order("original_earliest", "original_latest"),
                name="action_first_target_span_is_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[*workflow.CLAIMED]) | not_blank("outcome"),
                name="action_claim_states_its_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["submitted_decline", "will_not_do"]) | not_blank("risk_carrier"),
                name="action_decline_names_who_carries_the_risk",
            ),
            models.CheckConstraint(
                condition=~Q(status="superseded") | Q(successor__isnull=False),
                name="action_superseded_has_a_successor",
            ),
            models.CheckConstraint(
                condition=in_order("target_earliest", "target_latest"),
                name="action_target_span_is_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["recommendation", "target_latest"], name="action_next_due"),
            # The orders of lists: without them every row is sorted for the first page.
            models.Index(fields=["target_latest", "id"], name="action_due"),
            models.Index(fields=["updated_at", "id"], name="action_updated"),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation} action {self.label}"

    @property
    def is_open(self) -> bool:
        return self.status not in workflow.ACTION.ended

    def due_in_words(self, *, on: date) -> str:
        """What a person needs to know of the target on the day `on`: "Overdue by 12 days", "Due …"."""
        return due_in_words(
            *(getattr(self, f"target_{end}") for end in ("words", "earliest", "latest", "precision")),
            is_open=self.is_open,
            on=on,
        )


def due_in_words(
    words: str, earliest: date | None, latest: date | None, precision: str, *, is_open: bool, on: date
) -> str:
    """A target as a person needs to know it on the day `on`: "Overdue by 12 days (was due …)", "Due …"."""
    if earliest is None or latest is None:
        return f"No date (“{words}”)" if words else "No date"
    said = in_words(earliest, latest, precision)
    days_late = (on - latest).days
    if is_open and days_late > 0:
        return f"{late_in_words(days_late)} (was due {said})"
    return f"Due {said}" if is_open else f"Was due {said}"
