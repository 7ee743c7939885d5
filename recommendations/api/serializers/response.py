from rest_framework import serializers

from recommendations.api.serializers.base import (
    PersonBrief,
    RecommendationBrief,
    RowSerializer,
    Scoped,
    StatedVersion,
)
from recommendations.api.serializers.scopes import recommendations
from recommendations.models import Answer, Response


class ResponseSerializer(RowSerializer):
    """One version of the owner's answer; the last one counts."""

    url = serializers.HyperlinkedIdentityField("response-detail")
    recommendation = RecommendationBrief()
    author = PersonBrief()

    class Meta:
        model = Response
        fields = [
            "id",
            "url",
            "recommendation",
            "number",
            "answer",
            "accepted_part",
            "reason",
            "dated",
            "author",
            "recorded_at",
            "sequence",
        ]


class NewResponse(StatedVersion):
    """`version` is that of the recommendation; `dated` is today unless given."""

    recommendation = Scoped(recommendations, slug_field="reference")
    answer = serializers.ChoiceField(choices=Answer.choices)
    accepted_part = serializers.CharField(required=False, allow_blank=True)
    reason = serializers.CharField(required=False, allow_blank=True)
    dated = serializers.DateField(required=False, allow_null=True)
