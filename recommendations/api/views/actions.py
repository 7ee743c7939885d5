"""Actions, and the revisions of their target dates."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from recommendations.api.filters.record import TargetRevisionFilter
from recommendations.api.filters.work import ActionFilter
from recommendations.api.ordering import BY_RECOMMENDATION
from recommendations.api.serializers.action import (
    ActionPlan,
    ActionResults,
    ActionRevision,
    ActionSerializer,
    BulkRevision,
    BulkRevisions,
)
from recommendations.api.serializers.step import ActionStep
from recommendations.api.serializers.target_revision import NewTargetRevision, TargetRevisionSerializer
from recommendations.api.views.writes import StepViewSet, WritableViewSet
from recommendations.models import Action, TargetRevision
from recommendations.operations.actions import plan_action, revise_action
from recommendations.operations.targets import revise_target


class ActionViewSet(StepViewSet):
    """Actions that organisations take to carry out a recommendation."""

    queryset = Action.objects.none()
    model = Action
    serializer_class = ActionSerializer
    filterset_class = ActionFilter
    search_fields = ["description", "responsible_post", "recommendation__reference"]
    orderings = {
        "id": "pk",
        "recommendation": BY_RECOMMENDATION,
        "due": "target_latest",
        "updated_at": "updated_at",
    }
    default_ordering = ("recommendation", "id")
    through = "recommendation"

    def get_queryset(self) -> QuerySet[Action]:
        return super().get_queryset().select_related("recommendation__owner", "lead")

    @extend_schema(request=ActionPlan, responses={201: ActionSerializer})
    def create(self, request: Request) -> HttpResponse:
        """Plan an action. It is labelled with the recommendation's number and the next letter."""
        return self.write(
            lambda: plan_action(**self.read_body(ActionPlan), by=self.caller, at=self.now), status=201
        )

    @extend_schema(request=ActionRevision, responses={200: ActionSerializer})
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change an action. State the version that you read; 412 if another write came first."""
        return self.write(
            lambda: revise_action(
                action=self.get_object(),
                **self.read_versioned(ActionRevision),
                by=self.caller,
                at=self.now,
            )
        )

    @extend_schema(request=BulkRevisions, responses={200: ActionResults})
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> HttpResponse:
        """Change up to 200 actions, each with the version that you read. Either all are changed or none."""

        def revise(item: dict[str, Any]) -> Action:
            return revise_action(action=item.pop("id"), **item, by=self.caller, at=self.now)

        return self.write_all(BulkRevision, revise)

    @extend_schema(request=ActionStep, responses={200: ActionSerializer})
    @action(detail=True, methods=["post"])
    def steps(self, request: Request, pk: str) -> HttpResponse:
        """Take a step of the workflow. A refused step answers 409 and lists everything that is missing."""
        return self.take_step(ActionStep)


class TargetRevisionViewSet(WritableViewSet):
    """Every move of a target date, with the date before and the reason. Append-only."""

    queryset = TargetRevision.objects.none()
    model = TargetRevision
    serializer_class = TargetRevisionSerializer
    filterset_class = TargetRevisionFilter
    orderings = {"id": "pk", "recorded_at": "recorded_at"}
    default_ordering = ("id",)
    through = "action__recommendation"
    versioned_by = ActionViewSet

    @extend_schema(request=NewTargetRevision, responses={201: TargetRevisionSerializer})
    def create(self, request: Request) -> HttpResponse:
        """Move the target date of an action. State the version of the action that you read."""
        return self.write(self._moved, status=201)

    def _moved(self) -> TargetRevision:
        said = self.read_versioned(NewTargetRevision)
        moved = revise_target(**said, by=self.caller, at=self.now)
        revision = moved.target_revisions.order_by("number").last()
        if revision is None:
            raise ValidationError(
                {"action": "It has no target date that could move. Give it the first with PATCH."}
            )
        return revision
