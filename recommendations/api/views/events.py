"""The record of changes: who changed what, when, and through which channel."""

from recommendations.api.filters.record import EventFilter
from recommendations.api.serializers.event import EventSerializer
from recommendations.api.views.base import RecordViewSet
from recommendations.models import Event


class EventViewSet(RecordViewSet):
    """The change feed, in the order of recording. Send the last sequence that you read as `after`."""

    queryset = Event.objects.none()
    model = Event
    serializer_class = EventSerializer
    filterset_class = EventFilter
    orderings = {"sequence": "sequence"}
    default_ordering = ("sequence",)
    through = "recommendation"
