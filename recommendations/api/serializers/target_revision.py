from rest_framework import serializers

from recommendations.api.serializers.base import (
    ActionBrief,
    DateSpanField,
    PersonBrief,
    RecommendationBrief,
    RowSerializer,
    ScopedId,
    StatedReason,
    StatedVersion,
)
from recommendations.api.serializers.declarations import reads
from recommendations.api.serializers.scopes import actions
from recommendations.models import TargetRevision


class TargetRevisionSerializer(RowSerializer):
    """A move of an action's target date. `days_moved` is null if a date is missing."""

    url = serializers.HyperlinkedIdentityField("target-revision-detail")
    recommendation = RecommendationBrief(source="action.recommendation")
    action = ActionBrief()
    before = DateSpanField(stem="before")
    after = DateSpanField(stem="after")
    days_moved = serializers.SerializerMethodField()
    author = PersonBrief()

    class Meta:
        model = TargetRevision
        fields = [
            "id",
            "url",
            "recommendation",
            "action",
            "number",
            "before",
            "after",
            "days_moved",
            "reason",
            "author",
            "recorded_at",
            "sequence",
        ]

    @staticmethod
    @reads("before_latest", "after_latest")
    def get_days_moved(row: TargetRevision) -> int | None:
        before, after = row.before_latest, row.after_latest
        return (after - before).days if before and after else None


class NewTargetRevision(StatedVersion, StatedReason):
    """`version` is that of the action; `target_date` is kept as written."""

    action = ScopedId(actions)
    target_date = serializers.CharField(max_length=100)
