"""A published report, its ratings and key-question results."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from recommendations.models.base import (
    Precision,
    Recorded,
    Versioned,
    counted,
    in_order,
    in_words,
    known,
    not_blank,
)
from recommendations.models.framework import Framework, KeyQuestion, Rating, Standard
from recommendations.models.organisation import Organisation


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def for_list(self) -> Self:
        return self.select_related("inspected", "region", "inspectorate", "framework", "overall")


class Inspection(Versioned, Recorded):
    reference = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=300)
    inspected = models.ForeignKey(Organisation, models.PROTECT, related_name="inspections")
    region = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="regional_inspections"
    )
    inspectorate = models.ForeignKey(Organisation, models.PROTECT, related_name="published_inspections")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="inspections")
    published_earliest = models.DateField()
    published_latest = models.DateField()
    published_precision = models.CharField(max_length=10, choices=Precision)
    isbn = models.CharField("ISBN", max_length=20, blank=True)
    url = models.URLField("address of the report", blank=True)
    fieldwork_started = models.DateField(null=True, blank=True)
    fieldwork_ended = models.DateField(null=True, blank=True)
    sample_size = models.PositiveIntegerField("cases inspected", null=True, blank=True)
    sample_from = models.DateField("sentences began from", null=True, blank=True)
    sample_to = models.DateField("sentences began until", null=True, blank=True)
    interviews = models.PositiveIntegerField("practitioners interviewed", null=True, blank=True)
    score = models.PositiveSmallIntegerField()
    score_out_of = models.PositiveSmallIntegerField()
    overall = models.ForeignKey(Rating, models.PROTECT, related_name="inspections")
    has_curated_data = models.BooleanField(default=False)
    intake_warnings = models.JSONField(
        default=list, blank=True, help_text="What the intake could not confirm, in sentences."
    )
    source_sha256 = models.CharField("SHA-256 of the text read", max_length=64)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ["reference"]
        # Every list checks for reports under embargo, and recommendations are listed in this order.
        indexes = [models.Index(fields=["published_latest", "reference"], name="inspection_published")]
        constraints = [
            models.UniqueConstraint(fields=["isbn"], condition=~Q(isbn=""), name="inspection_isbn_is_unique"),
            models.CheckConstraint(
                condition=not_blank("reference") & not_blank("title"),
                name="inspection_has_reference_and_title",
            ),
            models.CheckConstraint(
                condition=Q(score__lte=F("score_out_of")), name="inspection_score_is_possible"
            ),
            models.CheckConstraint(
                condition=in_order("published_earliest", "published_latest"),
                name="inspection_publication_span_is_in_order",
            ),
            models.CheckConstraint(
                condition=known("published_precision", Precision.choices),
                name="inspection_precision_is_known",
            ),
            models.CheckConstraint(
                condition=in_order("fieldwork_started", "fieldwork_ended"),
                name="inspection_fieldwork_is_in_order",
            ),
            models.CheckConstraint(
                condition=in_order("sample_from", "sample_to"),
                name="inspection_sample_is_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def published_in_words(self) -> str:
        return in_words(self.published_earliest, self.published_latest, self.published_precision)


class GuidanceSource(models.TextChoices):
    COMPUTED = "computed", "Computed from the lowest key question"
    STATED = "stated", "Stated in the report"
    NONE = "", "No guidance rating"


class StandardRating(models.Model):
    """What a standard was awarded, beside what the guidance gives, and the printed reason between."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="standard_ratings")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="ratings")
    awarded = models.ForeignKey(Rating, models.PROTECT, related_name="+")
    guidance = models.ForeignKey(Rating, models.PROTECT, null=True, blank=True, related_name="+")
    guidance_source = models.CharField(max_length=10, choices=GuidanceSource, blank=True)
    reason = models.TextField("printed reason for a difference", blank=True)

    class Meta:
        ordering = ["inspection", "standard__number"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "standard"], name="standard_rating_is_unique"),
            models.CheckConstraint(
                condition=known("guidance_source", GuidanceSource.choices),
                name="standard_rating_source_is_known",
            ),
            models.CheckConstraint(
                condition=Q(guidance__isnull=True, guidance_source="")
                | (Q(guidance__isnull=False) & ~Q(guidance_source="")),
                name="standard_rating_guidance_has_a_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard}: {self.awarded}"

    @property
    def differs(self) -> bool:
        """Was another rating awarded than the guidance gives?"""
        return self.guidance_id is not None and self.guidance_id != self.awarded_id


class KeyQuestionResult(models.Model):
    """The percentage of cases answered "Yes"; n of N only where the report prints it."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="key_question_results")
    key_question = models.ForeignKey(KeyQuestion, models.PROTECT, related_name="results")
    percentage = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField(null=True, blank=True)
    out_of = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["inspection", "key_question__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "key_question"], name="key_question_result_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(percentage__lte=100), name="key_question_result_is_a_percentage"
            ),
            models.CheckConstraint(condition=counted(), name="key_question_result_count_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.key_question_id}: {self.percentage} %"
