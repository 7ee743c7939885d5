"""The thing that is tracked: listed, read, moved through its workflow, given to another owner, linked."""

from typing import Any

from django.db.models import DateField, IntegerField, QuerySet, SlugField
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from recommendations.api.filters.recommendation import RecommendationFilter
from recommendations.api.filters.recommendation_order import DueOrder, LateOrder, OwnerOrder, listed
from recommendations.api.ordering import OrderBy
from recommendations.api.serializers.declarations import QueryContext
from recommendations.api.serializers.recommendation import (
    NewLink,
    NewOwner,
    PastRecommendationSerializer,
    RecommendationListSerializer,
    RecommendationSerializer,
)
from recommendations.api.serializers.step import RecommendationStep
from recommendations.api.views.base import REFERENCE
from recommendations.api.views.writes import StepViewSet
from recommendations.models import Recommendation
from recommendations.operations.ownership import change_owner, link_recommendations


class RecommendationViewSet(StepViewSet):
    """Recommendations, with what they rest on, their baselines, and where the work stands.

    With `as_of`, those that were recorded when that day ended, and where the work stood then.
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
        return listed(super().rows(query), query)

    @classmethod
    def row_serializer(cls, action: str, *, as_of: bool) -> Any:
        if as_of:
            return PastRecommendationSerializer
        return RecommendationListSerializer if action == "list" else RecommendationSerializer

    def get_queryset(self) -> QuerySet[Recommendation]:
        return super().get_queryset().select_related("owner")

    def get_serializer_class(self) -> Any:
        return self.row_serializer(self.action, as_of=False)

    @extend_schema(request=RecommendationStep, responses={200: RecommendationSerializer})
    @action(detail=True, methods=["post"])
    def steps(self, request: Request, reference: str) -> Any:
        """Take a step of the workflow; 409 with everything that is missing where it is refused."""
        return self.take_step(RecommendationStep)

    @extend_schema(request=NewOwner, responses={200: RecommendationSerializer})
    @action(detail=True, methods=["post"])
    def owner(self, request: Request, reference: str) -> Any:
        """Give it to another owner; the addressee stays as printed."""
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
    def links(self, request: Request, reference: str) -> Any:
        """Say that it repeats or depends on another; superseding is a step."""

        def link() -> Recommendation:
            source = self.get_object()
            link_recommendations(source=source, **self.read_body(NewLink), by=self.caller, at=self.now)
            return source

        return self.write(link, status=201)
