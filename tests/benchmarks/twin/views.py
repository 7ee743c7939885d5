"""ViewSets, filters and naive renderers."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import django_filters
import orjson
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from rest_framework.mixins import CreateModelMixin, RetrieveModelMixin
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from recommendations import workflow
from recommendations.access import require, with_my_steps
from recommendations.models import Action, Evidence, ProgressUpdate, Recommendation, RecommendationLink
from recommendations.queries.statuses import with_kept_statuses, with_schedule, with_times_moved
from recommendations.queries.visibility import in_scope, visible
from recommendations.roles import Capability
from tests.benchmarks.twin.access import MayWrite
from tests.benchmarks.twin.serializers import (
    ActionRow,
    NewUpdate,
    RecommendationDetail,
    RecommendationRow,
    UpdateRow,
)


class RecommendationFilter(django_filters.FilterSet):
    owner_subtree = django_filters.CharFilter("owner__ancestor_paths__ancestor__slug")
    open = django_filters.BooleanFilter(method="is_open")
    overdue = django_filters.BooleanFilter(method="is_overdue")
    ordering = django_filters.ChoiceFilter(method="sort", choices=[("due", "due")])

    class Meta:
        model = Recommendation
        fields = ["status"]

    def is_open(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(status__in=workflow.RECOMMENDATION.open)

    def is_overdue(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(schedule_status="overdue")

    def sort(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.order_by("fact_first_due", "pk")


class RecommendationViewSet(ReadOnlyModelViewSet):
    filterset_class = RecommendationFilter
    lookup_field = "reference"

    def get_serializer_class(self) -> Any:
        return RecommendationRow if self.action == "list" else RecommendationDetail

    def get_queryset(self) -> QuerySet:
        user, today = self.request.user, timezone.localdate()
        rows = visible(Recommendation.objects.all(), user, on=today).filter(in_scope(user))
        rows = with_kept_statuses(rows, on=today).select_related("owner")
        actions = visible(Action.objects.all(), user, on=today)
        if self.action == "list":
            return rows.prefetch_related(Prefetch("actions", actions))
        return rows.select_related("inspection", "addressee").prefetch_related(
            *("standards", "key_questions"), *self._nested(actions)
        )

    def _nested(self, actions: Any) -> Iterator[Prefetch]:
        user, today = self.request.user, timezone.localdate()
        readable = visible(Recommendation.objects.all(), user, on=today)
        links = RecommendationLink.objects.filter(source__in=readable, target__in=readable)
        yield Prefetch("links", links.select_related("target"))
        yield Prefetch("linked_from", links.select_related("source"))
        rows = with_times_moved(with_schedule(actions, on=today)).select_related(
            "lead", "person", "successor"
        )
        rows = with_my_steps(rows.prefetch_related("contributors"), user, workflow.ACTION)
        yield Prefetch("actions", rows.order_by("pk"))
        evidence = visible(Evidence.objects.all(), user, on=today).select_related(
            "action", "judged_by", "attached_by"
        )
        yield Prefetch("evidence", evidence.order_by("pk"))


class Csv(BaseRenderer):
    media_type, format = "text/csv", "csv"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        text = io.StringIO()
        rows = [dict(_flat(row)) for row in data]
        writer = csv.DictWriter(text, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode("utf-8-sig")


class Ndjson(BaseRenderer):
    media_type, format = "application/x-ndjson", "ndjson"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        return b"".join(orjson.dumps(row) + b"\n" for row in data)


def _flat(row: dict[str, Any], stem: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{stem}{name}.")
        else:
            yield f"{stem}{name}", value


class ActionViewSet(ReadOnlyModelViewSet):
    renderer_classes = [JSONRenderer, Csv, Ndjson]
    serializer_class = ActionRow

    def get_queryset(self) -> QuerySet:
        today = timezone.localdate()
        rows = with_schedule(visible(Action.objects.all(), self.request.user, on=today), on=today)
        return rows.select_related("recommendation", "lead").order_by("pk")

    def paginate_queryset(self, queryset: Any) -> Any:
        return super().paginate_queryset(queryset) if self._is_page() else None

    def _is_page(self) -> bool:
        return self.request.accepted_renderer.format == "json"


class UpdateViewSet(CreateModelMixin, RetrieveModelMixin, GenericViewSet):
    serializer_class = NewUpdate
    permission_classes = [MayWrite]

    def get_queryset(self) -> QuerySet:
        return visible(ProgressUpdate.objects.all(), self.request.user, on=timezone.localdate())

    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            self.perform_create(serializer)
        shown = UpdateRow(serializer.instance, context=self.get_serializer_context())
        return Response(shown.data, status=201)

    def perform_create(self, serializer: Any) -> None:
        user: Any = self.request.user
        about = serializer.validated_data["recommendation"]
        require(user, Capability.REPORT_PROGRESS, about, on=timezone.localdate())
        update = serializer.save(author=user, dated=timezone.localdate(), created_at=timezone.now())
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(ProgressUpdate),
            object_id=update.pk,
            object_repr=str(update),
            action_flag=ADDITION,
            change_message=orjson.dumps(serializer.data).decode(),
        )
