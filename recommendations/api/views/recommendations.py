"""Recommendations: lists, details, workflow steps, change of owner, links."""

from django.db.models import DateField, IntegerField, QuerySet, SlugField
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from recommendations.api.filters.recommendation import RecommendationFilter
from recommendations.api.filters.recommendation_order import DueOrder, LateOrder, OwnerOrder, found_and_scoped
from recommendations.api.ordering import OrderBy
from recommendations.api.serializers.base import RowSerializer
from recommendations.api.serializers.declarations import QueryContext
from recommendations.api.serializers.recommendation import (
    NewLink,
    NewOwner,
    PastRecommendationSerializer,
    RecommendationListSerializer,
    RecommendationSerializer,
)
from recommendations.api.serializers.step import RecommendationStep
from recommendations.api.views.resource import REFERENCE
from recommendations.api.views.writes import StepViewSet
from recommendations.models import Recommendation
from recommendations.operations.ownership import change_owner, link_recommendations


class RecommendationViewSet(StepViewSet):
    """Recommendations, with their standards, key questions, baselines and statuses.

    With `as_of`, the recommendations and statuses at the end of that day.
    """

    queryset = Recommendation.objects.none()
    model = Recommendation
    filterset_class = RecommendationFilter
    search_fields = ["reference", "text"]
    lookup_field, lookup_value_regex = "reference", REFERENCE
    orderings = {
        "reference": "reference",
        "number": "number",
        "inspection": "inspection__reference",
        "published": OrderBy("inspection__published_latest", DateField(), then="inspection__reference"),
        "owner": OwnerOrder("owner__slug", SlugField()),
        "due": DueOrder("due_shown", DateField(null=True)),
        "days_late": LateOrder("late_shown", IntegerField(null=True)),
    }
    default_ordering = ("inspection", "number")
    takes_as_of = True

    @classmethod
    def rows(cls, query: QueryContext) -> QuerySet[Recommendation]:
        return found_and_scoped(super().rows(query), query)

    @classmethod
    def row_serializer(cls, action: str, *, as_of: bool) -> type[RowSerializer]:
        if as_of:
            return PastRecommendationSerializer
        return RecommendationListSerializer if action == "list" else RecommendationSerializer

    def get_queryset(self) -> QuerySet[Recommendation]:
        return super().get_queryset().select_related("owner")

    def get_serializer_class(self) -> type[RowSerializer]:
        return self.row_serializer(self.action, as_of=False)

    @extend_schema(request=RecommendationStep, responses={200: RecommendationSerializer})
    @action(detail=True, methods=["post"])
    def steps(self, request: Request, reference: str) -> HttpResponse:
        """Take a step of the workflow. A refused step answers 409 and lists everything that is missing."""
        return self.take_step(RecommendationStep)

    @extend_schema(request=NewOwner, responses={200: RecommendationSerializer})
    @action(detail=True, methods=["post"])
    def owner(self, request: Request, reference: str) -> HttpResponse:
        """Change the owner. The addressee stays as printed."""
        return self.write(
            lambda: change_owner(
                recommendation=self.get_object(),
                **self.read_versioned(NewOwner),
                by=self.caller,
                at=self.now,
            )
        )

    @extend_schema(request=NewLink, responses={201: RecommendationSerializer})
    @action(detail=True, methods=["post"])
    def links(self, request: Request, reference: str) -> HttpResponse:
        """Link it to a recommendation that it repeats or depends on. Superseding is a workflow step."""

        def link() -> Recommendation:
            source = self.get_object()
            link_recommendations(source=source, **self.read_body(NewLink), by=self.caller, at=self.now)
            return source

        return self.write(link, status=201)
