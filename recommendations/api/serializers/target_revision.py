from rest_framework import serializers

from recommendations.api.serializers.base import (
    ActionBrief,
    PersonBrief,
    RecommendationBrief,
    Row,
    ScopedId,
    Span,
    StatedReason,
    StatedVersion,
)
from recommendations.api.serializers.scopes import actions
from recommendations.models import TargetRevision


class TargetRevisionSerializer(Row):
    """How the target date of an action moved; `days_moved` is null where a date is missing."""

    url = serializers.HyperlinkedIdentityField("target-revision-detail")
    recommendation = RecommendationBrief(source="action.recommendation")
    action = ActionBrief()
    before = Span(stem="before")
    after = Span(stem="after")
    days_moved = serializers.IntegerField(allow_null=True)
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


class NewTargetRevision(StatedVersion, StatedReason):
    """`version` is that of the action; `target_date` is kept as it is said."""

    action = ScopedId(actions)
    target_date = serializers.CharField(max_length=100)
