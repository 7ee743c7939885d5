from rest_framework import serializers

from recommendations.api.serializers.base import (
    ActionBrief,
    PersonBrief,
    RecommendationBrief,
    RowSerializer,
    Scoped,
    ScopedId,
    StrictSerializer,
)
from recommendations.api.serializers.scopes import actions, recommendations, updates
from recommendations.models import ProgressUpdate


class ProgressUpdateSerializer(RowSerializer):
    """`dated` is the day that the update is about; `corrects` is the update that this one corrects."""

    url = serializers.HyperlinkedIdentityField("update-detail")
    recommendation = RecommendationBrief()
    action = ActionBrief(allow_null=True)
    author = PersonBrief()
    corrects: serializers.Field = serializers.HyperlinkedRelatedField(
        "update-detail", read_only=True, allow_null=True
    )

    class Meta:
        model = ProgressUpdate
        fields = [
            "id",
            "url",
            "recommendation",
            "action",
            "text",
            "dated",
            "author",
            "created_at",
            "corrects",
            "redacted_at",
            "sequence",
        ]


class NewProgressUpdate(StrictSerializer):
    """`dated` is today unless given."""

    recommendation = Scoped(recommendations, slug_field="reference")
    action = ScopedId(actions, required=False, allow_null=True)
    text = serializers.CharField()
    dated = serializers.DateField(required=False, allow_null=True)
    corrects = ScopedId(updates, required=False, allow_null=True)


class NewProgressUpdates(StrictSerializer):
    """Up to 200 items. Either all are recorded or none."""

    items = NewProgressUpdate(many=True)


class ProgressUpdateResults(serializers.Serializer):
    results = ProgressUpdateSerializer(many=True)
