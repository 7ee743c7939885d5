from collections import Counter
from operator import itemgetter
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from recommendations import workflow
from recommendations.api.serializers.action import ActionSerializer
from recommendations.api.serializers.base import (
    OrganisationBrief,
    RecommendationBrief,
    Row,
    Scoped,
    StatedReason,
    StatedVersion,
)
from recommendations.api.serializers.evidence import EvidenceSerializer
from recommendations.api.serializers.framework import KeyQuestionSerializer, StandardBrief
from recommendations.api.serializers.inspection import InspectionBrief
from recommendations.api.serializers.measure import BaselineSerializer
from recommendations.api.serializers.scopes import organisations, recommendations
from recommendations.api.serializers.step import AllowedSteps
from recommendations.models import Answer, LinkKind, Recommendation, RecommendationLink
from recommendations.models.action import ScheduleStatus
from recommendations.queries.statuses import EvidenceStatus, Gap

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
    "actions_by_status",
    "action_count",
    "evidence_count",
)
# What is said of the present alone, and not of a past day.
PRESENT = ("allowed_steps", "version", "outcome")
BELOW = ("actions", "evidence")


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


class RecommendationListSerializer(Row):
    """The published part, and for who reaches its owner (or leads an action of it) where the work stands.

    Out of reach the rest is absent; `outcome`, which speaks of the whole, is shown to who reaches the
    owner. The counts are of rows that the caller may read. With `as_of` all is as it stood when that
    day ended, and what is of the present alone is absent.
    """

    url = serializers.HyperlinkedIdentityField("recommendation-detail", lookup_field="reference")
    inspection = InspectionBrief()
    addressee = OrganisationBrief()
    owner = OrganisationBrief()
    standards = serializers.SerializerMethodField()
    key_questions = serializers.SerializerMethodField()
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
    days_late = serializers.IntegerField(source="late_by", allow_null=True, required=False)
    days_late_original = serializers.IntegerField(source="late_by_original", allow_null=True, required=False)
    silent = serializers.BooleanField(required=False)
    judgement = serializers.CharField(required=False)
    gap = GapSerializer(source="*", required=False)
    outcome = serializers.CharField(required=False)
    actions_by_status = serializers.SerializerMethodField()
    action_count = serializers.SerializerMethodField()
    evidence_count = serializers.SerializerMethodField()
    allowed_steps = AllowedSteps(workflow.RECOMMENDATION, required=False)
    version = serializers.IntegerField(required=False)
    sequence = serializers.SerializerMethodField()
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
            "sequence",
            "as_of",
        ]

    @extend_schema_field(StandardBrief(many=True))
    def get_standards(self, row: Any) -> list[dict[str, Any]]:
        return _by_number(StandardBrief(row.standards.all(), many=True).data)

    @extend_schema_field(KeyQuestionSerializer(many=True))
    def get_key_questions(self, row: Any) -> list[dict[str, Any]]:
        return _by_number(KeyQuestionSerializer(row.key_questions.all(), many=True).data)

    def get_actions_by_status(self, row: Any) -> dict[str, int]:
        counted = Counter(action.status for action in row.readable_actions)
        return {status: counted[status] for status in workflow.ACTION.states}

    def get_action_count(self, row: Any) -> int:
        return len(row.readable_actions)

    def get_evidence_count(self, row: Any) -> int:
        return len(row.readable_evidence)

    def get_sequence(self, row: Any) -> int:
        return row.sequence if row.in_scope else row.published_sequence

    def to_representation(self, instance: Any) -> dict[str, Any]:
        data = super().to_representation(instance)
        hidden = () if instance.in_scope else (*STANDING, *PRESENT, *BELOW)
        for name in hidden if instance.reads_whole else (*hidden, "outcome"):
            data.pop(name, None)
        return data


def _by_number(rows: Any) -> list[dict[str, Any]]:
    """Sorted here: databases order “2.10” and “2.2” by the rules of their own languages."""
    return sorted(rows, key=itemgetter("number"))


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
    actions = serializers.SerializerMethodField()
    evidence = serializers.SerializerMethodField()

    class Meta(RecommendationListSerializer.Meta):
        fields = [*RecommendationListSerializer.Meta.fields, "links", "linked_from", *BELOW]

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, row: Any) -> list[dict[str, Any]]:
        return self._below(ActionSerializer, row.readable_actions)

    @extend_schema_field(EvidenceSerializer(many=True))
    def get_evidence(self, row: Any) -> list[dict[str, Any]]:
        return self._below(EvidenceSerializer, row.readable_evidence)

    def _below(self, serializer: type[Row], rows: list[Any]) -> list[dict[str, Any]]:
        """The rows without the recommendation, under which they stand."""
        shown = serializer(rows, many=True, context=self.context).data
        return [{name: row[name] for name in row if name != "recommendation"} for row in shown]


class NewOwner(StatedVersion, StatedReason):
    owner = Scoped(organisations, slug_field="slug")


class NewLink(StatedReason):
    target = Scoped(recommendations, slug_field="reference")
    kind = serializers.ChoiceField(choices=LinkKind.choices)
