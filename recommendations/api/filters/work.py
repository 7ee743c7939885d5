"""Filters of what bodies write about their work: actions, updates, evidence."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone

from recommendations import workflow
from recommendations.api.filtering import Day, FilterSet, Number, YesNo
from recommendations.models import Action, Evidence, Organisation, ProgressUpdate, Rung, Verdict


class WorkFilter(FilterSet):
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

    class Meta:
        model = Action
        fields: list[str] = []

    def in_subtree(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(lead__in=Organisation.objects.below(value))

    def is_overdue(self, queryset: Any, name: str, value: bool) -> QuerySet:  # noqa: FBT001
        late = Action.objects.overdue(on=timezone.localdate()).values("pk")
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)


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
