"""How an action's target date moved: every revision, with the words of before and after, and why."""

from django.conf import settings
from django.db import models

from recommendations.models.action import Action
from recommendations.models.base import Precision, Recorded, in_order, known, not_blank, span_is_complete


class TargetRevision(Recorded):
    """Never changed: the next move is another revision."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="target_revisions")
    number = models.PositiveSmallIntegerField()
    before_words = models.CharField(max_length=100, blank=True)
    before_earliest = models.DateField(null=True, blank=True)
    before_latest = models.DateField(null=True, blank=True)
    before_precision = models.CharField(max_length=10, choices=Precision)
    after_words = models.CharField(max_length=100, blank=True)
    after_earliest = models.DateField(null=True, blank=True)
    after_latest = models.DateField(null=True, blank=True)
    after_precision = models.CharField(max_length=10, choices=Precision)
    reason = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="target_revisions")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["action", "number"]
        # The orders of lists: without them every row is sorted for the first page.
        indexes = [
            models.Index(fields=["recorded_at", "id"], name="target_revision_recorded"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["action", "number"], name="target_revision_number_is_unique"),
            models.CheckConstraint(condition=not_blank("reason"), name="target_revision_has_a_reason"),
            *(
                constraint
                for end in ("before", "after")
                for constraint in (
                    models.CheckConstraint(
                        condition=known(f"{end}_precision", Precision.choices),
                        name=f"target_revision_{end}_precision_is_known",
                    ),
                    models.CheckConstraint(
                        condition=span_is_complete(end), name=f"target_revision_{end}_is_whole"
                    ),
                    models.CheckConstraint(
                        condition=in_order(f"{end}_earliest", f"{end}_latest"),
                        name=f"target_revision_{end}_is_in_order",
                    ),
                )
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} target revision {self.number}"

    @property
    def days_moved(self) -> int | None:
        """By how many days the latest day that the target can mean moved; None where a date is missing."""
        if self.before_latest is None or self.after_latest is None:
            return None
        return (self.after_latest - self.before_latest).days
