from typing import Any

from rest_framework import serializers

from recommendations import workflow
from recommendations.api.serializers.base import OrganisationBrief
from recommendations.api.serializers.framework import KeyQuestionSerializer, StandardBrief
from recommendations.api.serializers.inspection import InspectionBrief
from recommendations.api.serializers.measure import BaselineSerializer
from recommendations.models import Recommendation

SCOPED = ("status", "version", "action_count", "evidence_count")


class RecommendationSerializer(serializers.ModelSerializer):
    """The published part, and for who reaches its owner (or leads an action of it) where the work stands.

    Out of reach the last four are absent. The counts are of rows that the caller may read.
    """

    url = serializers.HyperlinkedIdentityField("recommendation-detail", lookup_field="reference")
    inspection = InspectionBrief()
    addressee = OrganisationBrief()
    owner = OrganisationBrief()
    standards = StandardBrief(many=True)
    key_questions = KeyQuestionSerializer(many=True)
    baselines = BaselineSerializer(many=True, source="measures")
    status = serializers.ChoiceField(choices=workflow.RECOMMENDATION.choices, required=False)
    version = serializers.IntegerField(required=False)
    action_count = serializers.IntegerField(required=False)
    evidence_count = serializers.IntegerField(required=False)

    class Meta:
        model = Recommendation
        fields = [
            "reference",
            "number",
            "url",
            "text",
            "inspection",
            "addressee",
            "owner",
            "standards",
            "key_questions",
            "baselines",
            "measurement_note",
            *SCOPED,
        ]

    def to_representation(self, instance: Recommendation) -> dict[str, Any]:
        data = super().to_representation(instance)
        if not instance.in_scope:  # type: ignore[attr-defined]  # Annotated by for_list().
            for name in SCOPED:
                del data[name]
        return data
