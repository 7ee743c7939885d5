import json
from typing import Any

from rest_framework import serializers

from recommendations.api.serializers.base import (
    PersonBrief,
    RecommendationBrief,
    RowSerializer,
    Scoped,
    ScopedId,
    StrictSerializer,
)
from recommendations.api.serializers.declarations import reads
from recommendations.api.serializers.framework import JudgementBrief
from recommendations.api.serializers.scopes import recommendations, reviews
from recommendations.models import Review
from recommendations.models.stored_names import claim_as_named


class ReviewSerializer(RowSerializer):
    """A judgement by an inspector. `claim` is what the owner claimed when it was recorded."""

    url = serializers.HyperlinkedIdentityField("review-detail")
    recommendation = RecommendationBrief()
    judgement = JudgementBrief()
    reviewer = PersonBrief()
    corrects: serializers.Field = serializers.HyperlinkedRelatedField(
        "review-detail", read_only=True, allow_null=True
    )
    claim = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields = [
            "id",
            "url",
            "recommendation",
            "judgement",
            "dated",
            "narrative",
            "claim",
            "corrects",
            "reviewer",
            "recorded_at",
            "sequence",
        ]

    @staticmethod
    @reads("claim", cell=json.dumps, shows=serializers.DictField())
    def get_claim(review: Review) -> dict[str, Any]:
        return claim_as_named(review.claim)


class NewReview(StrictSerializer):
    """`judgement` is a code of the framework's scale; `corrects` names the review that this replaces."""

    recommendation = Scoped(recommendations, slug_field="reference")
    judgement = serializers.CharField(max_length=40)
    narrative = serializers.CharField()
    dated = serializers.DateField(required=False, allow_null=True)
    corrects = ScopedId(reviews, required=False, allow_null=True)
