"""What is said of a whole recommendation, version by version: the owner's answer, an inspector's review."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from recommendations.api.asking import BY_RECOMMENDATION
from recommendations.api.filters.record import ResponseFilter, ReviewFilter
from recommendations.api.serializers.response import NewResponse, ResponseSerializer
from recommendations.api.serializers.review import NewReview, ReviewSerializer
from recommendations.api.shapes.record import RESPONSE, REVIEW
from recommendations.api.shapes.shape import Ask
from recommendations.api.views.base import RecordViewSet
from recommendations.api.views.recommendations import RecommendationViewSet
from recommendations.models import Response, Review
from recommendations.operations.responses import respond
from recommendations.operations.reviews import record_review
from recommendations.queries.visibility import visible


class ResponseViewSet(RecordViewSet):
    """Owners' formal answers. None is changed: another is given after it."""

    queryset = Response.objects.none()
    model, shape = Response, RESPONSE
    serializer_class = ResponseSerializer
    filterset_class = ResponseFilter
    search_fields = ["accepted_part", "reason"]
    orderings = {"id": "pk", "dated": "dated", "recommendation": BY_RECOMMENDATION}
    default_ordering = ("id",)
    through = "recommendation"
    versioned_by = RecommendationViewSet

    @classmethod
    def rows(cls, ask: Ask) -> QuerySet[Response]:
        return visible(Response.objects.all(), ask.user, on=ask.today)

    @extend_schema(request=NewResponse, responses={201: ResponseSerializer})
    def create(self, request: Request) -> Any:
        """Answer a recommendation that was read at a version: the step “respond”."""
        return self.write(
            lambda: respond(**self.read_versioned(NewResponse), by=self.caller, at=self.now), status=201
        )


class ReviewViewSet(RecordViewSet):
    """Independent judgements. None is changed: a correction is a new review."""

    queryset = Review.objects.none()
    model, shape = Review, REVIEW
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter
    search_fields = ["narrative"]
    orderings = {"id": "pk", "dated": "dated", "recommendation": BY_RECOMMENDATION}
    default_ordering = ("id",)
    through = "recommendation"

    @classmethod
    def rows(cls, ask: Ask) -> QuerySet[Review]:
        return visible(Review.objects.all(), ask.user, on=ask.today)

    @extend_schema(request=NewReview, responses={201: ReviewSerializer})
    def create(self, request: Request) -> Any:
        """Judge the progress of a recommendation; the claim is kept as it stands."""
        return self.write(
            lambda: record_review(**self.read_body(NewReview), by=self.caller, at=self.now), status=201
        )
