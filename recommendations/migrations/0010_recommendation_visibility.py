from django.db import migrations, models
import django.db.models.deletion
from django.db.models import Q


class Migration(migrations.Migration):
    """RecommendationReach is RecommendationVisibility. Its rows stay."""

    dependencies = [("recommendations", "0009_list_orders")]

    operations = [
        migrations.RemoveConstraint("RecommendationReach", "recommendation_reach_is_unique"),
        migrations.RemoveConstraint("RecommendationReach", "recommendation_reach_is_everywhere_once"),
        migrations.RemoveConstraint("RecommendationReach", "recommendation_reach_status_is_known"),
        migrations.RenameModel("RecommendationReach", "RecommendationVisibility"),
        migrations.AlterField(
            "RecommendationVisibility",
            "recommendation",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="visibility",
                to="recommendations.recommendation",
            ),
        ),
        migrations.RenameIndex(
            "RecommendationVisibility",
            new_name="recommendation_visibility_due",
            old_name="recommendation_reach_due",
        ),
        migrations.AddConstraint(
            "RecommendationVisibility",
            models.UniqueConstraint(
                fields=["organisation", "recommendation"], name="recommendation_visibility_is_unique"
            ),
        ),
        migrations.AddConstraint(
            "RecommendationVisibility",
            models.UniqueConstraint(
                fields=["recommendation"],
                condition=Q(organisation__isnull=True),
                name="recommendation_visibility_is_everywhere_once",
            ),
        ),
        migrations.AddConstraint(
            "RecommendationVisibility",
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "awaiting_response", "not_agreed", "in_progress", "submitted", "closed", "superseded"
                    ]
                ),
                name="recommendation_visibility_status_is_known",
            ),
        ),
    ]
