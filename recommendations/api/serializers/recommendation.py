"""Serializers of a recommendation: the published part, and the statuses that only callers in scope see."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from recommendations import workflow
from recommendations.api.serializers.action import ActionSerializer
from recommendations.api.serializers.base import (
    ChoiceOrNull,
    CountOf,
    FoldOf,
    OrganisationBrief,
    RecommendationBrief,
    RowSerializer,
    Scoped,
    StatedReason,
    StatedVersion,
    TextOrNull,
)
from recommendations.api.serializers.declarations import QueryContext, Related, RelatedValues, reads
from recommendations.api.serializers.evidence import EvidenceSerializer
from recommendations.api.serializers.framework import KeyQuestionSerializer, StandardBrief
from recommendations.api.serializers.inspection import InspectionBrief
from recommendations.api.serializers.measure import BaselineSerializer
from recommendations.api.serializers.recommendation_annotations import (
    ANNOTATIONS,
    action_totals,
    evidence_totals,
)
from recommendations.api.serializers.scopes import organisations, recommendations
from recommendations.api.serializers.step import (
    STEPS_OF_RECOMMENDATION,
    AllowedSteps,
    allowed_steps,
    step_names_of,
)
from recommendations.models import Answer, EvidenceLevel, LinkKind, Recommendation, RecommendationLink
from recommendations.models.action import ScheduleStatus
from recommendations.queries.statuses import AcceptedLevel, UnsupportedClaimReason
from recommendations.queries.visibility import published, visible

# Fields for callers in scope: their role covers the owner, or the lead of one of its actions. A name that
# is added here is gated by `gates` below.
SCOPED_FIELDS = (
    "status",
    "response",
    "evidence_level",
    "schedule_status",
    "due",
    "days_late",
    "days_late_original",
    "no_recent_update",
    "judgement",
    "unsupported_claim",
    "unsupported_claim_reasons",
    "actions_by_status",
    "action_count",
    "evidence_count",
)
# Fields of today, which `as_of` leaves out. They are not gated automatically: a field that only callers in
# scope may see also needs an entry in `gates`.
TODAY_ONLY = ("allowed_steps", "version", "outcome")


class UnsupportedClaimReasonSerializer(serializers.Serializer):
    code = serializers.ChoiceField(choices=UnsupportedClaimReason.choices)
    text = serializers.CharField()


class ActionsByStatus(serializers.Serializer):
    """The number of actions by status."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {status: serializers.IntegerField() for status in workflow.ACTION.states}


def reason_codes(reasons: list[dict[str, str]]) -> str:
    """The cell of a table: the codes of the reasons."""
    return "; ".join(reason["code"] for reason in reasons)


class RecommendationListSerializer(RowSerializer):
    """The published part, and for callers in scope the statuses: a role covers the owner or an action's lead.

    Other callers do not get those fields; `outcome` needs a role that covers the owner. Counts are of rows
    that the caller may read. With `as_of`, values are those at the end of that day in London.
    """

    url = serializers.HyperlinkedIdentityField("recommendation-detail", lookup_field="reference")
    inspection = InspectionBrief()
    addressee = OrganisationBrief()
    owner: serializers.Serializer = OrganisationBrief()
    standards = StandardBrief(many=True)
    key_questions = KeyQuestionSerializer(many=True)
    baselines = BaselineSerializer(many=True, source="measures")
    status = serializers.ChoiceField(
        choices=workflow.RECOMMENDATION.choices, source="status_on_day", required=False
    )
    response = ChoiceOrNull(choices=Answer.choices, source="fact_answer")
    evidence_level = ChoiceOrNull(absent=AcceptedLevel.NONE, choices=EvidenceLevel.choices)
    schedule_status = serializers.ChoiceField(choices=ScheduleStatus.choices)
    due = serializers.DateField(source="fact_first_due", allow_null=True)
    days_late = serializers.IntegerField(source="late_by", allow_null=True)
    days_late_original = serializers.IntegerField(source="late_by_original", allow_null=True)
    no_recent_update = serializers.BooleanField(required=False)
    judgement = TextOrNull(required=False)
    unsupported_claim = serializers.BooleanField(required=False)
    unsupported_claim_reasons = serializers.SerializerMethodField()
    outcome = serializers.CharField(required=False)
    actions_by_status: serializers.Field = serializers.SerializerMethodField()
    action_count: serializers.Field = serializers.SerializerMethodField()
    evidence_count: serializers.Field = serializers.SerializerMethodField()
    allowed_steps = serializers.SerializerMethodField()
    version = serializers.IntegerField(required=False)
    sequence = serializers.SerializerMethodField()
    as_of = serializers.SerializerMethodField()

    gates = dict.fromkeys((*SCOPED_FIELDS, "allowed_steps", "version"), "in_scope") | {
        "outcome": "reads_whole"
    }
    annotations = [*ANNOTATIONS, STEPS_OF_RECOMMENDATION]
    related = {
        "standards": Related(lambda rows, query: rows.order_by(), ("number",)),
        "key_questions": Related(lambda rows, query: rows.order_by(), ("number",)),
        "baselines": Related(cell=("question",)),
        "action_totals": RelatedValues(action_totals),
        "evidence_totals": RelatedValues(evidence_totals),
    }
    past_only = frozenset({"as_of"})

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
            *SCOPED_FIELDS,
            *TODAY_ONLY,
            "sequence",
            "as_of",
        ]

    @staticmethod
    @reads(
        *(f"unsupported_{reason}" for reason in UnsupportedClaimReason.values),
        cell=reason_codes,
        shows=UnsupportedClaimReasonSerializer(many=True),
    )
    def get_unsupported_claim_reasons(row: Any) -> list[dict[str, str]]:
        return [
            {"code": reason.value, "text": str(reason.label)}
            for reason in UnsupportedClaimReason
            if getattr(row, f"unsupported_{reason.value}")
        ]

    @staticmethod
    @reads(related=["action_totals"], shows=ActionsByStatus())
    def get_actions_by_status(row: Any) -> dict[str, int]:
        return dict(zip(workflow.ACTION.states, _totals(row.action_totals), strict=True))

    @staticmethod
    @reads(related=["action_totals"])
    def get_action_count(row: Any) -> int:
        return sum(_totals(row.action_totals))

    @staticmethod
    @reads(related=["evidence_totals"])
    def get_evidence_count(row: Any) -> int:
        return sum(total for (total,) in row.evidence_totals)

    @staticmethod
    @reads("status", *STEPS_OF_RECOMMENDATION.provides, cell=step_names_of, shows=AllowedSteps)
    def get_allowed_steps(row: Any) -> list[dict[str, object]]:
        return allowed_steps(row, workflow.RECOMMENDATION)

    @staticmethod
    @reads("in_scope", "sequence", "published_sequence")
    def get_sequence(row: Any) -> int:
        return row.sequence if row.in_scope else row.published_sequence

    @reads("pk")
    def get_as_of(self, row: Recommendation) -> date:
        return self.context["as_of"]


def _totals(found: Sequence[Sequence[int]]) -> Sequence[int]:
    """The counts of a row's actions, in the order of the states."""
    return found[0] if found else [0] * len(workflow.ACTION.states)


class PastOwnerBrief(serializers.Serializer):
    """The owner on a past day."""

    slug = serializers.CharField(source="owner_then_slug")
    name = serializers.CharField(source="owner_then_name")
    url = serializers.HyperlinkedIdentityField(
        "organisation-detail", lookup_field="owner_then_slug", lookup_url_kwarg="slug"
    )


class PastRecommendationSerializer(RecommendationListSerializer):
    """A recommendation at the end of a past day. Only callers in scope see who owned it then."""

    owner = PastOwnerBrief(source="*")
    past_only: frozenset[str] = frozenset()

    class Meta(RecommendationListSerializer.Meta):
        fields = [name for name in RecommendationListSerializer.Meta.fields if name not in TODAY_ONLY]


class OutgoingLinkSerializer(serializers.ModelSerializer):
    """This recommendation repeats, depends on or supersedes `recommendation`."""

    recommendation = RecommendationBrief(source="target")

    class Meta:
        model = RecommendationLink
        fields = ["kind", "recommendation"]


class IncomingLinkSerializer(OutgoingLinkSerializer):
    """`recommendation` repeats, depends on or supersedes this one."""

    recommendation = RecommendationBrief(source="source")


def _of_published(end: str, where: str) -> Related:
    """Links to recommendations that the caller may read."""

    def rows(links: QuerySet, query: QueryContext) -> QuerySet:
        return links.filter(published(query.user, f"{end}__inspection__", on=query.today)).order_by("pk")

    return Related(rows, where=where)


def _visible(rows: QuerySet, query: QueryContext) -> QuerySet:
    return visible(rows, query.user, on=query.today).order_by("pk")


class StatusesOf(FoldOf, ActionsByStatus):
    """The number by status of the actions that another field shows."""

    def to_representation(self, value: Any) -> dict[str, int]:
        counts = Counter(action["status"] for action in value)
        return {status: counts[status] for status in workflow.ACTION.states}


class RecommendationSerializer(RecommendationListSerializer):
    # Counted from the nested rows, which saves the two queries of the list.
    actions_by_status = StatusesOf("actions")
    action_count = CountOf("actions")
    evidence_count = CountOf("evidence")
    links = OutgoingLinkSerializer(many=True)
    linked_from = IncomingLinkSerializer(many=True)
    actions = ActionSerializer(many=True, without=["recommendation"])
    evidence = EvidenceSerializer(many=True, without=["recommendation"])

    gates = RecommendationListSerializer.gates | dict.fromkeys(("actions", "evidence"), "in_scope")
    related = {
        **RecommendationListSerializer.related,
        "links": _of_published("target", "has_links"),
        "linked_from": _of_published("source", "is_linked_to"),
        "actions": Related(_visible),
        "evidence": Related(_visible),
    }

    class Meta(RecommendationListSerializer.Meta):
        fields = [*RecommendationListSerializer.Meta.fields, "links", "linked_from", "actions", "evidence"]


class NewOwner(StatedVersion, StatedReason):
    owner = Scoped(organisations, slug_field="slug")


class NewLink(StatedReason):
    target = Scoped(recommendations, slug_field="reference")
    kind = serializers.ChoiceField(choices=LinkKind.choices)
