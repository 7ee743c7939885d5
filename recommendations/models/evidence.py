"""Evidence that work was done."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from recommendations.models.action import Action
from recommendations.models.base import Numbered, Recorded, in_order, known, not_blank, one_of
from recommendations.models.recommendation import Recommendation


class EvidenceLevel(models.TextChoices):
    """How much the evidence shows: from paper, through practice, to a result."""

    OUTPUT = "output", "Output: something was issued or delivered"
    PRACTICE = "practice", "Practice: an audit or observation shows that work is done differently"
    OUTCOME = "outcome", "Outcome: the figure moved"


class Verdict(models.TextChoices):
    PENDING = "pending", "Pending"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def current(self, *, on: date) -> Self:
        """Neither rejected nor redacted, and not expired on the day `on`."""
        unexpired = Q(expires__isnull=True) | Q(expires__gte=on)
        return self.filter(unexpired, redacted_at__isnull=True).exclude(verdict=Verdict.REJECTED)

    def accepted(self, *, on: date) -> Self:
        """Accepted by an assurer, and not expired on the day `on`."""
        return self.current(on=on).filter(verdict=Verdict.ACCEPTED)

    def for_list(self) -> Self:
        return self.select_related(
            "recommendation__owner", "action__recommendation", "attached_by", "judged_by"
        )


class Evidence(Numbered, Recorded):
    """Evidence that work was done: a file, a link or the reference of a document.

    `represents` is the day that it is about. A redaction removes its file and words; the hash, the reason
    and the events stay.
    """

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="evidence")
    action = models.ForeignKey(Action, models.PROTECT, null=True, blank=True, related_name="evidence")
    title = models.CharField(max_length=200)
    url = models.URLField("address", max_length=2000, blank=True)
    document_reference = models.CharField(max_length=200, blank=True)
    file_key = models.CharField(max_length=80, blank=True, editable=False)
    file_name = models.CharField(max_length=200, blank=True, editable=False)
    media_type = models.CharField(max_length=100, blank=True, editable=False)
    size = models.PositiveIntegerField("size in bytes", null=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    level = models.CharField(max_length=10, choices=EvidenceLevel)
    represents = models.DateField("date it represents")
    expires = models.DateField(null=True, blank=True)
    declared_no_personal_data = models.BooleanField(
        "I declare that it holds no personal data of people on probation"
    )
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.PENDING)
    verdict_reason = models.TextField(blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="verdicts"
    )
    judged_at = models.DateTimeField(null=True, editable=False)
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="attached_evidence"
    )
    attached_at = models.DateTimeField()
    redacted_at = models.DateTimeField(null=True, editable=False)
    redaction_reason = models.TextField(blank=True, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["recommendation", "id"]
        verbose_name_plural = "evidence"
        # The orders of lists: without them every row is sorted for the first page.
        indexes = [
            models.Index(fields=["represents", "id"], name="evidence_represents"),
            models.Index(fields=["attached_at", "id"], name="evidence_attached"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=known("level", EvidenceLevel.choices), name="evidence_level_is_known"
            ),
            models.CheckConstraint(
                condition=known("verdict", Verdict.choices), name="evidence_verdict_is_known"
            ),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.PENDING, judged_by__isnull=True, judged_at__isnull=True)
                | (
                    ~Q(verdict=Verdict.PENDING)
                    & Q(judged_by__isnull=False, judged_at__isnull=False)
                    & not_blank("verdict_reason")
                ),
                name="evidence_verdict_has_a_judge_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="evidence_address_is_of_the_web",
            ),
            models.CheckConstraint(
                condition=one_of("url", "document_reference", "sha256"), name="evidence_is_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(sha256="", file_key="", size__isnull=True, media_type="")
                | (~Q(sha256="") & ~Q(media_type="") & Q(size__isnull=False, size__gt=0)),
                name="evidence_file_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(redacted_at__isnull=True, redaction_reason="")
                | (Q(redacted_at__isnull=False, file_key="", url="") & not_blank("redaction_reason")),
                name="evidence_redaction_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(declared_no_personal_data=True), name="evidence_is_declared_impersonal"
            ),
            models.CheckConstraint(
                condition=in_order("represents", "expires"),
                name="evidence_expires_after_its_date",
            ),
            models.CheckConstraint(condition=not_blank("title"), name="evidence_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_file(self) -> bool:
        return bool(self.sha256)
