"""Nested ModelSerializers for what is read and for the update that is written."""

from collections import Counter
from typing import Any

from rest_framework import serializers
from rest_framework.reverse import reverse

from recommendations import workflow
from recommendations.api.serializers.step import allowed_steps
from recommendations.models import Action, Evidence, ProgressUpdate, Recommendation, RecommendationLink
from recommendations.queries.statuses import UnsupportedClaimReason
from tests.benchmarks.twin.briefs import (
    ActionBrief,
    InspectionBrief,
    OrganisationBrief,
    PersonBrief,
    RecommendationBrief,
    Row,
    Span,
    SpanInWords,
    address,
)


class ActionRow(Row):
    recommendation = RecommendationBrief()
    lead = OrganisationBrief()
    target_date = SpanInWords("target")
    original_target_date = Span("original")
    schedule_status = serializers.CharField()
    days_late = serializers.IntegerField()

    class Meta:
        model = Action
        fields = [
            *("id", "label", "recommendation", "description", "lead", "responsible_post", "status"),
            *("target_date", "original_target_date", "schedule_status", "days_late", "outcome", "sequence"),
            *("version", "created_at", "updated_at"),
        ]


class ActionDetail(ActionRow):
    url = address("action")
    contributors = OrganisationBrief(many=True)
    person = PersonBrief()
    times_moved = serializers.IntegerField()
    days_late_original = serializers.IntegerField()
    successor = ActionBrief()
    allowed_steps = serializers.SerializerMethodField()

    class Meta(ActionRow.Meta):
        fields = [
            *(name for name in ActionRow.Meta.fields if name != "recommendation"),
            *("url", "contributors", "person", "times_moved", "days_late_original", "risk_carrier"),
            *("successor", "allowed_steps"),
        ]

    def get_allowed_steps(self, action: Action) -> list[dict[str, Any]]:
        return allowed_steps(action, workflow.ACTION)


class EvidenceDetail(Row):
    url = address("evidence")
    action = ActionBrief()
    link = serializers.CharField(source="url")
    file = serializers.SerializerMethodField()
    judged_by = PersonBrief()
    attached_by = PersonBrief()

    class Meta:
        model = Evidence
        fields = [
            *("id", "url", "action", "title", "link", "document_reference", "file", "level", "represents"),
            *("expires", "declared_no_personal_data", "verdict", "verdict_reason", "judged_by", "judged_at"),
            *("attached_by", "attached_at", "redacted_at", "redaction_reason", "sequence", "version"),
        ]

    def get_file(self, evidence: Evidence) -> dict[str, Any] | None:
        if not evidence.is_file:
            return None
        path = reverse("evidence-file", args=[evidence.pk], request=self.context["request"])
        return {
            "name": evidence.file_name,
            "media_type": evidence.media_type,
            "size": evidence.size,
            "sha256": evidence.sha256,
            "url": path if evidence.file_key else None,
        }


class RecommendationRow(Row):
    owner = OrganisationBrief()
    status = serializers.CharField()
    due = serializers.DateField(source="fact_first_due")
    days_late = serializers.IntegerField(source="late_by")
    actions_by_status = serializers.SerializerMethodField()

    class Meta:
        model = Recommendation
        fields = ["reference", "owner", "status", "due", "days_late", "actions_by_status"]

    def get_actions_by_status(self, recommendation: Recommendation) -> dict[str, int]:
        counted = Counter(action.status for action in recommendation.actions.all())
        return {status: counted[status] for status in workflow.ACTION.states}


class LinkRow(Row):
    def __init__(self, *args: Any, far: str, **options: Any) -> None:
        self.far = far
        super().__init__(*args, **options)

    class Meta:
        model = RecommendationLink
        fields = ["kind"]

    def get_fields(self) -> dict[str, serializers.Field]:
        return {**super().get_fields(), "recommendation": RecommendationBrief(source=self.far)}


class RecommendationDetail(RecommendationRow):
    url = address("recommendation", "reference")
    inspection = InspectionBrief()
    addressee = OrganisationBrief()
    standards = serializers.SerializerMethodField()
    key_questions = serializers.SerializerMethodField()
    response = serializers.SerializerMethodField()
    evidence_level = serializers.SerializerMethodField()
    schedule_status = serializers.CharField()
    days_late_original = serializers.IntegerField(source="late_by_original")
    no_recent_update = serializers.BooleanField()
    judgement = serializers.SerializerMethodField()
    unsupported_claim = serializers.BooleanField()
    unsupported_claim_reasons = serializers.SerializerMethodField()
    action_count = serializers.IntegerField(source="actions.count")
    evidence_count = serializers.IntegerField(source="evidence.count")
    links = LinkRow(many=True, far="target")
    linked_from = LinkRow(many=True, far="source")
    actions = ActionDetail(many=True)
    evidence = EvidenceDetail(many=True)

    class Meta(RecommendationRow.Meta):
        fields = [
            *("reference", "number", "url", "text", "inspection", "addressee", "owner", "standards"),
            *("key_questions", "measurement_note", "status", "response", "evidence_level"),
            *(
                "schedule_status",
                "due",
                "days_late",
                "days_late_original",
                "no_recent_update",
                "judgement",
                "unsupported_claim",
                "unsupported_claim_reasons",
            ),
            *("actions_by_status", "action_count", "evidence_count", "version", "outcome", "sequence"),
            *("links", "linked_from", "actions", "evidence"),
        ]

    def get_standards(self, recommendation: Recommendation) -> list[dict[str, str]]:
        return [{"number": row.number, "name": row.name} for row in recommendation.standards.all()]

    def get_key_questions(self, recommendation: Recommendation) -> list[dict[str, str]]:
        return [{"number": row.number, "text": row.text} for row in recommendation.key_questions.all()]

    def get_response(self, recommendation: Any) -> str | None:
        return recommendation.fact_answer or None

    def get_evidence_level(self, recommendation: Any) -> str | None:
        return None if recommendation.evidence_level == "none" else recommendation.evidence_level

    def get_judgement(self, recommendation: Any) -> str | None:
        return recommendation.judgement or None

    def get_unsupported_claim_reasons(self, recommendation: Any) -> list[dict[str, str]]:
        return [
            {"code": reason.value, "text": str(reason.label)}
            for reason in UnsupportedClaimReason
            if getattr(recommendation, f"unsupported_{reason.value}")
        ]


class NewUpdate(Row):
    recommendation = serializers.SlugRelatedField(
        slug_field="reference", queryset=Recommendation.objects.all()
    )

    class Meta:
        model = ProgressUpdate
        fields = ["recommendation", "action", "text"]


class UpdateRow(Row):
    url = address("update")
    recommendation = RecommendationBrief()
    action = ActionBrief()
    author = PersonBrief()

    class Meta:
        model = ProgressUpdate
        fields = [
            *("id", "url", "recommendation", "action", "text", "dated", "author", "created_at"),
            *("corrects", "redacted_at", "sequence"),
        ]
