"""The thing that is tracked: listed, read, moved through its workflow, given to another owner, linked."""

from typing import Any

from django.db.models import DateField, IntegerField, QuerySet, SlugField
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from recommendations.api.asking import Sort
from recommendations.api.filters.recommendation import RecommendationFilter
from recommendations.api.serializers.recommendation import (
    NewLink,
    NewOwner,
    RecommendationListSerializer,
    RecommendationSerializer,
)
from recommendations.api.serializers.step import RecommendationStep
from recommendations.api.shapes.recommendation import RECOMMENDATION
from recommendations.api.shapes.recommendation_detail import DETAIL
from recommendations.api.shapes.recommendation_past import PAST
from recommendations.api.shapes.shape import Ask, Shape
from recommendations.api.views.base import REFERENCE
from recommendations.api.views.steps import StepViewSet
from recommendations.models import Recommendation
from recommendations.operations.ownership import change_owner, link_recommendations
from recommendations.queries.statuses import with_statuses_as_of
from recommendations.queries.visibility import visible

SORTING = ("scope", "standing", "sorting")


class RecommendationViewSet(StepViewSet):
    """Recommendations, with what they rest on, their baselines, and where the work stands.

    With `as_of`, those that were recorded when that day ended, and where the work stood then.
    """

    queryset = Recommendation.objects.none()
    model, shape = Recommendation, RECOMMENDATION
    filterset_class = RecommendationFilter
    search_fields = ["reference", "text"]
    lookup_field, lookup_value_regex = "reference", REFERENCE
    orderings = {
        "reference": "reference",
        "number": "number",
        "inspection": "inspection__reference",
        "published": "inspection__published_latest",
        "owner": Sort("owner__slug", SlugField(), needs=("scope", "owner_then")),
        "due": Sort("due_shown", DateField(null=True), needs=SORTING),
        "days_late": Sort("late_shown", IntegerField(null=True), needs=SORTING),
    }
    default_ordering = ("inspection", "number")
    takes_as_of = True

    @classmethod
    def rows(cls, ask: Ask) -> QuerySet[Recommendation]:
        rows = visible(Recommendation.objects.all(), ask.user, on=ask.today)
        return with_statuses_as_of(rows, day=ask.as_of) if ask.as_of else rows

    @classmethod
    def shape_for(cls, action: str, *, as_of: bool) -> Shape:
        if as_of:
            return PAST
        return RECOMMENDATION if action == "list" else DETAIL

    def get_queryset(self) -> QuerySet[Recommendation]:
        return super().get_queryset().select_related("owner")

    def get_serializer_class(self) -> Any:
        return RecommendationListSerializer if self.action == "list" else RecommendationSerializer

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
