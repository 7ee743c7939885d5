from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from recommendations import workflow
from recommendations.api.filtering import FilterSet, Number, YesNo
from recommendations.api.standing import UNJUDGED
from recommendations.models import KeyQuestion, Organisation, Recommendation, Standard
from recommendations.models.standing import EvidenceStatus, Gap, ScheduleStatus


class RecommendationFilter(FilterSet):
    inspection = django_filters.CharFilter("inspection__reference", label="Reference of the inspection.")
    number = Number("number")
    owner = django_filters.CharFilter("owned_by", label="Slug of the owner.")
    owner_subtree = django_filters.CharFilter(
        method="in_subtree", label="Slug: owned by this organisation or any under it."
    )
    addressee = django_filters.CharFilter("addressee__slug", label="Slug of the addressee.")
    standard = django_filters.CharFilter(
        method="on_standard", label="Number of a standard that it rests on, such as 2.2."
    )
    key_question = django_filters.CharFilter(
        method="on_key_question", label="Number of a key question that it rests on, such as 2.2.3."
    )
    status = django_filters.ChoiceFilter(
        "official_status", method="standing_at", choices=workflow.RECOMMENDATION.choices
    )
    evidence_status = django_filters.ChoiceFilter(method="standing_at", choices=EvidenceStatus.choices)
    schedule_status = django_filters.ChoiceFilter(method="standing_at", choices=ScheduleStatus.choices)
    silent = YesNo(method="standing_at")
    judgement = django_filters.CharFilter(
        method="judged", label=f"Code of the inspector's last judgement, or {UNJUDGED}."
    )
    gap = YesNo(method="standing_at")
    gap_reason = django_filters.ChoiceFilter(method="gaping_for", choices=Gap.choices)

    class Meta:
        model = Recommendation
        fields: list[str] = []

    def in_subtree(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(owned_by__in=Organisation.objects.below(value).values("slug"))

    def on_standard(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        rests = Standard.objects.filter(recommendations=OuterRef("pk"), number=value)
        return queryset.filter(Exists(rests))

    def on_key_question(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        rests = KeyQuestion.objects.filter(recommendations=OuterRef("pk"), number=value)
        return queryset.filter(Exists(rests))

    def standing_at(self, queryset: Any, name: str, value: Any) -> QuerySet:
        # Where a recommendation out of reach stands must not show through the filter either.
        return queryset.in_scope_of(self.user).filter(**{name: value})

    def judged(self, queryset: Any, name: str, value: str) -> QuerySet:
        return self.standing_at(queryset, name, "" if value == UNJUDGED else value)

    def gaping_for(self, queryset: Any, name: str, value: str) -> QuerySet:
        return self.standing_at(queryset, f"gap_{value}", value=True)
