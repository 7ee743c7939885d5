"""Where a recommendation is seen from: the narrow table that lists are filtered and sorted by."""

from datetime import date

from django.db import models
from django.db.models import Q

from recommendations import workflow
from recommendations.models.base import known
from recommendations.models.organisation import Organisation
from recommendations.models.recommendation import Recommendation

NO_DUE_DATE = date.max  # No open action has a date: it stands last.


class RecommendationVisibility(models.Model):
    """One row for a recommendation and each organisation from which its work is in reach.

    Those are its owner and all above it, and the lead of each action and all above; and one row without
    an organisation, for who reads everything. A projection: operations keep it (`projections`), a check
    compares it with the rows it follows from, `manage.py rebuild` makes it again.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="visibility")
    # By its owner: whoever reaches it by an action's lead alone does not read of the whole.
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
            # Everything that the list of overdue work and its count ask of a row, in the order of the list.
            models.Index(
                fields=["organisation", "due", "recommendation", "status", "by_owner"],
                name="recommendation_visibility_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} from {self.organisation_id or 'everywhere'}"
