"""The record: who did what, when, through which door. In reach of the caller, or absent."""

from django.db.models import QuerySet

from recommendations.api.filters.record import EventFilter
from recommendations.api.serializers.event import EventSerializer
from recommendations.api.shapes.record import EVENT
from recommendations.api.shapes.shape import Ask
from recommendations.api.views.base import RecordViewSet
from recommendations.models import Event
from recommendations.queries.visibility import visible


class EventViewSet(RecordViewSet):
    """The change feed: `after` the last sequence that was read, in the order of recording."""

    queryset = Event.objects.none()
    model, shape = Event, EVENT
    serializer_class = EventSerializer
    filterset_class = EventFilter
    orderings = {"sequence": "sequence"}
    default_ordering = ("sequence",)
    through = "recommendation"

    @classmethod
    def rows(cls, ask: Ask) -> QuerySet[Event]:
        return visible(Event.objects.all(), ask.user, on=ask.today)
