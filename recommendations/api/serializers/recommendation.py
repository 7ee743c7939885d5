from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from recommendations import workflow
from recommendations.api.serializers.base import (
    OrganisationBrief,
    RecommendationBrief,
    Scoped,
    StatedReason,
    StatedVersion,
)
from recommendations.api.serializers.framework import KeyQuestionSerializer, StandardBrief
from recommendations.api.serializers.inspection import InspectionBrief
from recommendations.api.serializers.measure import BaselineSerializer
from recommendations.api.serializers.scopes import organisations, recommendations
from recommendations.api.serializers.step import AllowedSteps
from recommendations.models import Answer, LinkKind, Recommendation, RecommendationLink
from recommendations.models.action import ScheduleStatus
from recommendations.models.standing import EvidenceStatus, Gap

# What is shown within reach of the owner, or of the lead of one of its actions.
STANDING = (
    "status",
    "response",
    "evidence_status",
    "schedule_status",
    "due",
    "days_late",
    "days_late_original",
    "silent",
    "judgement",
    "gap",
    "action_count",
    "evidence_count",
)
# What is said of the present alone, and not of a past day.
PRESENT = ("allowed_steps", "version", "outcome")
LINKS = ("links", "linked_from")


class GapReasonSerializer(serializers.Serializer):
    code = serializers.ChoiceField(choices=Gap.choices)
    text = serializers.CharField()


class GapSerializer(serializers.Serializer):
    """Where the claim and what is known of it do not fit, each with its reason."""

    is_open = serializers.BooleanField()
    reasons = GapReasonSerializer(many=True)

    def to_representation(self, row: Any) -> dict[str, Any]:
        reasons = [gap for gap in Gap if getattr(row, f"gap_{gap.value}")]
        return {"is_open": row.gap, "reasons": [{"code": gap.value, "text": gap.label} for gap in reasons]}


class RecommendationListSerializer(serializers.ModelSerializer):
    """The published part, and for who reaches its owner (or leads an action of it) where the work stands.

    Out of reach the rest is absent; `outcome`, which speaks of the whole, is shown to who reaches the
    owner. The counts are of rows that the caller may read. With `as_of` all is as it stood when that
    day ended, and what is of the present alone is absent.
    """

    url = serializers.HyperlinkedIdentityField("recommendation-detail", lookup_field="reference")
    inspection = InspectionBrief()
    addressee = OrganisationBrief()
    owner = serializers.SerializerMethodField()
    standards = StandardBrief(many=True)
    key_questions = KeyQuestionSerializer(many=True)
    baselines = BaselineSerializer(many=True, source="measures")
    status = serializers.ChoiceField(
        choices=workflow.RECOMMENDATION.choices, source="official_status", required=False
    )
    response = serializers.ChoiceField(
        choices=Answer.choices, source="fact_answer", allow_blank=True, required=False
    )
    evidence_status = serializers.ChoiceField(choices=EvidenceStatus.choices, required=False)
    schedule_status = serializers.ChoiceField(choices=ScheduleStatus.choices, required=False)
    due = serializers.DateField(source="fact_first_due", allow_null=True, required=False)
    days_late = serializers.IntegerField(source="late_by.days", allow_null=True, required=False)
    days_late_original = serializers.IntegerField(
        source="late_by_original.days", allow_null=True, required=False
    )
    silent = serializers.BooleanField(required=False)
    judgement = serializers.CharField(required=False)
    gap = GapSerializer(source="*", required=False)
    outcome = serializers.CharField(required=False)
    action_count = serializers.IntegerField(required=False)
    evidence_count = serializers.IntegerField(required=False)
    allowed_steps = AllowedSteps(workflow.RECOMMENDATION, required=False)
    version = serializers.IntegerField(required=False)
    as_of = serializers.DateField(required=False)

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
            *STANDING,
            *PRESENT,
            "as_of",
        ]

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name in (*PRESENT, *LINKS) if self.context.get("as_of") else ():
            fields.pop(name, None)
        return fields

    @extend_schema_field(OrganisationBrief)
    def get_owner(self, row: Any) -> dict[str, Any]:
        # Who owned it before is what bodies write: out of scope the owner is today's.
        owner = row.as_it_stood.owner if self.context.get("as_of") and row.in_scope else row.owner
        return OrganisationBrief(owner, context=self.context).data

    def to_representation(self, instance: Any) -> dict[str, Any]:
        data = super().to_representation(instance)
        if day := self.context.get("as_of"):
            data["as_of"] = day
        hidden = () if instance.in_scope else (*STANDING, *PRESENT)
        for name in hidden if instance.reads_whole else (*hidden, "outcome"):
            data.pop(name, None)
        return data


class OutgoingLinkSerializer(serializers.ModelSerializer):
    """This recommendation repeats, depends on or supersedes `recommendation`."""

    recommendation = RecommendationBrief(source="target")

    class Meta:
        model = RecommendationLink
        fields = ["kind", "recommendation"]


class IncomingLinkSerializer(OutgoingLinkSerializer):
    """`recommendation` repeats, depends on or supersedes this one."""

    recommendation = RecommendationBrief(source="source")


class RecommendationSerializer(RecommendationListSerializer):
    links = OutgoingLinkSerializer(many=True, required=False)
    linked_from = IncomingLinkSerializer(many=True, required=False)

    class Meta(RecommendationListSerializer.Meta):
        fields = [*RecommendationListSerializer.Meta.fields, "links", "linked_from"]


class NewOwner(StatedVersion, StatedReason):
    owner = Scoped(organisations, slug_field="slug")


class NewLink(StatedReason):
    target = Scoped(recommendations, slug_field="reference")
    kind = serializers.ChoiceField(choices=LinkKind.choices)
