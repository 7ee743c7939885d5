"""Filters of actions, progress updates and evidence."""

from django.db.models import QuerySet

from recommendations import workflow
from recommendations.api.filters.base import (
    Changes,
    Choice,
    Day,
    DaysAhead,
    Text,
    WholeNumber,
    YesNo,
    organisations_below,
)
from recommendations.models import Action, Evidence, EvidenceLevel, ProgressUpdate, Verdict
from recommendations.models.action import ScheduleStatus
from recommendations.queries.parameters import Parameter


class WorkFilter(Changes):
    recommendation = Text("recommendation__reference", label="Reference of the recommendation.")
    inspection = Text("recommendation__inspection__reference", label="Reference of the inspection.")


class ActionFilter(WorkFilter):
    lead = Text("lead__slug", label="Slug of the lead organisation.")
    lead_subtree = Text(method="filter_lead_subtree", label="Slug: led by this organisation or any under it.")
    status = Choice(choices=workflow.ACTION.choices)
    due_from = Day("target_latest", lookup_expr="gte")
    due_to = Day("target_latest", lookup_expr="lte")
    overdue = YesNo(method="filter_overdue")
    due_within = DaysAhead(
        method="filter_due_within", lookup_expr="lte", label="Days: open, and due from today until then."
    )
    schedule_status = Choice(choices=ScheduleStatus.choices)
    owner_subtree = Text(
        method="filter_owner_subtree",
        label="Slug: the recommendation is owned by this organisation or any under it.",
    )
    reads = {"overdue": ("schedule_status",)}

    class Meta:
        model = Action
        fields: list[str] = []

    def filter_lead_subtree(self, queryset: QuerySet, name: str, value: list[Parameter]) -> QuerySet:
        return queryset.filter(lead__in=organisations_below(value).values("pk"))

    def filter_owner_subtree(self, queryset: QuerySet, name: str, value: list[Parameter]) -> QuerySet:
        return queryset.filter(recommendation__owner__in=organisations_below(value).values("pk"))

    def filter_overdue(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:  # noqa: FBT001  django-filter's.
        late = {"schedule_status": ScheduleStatus.OVERDUE}
        return queryset.filter(**late) if value else queryset.exclude(**late)

    def filter_due_within(self, queryset: QuerySet, name: str, value: Parameter) -> QuerySet:
        return queryset.filter(
            target_latest__gte=self.query.today, target_latest__lte=value, status__in=workflow.ACTION.open
        )


class ProgressUpdateFilter(WorkFilter):
    action = WholeNumber("action__id")
    dated_from = Day("dated", lookup_expr="gte")
    dated_to = Day("dated", lookup_expr="lte")

    class Meta:
        model = ProgressUpdate
        fields: list[str] = []


class EvidenceFilter(WorkFilter):
    action = WholeNumber("action__id")
    level = Choice(choices=EvidenceLevel.choices)
    verdict = Choice(choices=Verdict.choices)

    class Meta:
        model = Evidence
        fields: list[str] = []
