"""Responses of owners and reviews of inspectors: append-only, about a whole recommendation."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from recommendations.api.filters.record import ResponseFilter, ReviewFilter
from recommendations.api.ordering import BY_RECOMMENDATION
from recommendations.api.serializers.response import NewResponse, ResponseSerializer
from recommendations.api.serializers.review import NewReview, ReviewSerializer
from recommendations.api.views.recommendations import RecommendationViewSet
from recommendations.api.views.writes import WritableViewSet
from recommendations.models import Response, Review
from recommendations.operations.responses import respond
from recommendations.operations.reviews import record_review


class ResponseViewSet(WritableViewSet):
    """Owners' formal answers. Append-only: a new answer replaces the last one."""

    queryset = Response.objects.none()
    model = Response
    serializer_class = ResponseSerializer
    filterset_class = ResponseFilter
    search_fields = ["accepted_part", "reason"]
    orderings = {"id": "pk", "dated": "dated", "recommendation": BY_RECOMMENDATION}
    default_ordering = ("id",)
    through = "recommendation"
    versioned_by = RecommendationViewSet

    @extend_schema(request=NewResponse, responses={201: ResponseSerializer})
    def create(self, request: Request) -> HttpResponse:
        """Answer a recommendation, which takes the step “respond”. State the version that you read."""
        return self.write(
            lambda: respond(**self.read_versioned(NewResponse), by=self.caller, at=self.now), status=201
        )


class ReviewViewSet(WritableViewSet):
    """Independent judgements. Append-only: a correction is a new review."""

    queryset = Review.objects.none()
    model = Review
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter
    search_fields = ["narrative"]
    orderings = {"id": "pk", "dated": "dated", "recommendation": BY_RECOMMENDATION}
    default_ordering = ("id",)
    through = "recommendation"

    @extend_schema(request=NewReview, responses={201: ReviewSerializer})
    def create(self, request: Request) -> HttpResponse:
        """Judge the progress of a recommendation. The owner's claim is stored with the review."""
        return self.write(
            lambda: record_review(**self.read_body(NewReview), by=self.caller, at=self.now), status=201
        )
