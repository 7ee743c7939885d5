"""The thing that is tracked."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from recommendations import workflow
from recommendations.models.base import Recorded, Versioned, known, not_blank
from recommendations.models.framework import KeyQuestion, Standard
from recommendations.models.inspection import Inspection
from recommendations.models.organisation import Organisation


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def for_list(self) -> Self:
        return self.select_related("inspection", "addressee", "owner").prefetch_related(
            "standards", "key_questions", "measures__key_question"
        )


class Recommendation(Versioned, Recorded):
    """Text and addressee are as published and never change; the owner may, when bodies reorganise."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=50, unique=True)
    text = models.TextField()
    addressee = models.ForeignKey(Organisation, models.PROTECT, related_name="addressed_recommendations")
    addressee_as_printed = models.CharField(max_length=200)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="owned_recommendations")
    status = models.CharField(
        max_length=20,
        choices=workflow.RECOMMENDATION.choices,
        default=workflow.RECOMMENDATION.initial,
    )
    outcome = models.TextField("outcome claimed", blank=True, editable=False)
    standards = models.ManyToManyField(Standard, related_name="recommendations", blank=True)
    key_questions = models.ManyToManyField(KeyQuestion, related_name="recommendations", blank=True)
    measurement_note = models.TextField(blank=True)
    # The last event about what every signed-in user reads: `sequence` tells of the work as well.
    published_sequence = models.PositiveBigIntegerField(default=0, editable=False, db_index=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["inspection__reference", "number"]
        # The orders of lists: without them every row is sorted for the first page.
        indexes = [
            models.Index(fields=["number", "id"], name="recommendation_number"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="recommendation_number_is_unique"),
            models.CheckConstraint(condition=Q(number__gt=0), name="recommendation_number_is_positive"),
            models.CheckConstraint(
                condition=not_blank("text") & not_blank("reference"),
                name="recommendation_has_reference_and_text",
            ),
            models.CheckConstraint(
                condition=known("status", workflow.RECOMMENDATION.choices),
                name="recommendation_status_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[*workflow.CLAIMED]) | not_blank("outcome"),
                name="recommendation_claim_states_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_done(self) -> bool:
        """Closed or superseded: work on it begins again only when it is reopened."""
        return self.status in workflow.DONE


class LinkKind(models.TextChoices):
    REPEATS = "repeats", "Repeats"
    DEPENDS_ON = "depends_on", "Depends on"
    SUPERSEDES = "supersedes", "Supersedes"


class RecommendationLink(models.Model):
    """How one recommendation bears on another: `source` repeats, depends on or supersedes `target`."""

    source = models.ForeignKey(Recommendation, models.PROTECT, related_name="links")
    target = models.ForeignKey(Recommendation, models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=20, choices=LinkKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "kind"], name="recommendation_link_is_unique"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="recommendation_link_joins_two"),
            models.CheckConstraint(
                condition=known("kind", LinkKind.choices), name="recommendation_link_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.get_kind_display().lower()} {self.target_id}"
