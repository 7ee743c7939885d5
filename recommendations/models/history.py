"""The facts of a recommendation over time, from which its statuses on any day are computed."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Expression, F, Q

from recommendations import workflow
from recommendations.models.base import end_of, known
from recommendations.models.organisation import Organisation
from recommendations.models.recommendation import Recommendation


class RecommendationHistoryQuerySet(models.QuerySet["RecommendationHistory"]):
    def at_end_of(self, day: date) -> Self:
        """The row of each recommendation that was current at the end of the London day `day`."""
        return self.filter(stood_at(end_of(day)))


def stood_at(instant: datetime | Expression, prefix: str = "") -> Q:
    """Condition: the history row was current just before `instant`; `prefix` is the path to the row."""
    return Q(**{f"{prefix}valid_from__lt": instant}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": instant})
    )


class RecommendationHistory(models.Model):
    """The facts between two instants; the row without an end is the current one.

    They do not depend on the day: `queries.statuses` computes statuses on a day from them. Operations write
    them in the event of the change, so that events rebuild them; they equal `with_facts()`.
    """

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="history")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=20, choices=workflow.RECOMMENDATION.choices)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=20, blank=True)
    output_until = models.DateField(null=True, blank=True)
    practice_until = models.DateField(null=True, blank=True)
    outcome_until = models.DateField(null=True, blank=True)
    actions = models.PositiveIntegerField()
    open_actions = models.PositiveIntegerField()
    first_due = models.DateField(null=True, blank=True)
    first_original_due = models.DateField(null=True, blank=True)
    heard_on = models.DateField()
    judgement = models.CharField(max_length=40, blank=True)
    judged_short = models.BooleanField()
    judged_verified = models.BooleanField()
    measures_unread = models.PositiveIntegerField()
    measures_not_shown = models.PositiveIntegerField()
    measures_worse = models.PositiveIntegerField()

    objects = RecommendationHistoryQuerySet.as_manager()

    class Meta:
        ordering = ["recommendation", "valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation"],
                condition=Q(valid_to__isnull=True),
                name="recommendation_history_has_one_present",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="recommendation_history_is_in_order",
            ),
            models.CheckConstraint(
                condition=known("status", workflow.RECOMMENDATION.choices),
                name="recommendation_history_status_is_known",
            ),
        ]
        indexes = [models.Index(fields=["recommendation", "valid_from"], name="recommendation_history_span")]

    def __str__(self) -> str:
        return f"{self.recommendation_id} from {self.valid_from:%Y-%m-%d}"


FACTS = [
    field.attname
    for field in RecommendationHistory._meta.concrete_fields
    if field.name not in {"id", "recommendation", "valid_from", "valid_to"}
]
