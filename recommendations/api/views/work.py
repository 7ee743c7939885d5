"""What bodies write about their work: in reach of the caller, or absent. Writes call the operations."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from recommendations.api.conditional import version_read
from recommendations.api.filters.measure import ReadingFilter
from recommendations.api.filters.work import ActionFilter, EvidenceFilter, ProgressUpdateFilter
from recommendations.api.serializers.action import ActionPlan, ActionRevision, ActionSerializer
from recommendations.api.serializers.evidence import EvidenceSerializer, NewEvidence
from recommendations.api.serializers.measure import ReadingSerializer
from recommendations.api.serializers.update import NewProgressUpdate, ProgressUpdateSerializer
from recommendations.api.views.base import RecordViewSet
from recommendations.models import Action, Evidence, ProgressUpdate, Reading
from recommendations.operations.actions import plan_action, revise_action
from recommendations.operations.evidence import attach_link
from recommendations.operations.updates import record_update


class ActionViewSet(RecordViewSet):
    """Steps that bodies take to carry out a recommendation."""

    queryset = Action.objects.none()
    serializer_class = ActionSerializer
    filterset_class = ActionFilter
    search_fields = ["description", "responsible_post", "recommendation__reference"]
    orderings = {
        "id": "pk",
        "recommendation": "recommendation__reference",
        "due": "target_latest",
        "updated_at": "updated_at",
    }
    default_ordering = ("recommendation", "id")

    def get_queryset(self) -> QuerySet[Action]:
        return Action.objects.visible_to(self.request.user).for_list()

    @extend_schema(request=ActionPlan, responses={201: ActionSerializer})
    def create(self, request: Request) -> Response:
        """Plan an action. It is labelled with the recommendation's number and the next letter."""
        plan = self.read_body(ActionPlan)
        return self.answer(plan_action(**plan, by=self.caller, at=self.now), status=201)

    @extend_schema(request=ActionRevision, responses={200: ActionSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change an action that was read at a version; 412 if another write came first."""
        action = self.get_object()
        changes = self.read_body(ActionRevision)
        version = version_read(request, changes.pop("version", None))
        revised = revise_action(action=action, version=version, by=self.caller, at=self.now, **changes)
        return self.answer(revised, status=200)


class ProgressUpdateViewSet(RecordViewSet):
    """What owners say happened. Append-only: a mistake is corrected by a new update that names it."""

    queryset = ProgressUpdate.objects.none()
    serializer_class = ProgressUpdateSerializer
    filterset_class = ProgressUpdateFilter
    search_fields = ["text"]
    orderings = {"id": "pk", "dated": "dated", "created_at": "created_at"}
    default_ordering = ("-created_at",)

    def get_queryset(self) -> QuerySet[ProgressUpdate]:
        return ProgressUpdate.objects.visible_to(self.request.user).for_list()

    @extend_schema(request=NewProgressUpdate, responses={201: ProgressUpdateSerializer})
    def create(self, request: Request) -> Response:
        """Record a progress update."""
        update = self.read_body(NewProgressUpdate)
        return self.answer(record_update(**update, by=self.caller, at=self.now), status=201)


class EvidenceViewSet(RecordViewSet):
    """What shows that something happened: links, each with the rung it stands on and its verdict."""

    queryset = Evidence.objects.none()
    serializer_class = EvidenceSerializer
    filterset_class = EvidenceFilter
    search_fields = ["title"]
    orderings = {"id": "pk", "represents": "represents", "attached_at": "attached_at"}
    default_ordering = ("id",)

    def get_queryset(self) -> QuerySet[Evidence]:
        return Evidence.objects.visible_to(self.request.user).for_list()

    @extend_schema(request=NewEvidence, responses={201: EvidenceSerializer})
    def create(self, request: Request) -> Response:
        """Attach a link as evidence; its verdict is pending."""
        link = self.read_body(NewEvidence)
        link["url"] = link.pop("link")
        return self.answer(attach_link(**link, by=self.caller, at=self.now), status=201)


class ReadingViewSet(RecordViewSet):
    """Later answers to a measure's question."""

    queryset = Reading.objects.none()
    serializer_class = ReadingSerializer
    filterset_class = ReadingFilter
    orderings = {"id": "pk", "taken_on": "taken_on"}
    default_ordering = ("id",)

    def get_queryset(self) -> QuerySet[Reading]:
        rows = Reading.objects.visible_to(self.request.user)
        return rows.select_related("measure__recommendation", "recorded_by")
