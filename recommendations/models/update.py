"""Progress updates by owners."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from recommendations.models.action import Action
from recommendations.models.base import Recorded, not_blank
from recommendations.models.recommendation import Recommendation


class ProgressUpdateQuerySet(models.QuerySet["ProgressUpdate"]):
    def for_list(self) -> Self:
        return self.select_related("recommendation", "action__recommendation", "author")


class ProgressUpdate(Recorded):
    """Append-only: a mistake is corrected by a new update that names it."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="updates")
    action = models.ForeignKey(Action, models.PROTECT, null=True, blank=True, related_name="updates")
    text = models.TextField()
    dated = models.DateField(help_text="The day of which it speaks.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="updates")
    created_at = models.DateTimeField()
    redacted_at = models.DateTimeField(null=True, editable=False)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")

    objects = ProgressUpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        # The orders of lists: without them every row is sorted for the first page.
        indexes = [
            models.Index(fields=["dated", "id"], name="update_dated"),
            models.Index(fields=["created_at", "id"], name="update_created"),
        ]
        constraints = [
            models.CheckConstraint(condition=not_blank("text"), name="update_has_a_text"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")),
                name="update_does_not_correct_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"Update of {self.dated:%d %B %Y}".replace(" 0", " ")
