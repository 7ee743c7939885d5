"""The record: who did what, when, through which door. In reach of the caller, or absent."""

from recommendations.api.filters.record import EventFilter
from recommendations.api.serializers.event import EventSerializer
from recommendations.api.views.base import RecordViewSet
from recommendations.models import Event


class EventViewSet(RecordViewSet):
    """The change feed: `after` the last sequence that was read, in the order of recording."""

    queryset = Event.objects.none()
    model = Event
    serializer_class = EventSerializer
    filterset_class = EventFilter
    orderings = {"sequence": "sequence"}
    default_ordering = ("sequence",)
    through = "recommendation"
