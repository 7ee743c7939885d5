"""The owner's formal answer to a recommendation."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from recommendations import workflow
from recommendations.models.base import Recorded, known, not_blank
from recommendations.models.recommendation import Recommendation


class Answer(models.TextChoices):
    """“Accepted in principle” is none of these, and so never agreed."""

    AGREED = "agreed", "Agreed"
    PARTLY_AGREED = "partly_agreed", "Partly agreed"
    NOT_AGREED = "not_agreed", "Not agreed"


class Response(Recorded):
    """One version of the owner's answer. Append-only."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="responses")
    number = models.PositiveSmallIntegerField("version of the response")
    answer = models.CharField(max_length=20, choices=Answer)
    accepted_part = models.TextField("the part that is accepted", blank=True)
    reason = models.TextField("why it is not agreed, or not wholly", blank=True)
    dated = models.DateField(help_text="The day on which the answer was given. It may precede publication.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="responses")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recommendation", "number"]
        # The orders of lists: without them every row is sorted for the first page.
        indexes = [
            models.Index(fields=["dated", "id"], name="response_dated"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "number"], name="response_number_is_unique"),
            models.CheckConstraint(
                condition=known("answer", Answer.choices), name="response_answer_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(answer=Answer.PARTLY_AGREED) | not_blank("accepted_part"),
                name="response_partly_says_which_part",
            ),
            models.CheckConstraint(
                condition=Q(answer=Answer.AGREED) | not_blank("reason"),
                name="response_disagreement_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation} response {self.number}"

    @property
    def state(self) -> str:
        """Where this answer takes the recommendation."""
        step = workflow.RECOMMENDATION.step("respond")
        assert step is not None  # noqa: S101  The table has it.
        return workflow.NOT_AGREED if self.answer == Answer.NOT_AGREED else step.target
