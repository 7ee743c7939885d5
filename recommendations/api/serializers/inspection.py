from datetime import date
from typing import Any

from rest_framework import serializers

from recommendations.api.inspection_progress import progress_of
from recommendations.api.serializers.base import OrganisationBrief, RowSerializer
from recommendations.api.serializers.declarations import Related, reads
from recommendations.api.serializers.framework import (
    FrameworkBrief,
    KeyQuestionSerializer,
    RatingBrief,
    StandardBrief,
)
from recommendations.models import Inspection, KeyQuestionResult, StandardRating


class InspectionBrief(serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField("inspection-detail", lookup_field="reference")

    class Meta:
        model = Inspection
        fields = ["reference", "title", "url"]


class StandardRatingSerializer(serializers.ModelSerializer):
    """The rating awarded beside the one that guidance gives, and the printed reason where they differ."""

    standard = StandardBrief()
    awarded = RatingBrief()
    guidance = RatingBrief(allow_null=True)
    differs = serializers.SerializerMethodField()

    class Meta:
        model = StandardRating
        fields = ["standard", "awarded", "guidance", "guidance_source", "differs", "reason"]

    @staticmethod
    @reads("guidance_id", "awarded_id")
    def get_differs(row: StandardRating) -> bool:
        return row.guidance_id is not None and row.guidance_id != row.awarded_id


class KeyQuestionResultSerializer(serializers.ModelSerializer):
    """`percentage` of cases answered Yes; `n` and `out_of` only where the report prints them."""

    key_question = KeyQuestionSerializer()
    standard = StandardBrief(source="key_question.standard")

    class Meta:
        model = KeyQuestionResult
        fields = ["key_question", "standard", "percentage", "n", "out_of"]


class InspectionListSerializer(RowSerializer):
    """`published_earliest` and `published_latest`: the first and last day that the printed date can mean."""

    url = serializers.HyperlinkedIdentityField("inspection-detail", lookup_field="reference")
    report_url = serializers.CharField(source="url", allow_blank=True)
    inspected = OrganisationBrief()
    region = OrganisationBrief(allow_null=True)
    inspectorate = OrganisationBrief()
    framework = FrameworkBrief()
    overall = RatingBrief()
    as_of = serializers.SerializerMethodField()
    past_only = frozenset({"as_of"})

    class Meta:
        model = Inspection
        fields = [
            "reference",
            "title",
            "url",
            "inspected",
            "region",
            "inspectorate",
            "framework",
            "published_earliest",
            "published_latest",
            "published_precision",
            "isbn",
            "report_url",
            "fieldwork_started",
            "fieldwork_ended",
            "sample_size",
            "sample_from",
            "sample_to",
            "interviews",
            "score",
            "score_out_of",
            "overall",
            "has_curated_data",
            "sequence",
            "as_of",
        ]

    @reads("pk")
    def get_as_of(self, row: Inspection) -> date:
        return self.context["as_of"]


class ProgressSerializer(serializers.Serializer):
    """The number of the report's recommendations by status, for those in the caller's scope.

    Each of the first three adds up to `recommendations`; so does `judgement`, whose codes are those of
    the framework, and `none`.
    """

    recommendations = serializers.IntegerField()
    status = serializers.DictField(child=serializers.IntegerField())
    evidence_level = serializers.DictField(child=serializers.IntegerField())
    schedule_status = serializers.DictField(child=serializers.IntegerField())
    judgement = serializers.DictField(child=serializers.IntegerField())
    no_recent_update = serializers.IntegerField()
    unsupported_claim = serializers.IntegerField()
    unsupported_claim_reasons = serializers.DictField(child=serializers.IntegerField())


class InspectionSerializer(InspectionListSerializer):
    standard_ratings = StandardRatingSerializer(many=True)
    key_question_results = KeyQuestionResultSerializer(many=True)
    intake_warnings = serializers.ListField(child=serializers.CharField())
    progress = serializers.SerializerMethodField()
    related = {
        "standard_ratings": Related(lambda rows, query: rows.order_by("standard__number", "pk")),
        "key_question_results": Related(lambda rows, query: rows.order_by("key_question__number", "pk")),
    }

    class Meta(InspectionListSerializer.Meta):
        fields = [
            *InspectionListSerializer.Meta.fields,
            "standard_ratings",
            "key_question_results",
            "intake_warnings",
            "progress",
        ]

    @reads("pk", shows=ProgressSerializer)
    def get_progress(self, row: Inspection) -> dict[str, Any]:
        user, days = self.context["request"].user, {name: self.context[name] for name in ("today", "as_of")}
        return progress_of(Inspection.objects.select_related("framework").get(pk=row.pk), user, **days)


class PastInspectionListSerializer(InspectionListSerializer):
    """An inspection on a past day."""

    past_only: frozenset[str] = frozenset()


class PastInspectionSerializer(InspectionSerializer):
    """An inspection on a past day, with the progress on that day."""

    past_only: frozenset[str] = frozenset()
