"""Progress updates: recorded, corrected by newer ones, redacted."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from recommendations.api.filters.work import ProgressUpdateFilter
from recommendations.api.serializers.base import StatedReason
from recommendations.api.serializers.update import (
    NewProgressUpdate,
    NewProgressUpdates,
    ProgressUpdateResults,
    ProgressUpdateSerializer,
)
from recommendations.api.views.writes import WritableViewSet
from recommendations.models import ProgressUpdate
from recommendations.operations.redaction import redact
from recommendations.operations.updates import record_update
from recommendations.queries.visibility import visible


class ProgressUpdateViewSet(WritableViewSet):
    """What owners report. Append-only: a new update corrects a mistake and names the old one."""

    queryset = ProgressUpdate.objects.none()
    model = ProgressUpdate
    serializer_class = ProgressUpdateSerializer
    filterset_class = ProgressUpdateFilter
    search_fields = ["text"]
    orderings = {"id": "pk", "dated": "dated", "created_at": "created_at"}
    # Newest first: updates are append-only.
    default_ordering = ("-id",)
    through = "recommendation"

    def get_queryset(self) -> QuerySet[ProgressUpdate]:
        return visible(ProgressUpdate.objects.for_list(), self.request.user, on=self.today)

    @extend_schema(request=NewProgressUpdate, responses={201: ProgressUpdateSerializer})
    def create(self, request: Request) -> HttpResponse:
        """Record a progress update."""
        return self.write(
            lambda: record_update(**self.read_body(NewProgressUpdate), by=self.caller, at=self.now),
            status=201,
        )

    @extend_schema(request=NewProgressUpdates, responses={201: ProgressUpdateResults})
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> HttpResponse:
        """Record up to 200 updates. Either all are recorded or none."""
        return self.write_all(
            NewProgressUpdate, lambda item: record_update(**item, by=self.caller, at=self.now), status=201
        )

    @extend_schema(request=StatedReason, responses={200: ProgressUpdateSerializer})
    @action(detail=True, methods=["post"])
    def redact(self, request: Request, pk: str) -> HttpResponse:
        """Redact it: remove its words, here and in the record. The reason, the hashes and the events stay."""
        return self.write(
            lambda: redact(row=self.get_object(), **self.read_body(StatedReason), by=self.caller, at=self.now)
        )
