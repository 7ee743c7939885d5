"""Filters of what bodies write about their work: actions, updates, evidence."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import DateField, Q

from recommendations import workflow
from recommendations.api.filtering import Changes, Day, Number, YesNo
from recommendations.api.shapes.shape import Ask
from recommendations.models import Action, Evidence, Organisation, ProgressUpdate, Rung, Verdict
from recommendations.models.action import ScheduleStatus

FURTHEST = 36_500  # Days.


class WorkFilter(Changes):
    recommendation = django_filters.CharFilter(
        "recommendation__reference", label="Reference of the recommendation."
    )
    inspection = django_filters.CharFilter(
        "recommendation__inspection__reference", label="Reference of the inspection."
    )


class ActionFilter(WorkFilter):
    lead = django_filters.CharFilter("lead__slug", label="Slug of the lead organisation.")
    lead_subtree = django_filters.CharFilter(
        method="in_subtree", label="Slug: led by this organisation or any under it."
    )
    status = django_filters.ChoiceFilter(choices=workflow.ACTION.choices)
    due_from = Day("target_latest", lookup_expr="gte")
    due_to = Day("target_latest", lookup_expr="lte")
    overdue = YesNo(method="is_overdue")
    due_within = Number(
        method="falls_due", lookup_expr="lte", label="Days: open, and due from today until then."
    )
    schedule_status = django_filters.ChoiceFilter(choices=ScheduleStatus.choices)
    owner_subtree = django_filters.CharFilter(
        method="owned_under", label="Slug: the recommendation is owned by this organisation or any under it."
    )
    needs = {"overdue": ("schedule",), "schedule_status": ("schedule",)}

    class Meta:
        model = Action
        fields: list[str] = []

    @classmethod
    def in_subtree(cls, ask: Ask, name: str, value: Any) -> Q:
        return Q(lead__in=Organisation.objects.below(value).values("pk"))

    @classmethod
    def owned_under(cls, ask: Ask, name: str, value: Any) -> Q:
        return Q(recommendation__owner__in=Organisation.objects.below(value).values("pk"))

    @classmethod
    def is_overdue(cls, ask: Ask, name: str, value: bool) -> Q:  # noqa: FBT001
        late = Q(schedule_status=ScheduleStatus.OVERDUE)
        return late if value else ~late

    @classmethod
    def bound_value(cls, name: str, value: Any, *, today: date) -> Any:
        return today + timedelta(days=min(int(value), FURTHEST)) if name == "due_within" else value

    @classmethod
    def bound_as(cls, name: str) -> Any:
        return DateField() if name == "due_within" else super().bound_as(name)

    @classmethod
    def falls_due(cls, ask: Ask, name: str, value: Any) -> Q:
        return Q(target_latest__gte=ask.today, target_latest__lte=value, status__in=workflow.ACTION.open)


class ProgressUpdateFilter(WorkFilter):
    action = Number("action")
    dated_from = Day("dated", lookup_expr="gte")
    dated_to = Day("dated", lookup_expr="lte")

    class Meta:
        model = ProgressUpdate
        fields: list[str] = []


class EvidenceFilter(WorkFilter):
    action = Number("action")
    kind = django_filters.ChoiceFilter(choices=Rung.choices)
    verdict = django_filters.ChoiceFilter(choices=Verdict.choices)

    class Meta:
        model = Evidence
        fields: list[str] = []
