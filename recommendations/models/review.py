"""What an independent inspector found."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from recommendations.models.base import Recorded, not_blank
from recommendations.models.framework import Judgement
from recommendations.models.recommendation import Recommendation


class ReviewQuerySet(models.QuerySet["Review"]):
    def for_list(self) -> Self:
        return self.select_related("recommendation", "judgement", "reviewer", "corrects")


class Review(Recorded):
    """Immutable: a correction is a new review. `claim` is what the owner claimed on that day.

    claim: `{"status", "outcome", "evidence_status", "schedule_status", "actions": [{"label", "status",
    "outcome"}], "evidence": [{"id", "title", "kind", "verdict", "sha256"}], "response", "record": sequence}`
    """

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="reviews")
    judgement = models.ForeignKey(Judgement, models.PROTECT, related_name="reviews")
    dated = models.DateField("day of the review")
    narrative = models.TextField("what was found")
    claim = models.JSONField("claim as it stood", editable=False)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    recorded_at = models.DateTimeField()

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["recommendation", "dated", "id"]
        # The orders of lists: without them every row is sorted for the first page.
        indexes = [
            models.Index(fields=["dated", "id"], name="review_dated"),
        ]
        constraints = [
            models.CheckConstraint(condition=not_blank("narrative"), name="review_has_a_narrative"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")),
                name="review_does_not_correct_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation} review of {self.dated.day} {self.dated:%B %Y}"
