"""What shows that something happened."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from recommendations.models.action import Action
from recommendations.models.base import in_order, known, not_blank
from recommendations.models.recommendation import Recommendation
from recommendations.models.scope import reaches


class Rung(models.TextChoices):
    """How much the evidence shows: from paper, through practice, to a result."""

    OUTPUT = "output", "Output: something was issued or delivered"
    PRACTICE = "practice", "Practice: an audit or observation shows that work is done differently"
    OUTCOME = "outcome", "Outcome: the figure moved"


class Verdict(models.TextChoices):
    PENDING = "pending", "Pending"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: Any) -> Self:
        """A lead organisation reads what concerns its own action, and not what concerns the whole."""
        return self.filter(reaches(user, "recommendation__owner") | reaches(user, "action__lead"))

    def for_list(self) -> Self:
        return self.select_related("recommendation", "action__recommendation", "attached_by")


class Evidence(models.Model):
    """A link to something that shows what was done. `represents` is the day that it speaks of."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="evidence")
    action = models.ForeignKey(Action, models.PROTECT, null=True, blank=True, related_name="evidence")
    title = models.CharField(max_length=200)
    url = models.URLField("address", max_length=2000)
    kind = models.CharField(max_length=10, choices=Rung)
    represents = models.DateField("date it represents")
    expires = models.DateField(null=True, blank=True)
    declared_no_personal_data = models.BooleanField(
        "I declare that it holds no personal data of people on probation"
    )
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.PENDING)
    verdict_reason = models.TextField(blank=True)
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="attached_evidence"
    )
    attached_at = models.DateTimeField()

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["recommendation", "id"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(condition=known("kind", Rung.choices), name="evidence_rung_is_known"),
            models.CheckConstraint(
                condition=known("verdict", Verdict.choices), name="evidence_verdict_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.REJECTED) | not_blank("verdict_reason"),
                name="evidence_rejection_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="evidence_address_is_of_the_web",
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
