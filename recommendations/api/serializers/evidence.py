from rest_framework import serializers

from recommendations.api.serializers.action import recommendations
from recommendations.api.serializers.base import (
    ActionBrief,
    PersonBrief,
    RecommendationBrief,
    Scoped,
    ScopedId,
    StrictSerializer,
)
from recommendations.api.serializers.update import actions
from recommendations.models import Evidence, Rung


class EvidenceSerializer(serializers.ModelSerializer):
    """`represents` is the day of which it speaks, apart from the instant at which it was attached."""

    url = serializers.HyperlinkedIdentityField("evidence-detail")
    recommendation = RecommendationBrief()
    action = ActionBrief(allow_null=True)
    link = serializers.URLField(source="url")
    attached_by = PersonBrief()

    class Meta:
        model = Evidence
        fields = [
            "id",
            "url",
            "recommendation",
            "action",
            "title",
            "link",
            "kind",
            "represents",
            "expires",
            "declared_no_personal_data",
            "verdict",
            "verdict_reason",
            "attached_by",
            "attached_at",
        ]


class NewEvidence(StrictSerializer):
    """A link that shows what was done; `declared_no_personal_data` must be true."""

    recommendation = Scoped(recommendations, slug_field="reference")
    action = ScopedId(actions, required=False, allow_null=True)
    title = serializers.CharField(max_length=200)
    link = serializers.CharField(max_length=2000)
    kind = serializers.ChoiceField(choices=Rung.choices)
    represents = serializers.DateField()
    expires = serializers.DateField(required=False, allow_null=True)
    declared_no_personal_data = serializers.BooleanField()
