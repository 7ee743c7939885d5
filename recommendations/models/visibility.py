"""The table that lists use to find, filter and sort the recommendations in a caller's scope."""

from datetime import date

from django.db import models
from django.db.models import Q

from recommendations import workflow
from recommendations.models.base import known
from recommendations.models.organisation import Organisation
from recommendations.models.recommendation import Recommendation

NO_DUE_DATE = date.max  # Stored if no open action has a date, so that the row is sorted last.


class RecommendationVisibility(models.Model):
    """One row for a recommendation and each organisation whose people may read about its work.

    Those are its owner, the lead of each action, and all organisations above them. One more row without an
    organisation is for roles that read everything. A projection: operations write it
    (`operations.projections`), and `manage.py rebuild` computes it again or checks it.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="visibility")
    # False if only the lead of an action gives access: then rows about the whole recommendation are hidden.
    by_owner = models.BooleanField()
    status = models.CharField(max_length=20, choices=workflow.RECOMMENDATION.choices)
    due = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "recommendation"], name="recommendation_visibility_is_unique"
            ),
            models.UniqueConstraint(
                fields=["recommendation"],
                condition=Q(organisation__isnull=True),
                name="recommendation_visibility_is_everywhere_once",
            ),
            models.CheckConstraint(
                condition=known("status", workflow.RECOMMENDATION.choices),
                name="recommendation_visibility_status_is_known",
            ),
        ]
        indexes = [
            # Covers the list of overdue recommendations and its count, in the order of the list.
            models.Index(
                fields=["organisation", "due", "recommendation", "status", "by_owner"],
                name="recommendation_visibility_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} from {self.organisation_id or 'everywhere'}"
