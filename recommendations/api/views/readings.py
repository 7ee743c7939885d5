"""Readings: later figures for a measure."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from recommendations.api.filters.measure import ReadingFilter
from recommendations.api.serializers.measure import NewReading, ReadingSerializer
from recommendations.api.views.writes import WritableViewSet
from recommendations.models import Reading
from recommendations.operations.readings import add_reading


class ReadingViewSet(WritableViewSet):
    """Later figures for a measure, each compared with the baseline."""

    queryset = Reading.objects.none()
    model = Reading
    serializer_class = ReadingSerializer
    filterset_class = ReadingFilter
    orderings = {"id": "pk", "taken_on": "taken_on"}
    default_ordering = ("id",)

    @extend_schema(request=NewReading, responses={201: ReadingSerializer})
    def create(self, request: Request) -> HttpResponse:
        """Record a reading."""
        return self.write(
            lambda: add_reading(**self.read_body(NewReading), by=self.caller, at=self.now), status=201
        )
