from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Evidence has a level. Events go on to call it `kind` (models/stored_names.py)."""

    dependencies = [("recommendations", "0010_recommendation_visibility")]

    operations = [
        migrations.RemoveConstraint("Evidence", "evidence_rung_is_known"),
        migrations.RenameField("Evidence", "kind", "level"),
        migrations.AddConstraint(
            "Evidence",
            models.CheckConstraint(
                condition=Q(level__in=["output", "practice", "outcome"]), name="evidence_level_is_known"
            ),
        ),
    ]
