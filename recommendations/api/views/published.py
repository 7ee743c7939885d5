"""The published part: open to every signed-in user, read only."""

from typing import Any

from django.db.models import QuerySet

from recommendations.api.filters.inspection import InspectionFilter
from recommendations.api.filters.measure import MeasureFilter
from recommendations.api.filters.organisation import OrganisationFilter
from recommendations.api.filters.recommendation import RecommendationFilter
from recommendations.api.serializers.framework import FrameworkSerializer
from recommendations.api.serializers.inspection import (
    InspectionListSerializer,
    InspectionSerializer,
)
from recommendations.api.serializers.measure import MeasureSerializer
from recommendations.api.serializers.organisation import OrganisationSerializer
from recommendations.api.serializers.recommendation import RecommendationSerializer
from recommendations.api.views.base import REFERENCE, SLUG, RecordViewSet
from recommendations.models import Framework, Inspection, Measure, Organisation, Recommendation


class OrganisationViewSet(RecordViewSet):
    """Bodies that own, assure or inspect work."""

    queryset = Organisation.objects.select_related("parent").prefetch_related("aliases")
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    search_fields = ["name", "aliases__name"]
    lookup_field, lookup_value_regex = "slug", SLUG
    orderings = {"slug": "slug", "name": "name", "level": "level"}
    default_ordering = ("slug",)


class FrameworkViewSet(RecordViewSet):
    """Inspection frameworks: standards, key questions, rating bands and the judgement scale."""

    queryset = Framework.objects.with_parts()
    serializer_class = FrameworkSerializer
    orderings = {"slug": "slug", "version": "version"}
    default_ordering = ("slug", "version")


class InspectionViewSet(RecordViewSet):
    """Published reports; the detail adds ratings, guidance ratings and key-question results."""

    queryset = Inspection.objects.none()
    filterset_class = InspectionFilter
    search_fields = ["reference", "title", "inspected__name"]
    lookup_field, lookup_value_regex = "reference", REFERENCE
    orderings = {"reference": "reference", "published": "published_latest", "score": "score"}
    default_ordering = ("reference",)

    def get_queryset(self) -> QuerySet[Inspection]:
        rows = Inspection.objects.visible_to(self.request.user, on=self.today)
        return rows.for_list() if self.action == "list" else rows.for_detail()

    def get_serializer_class(self) -> Any:
        return InspectionListSerializer if self.action == "list" else InspectionSerializer


class RecommendationViewSet(RecordViewSet):
    """Recommendations, with what they rest on, their baselines and how far the work is recorded."""

    queryset = Recommendation.objects.none()
    serializer_class = RecommendationSerializer
    filterset_class = RecommendationFilter
    search_fields = ["reference", "text"]
    lookup_field, lookup_value_regex = "reference", REFERENCE
    orderings = {
        "reference": "reference",
        "number": "number",
        "inspection": "inspection__reference",
        "published": "inspection__published_latest",
        "owner": "owner__slug",
    }
    default_ordering = ("inspection", "number")

    def get_queryset(self) -> QuerySet[Recommendation]:
        user = self.request.user
        return Recommendation.objects.visible_to(user, on=self.today).for_list(user)


class MeasureViewSet(RecordViewSet):
    """What a report prints about the practice that a recommendation is to change."""

    queryset = Measure.objects.none()
    serializer_class = MeasureSerializer
    filterset_class = MeasureFilter
    search_fields = ["question", "passage"]
    orderings = {"id": "pk", "recommendation": "recommendation__reference"}
    default_ordering = ("id",)

    def get_queryset(self) -> QuerySet[Measure]:
        rows = Measure.objects.visible_to(self.request.user, on=self.today)
        return rows.select_related("recommendation", "key_question")
