from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from recommendations import workflow
from recommendations.api.filtering import FilterSet, Number
from recommendations.models import KeyQuestion, Organisation, Recommendation, Standard


class RecommendationFilter(FilterSet):
    inspection = django_filters.CharFilter("inspection__reference", label="Reference of the inspection.")
    number = Number("number")
    owner = django_filters.CharFilter("owner__slug", label="Slug of the owner.")
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
    status = django_filters.ChoiceFilter(method="at_status", choices=workflow.RECOMMENDATION.choices)

    class Meta:
        model = Recommendation
        fields: list[str] = []

    def in_subtree(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(owner__in=Organisation.objects.below(value))

    def on_standard(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        rests = Standard.objects.filter(recommendations=OuterRef("pk"), number=value)
        return queryset.filter(Exists(rests))

    def on_key_question(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        rests = KeyQuestion.objects.filter(recommendations=OuterRef("pk"), number=value)
        return queryset.filter(Exists(rests))

    def at_status(self, queryset: Any, name: str, value: str) -> QuerySet:
        # A status out of reach must not show through the filter either.
        return queryset.in_scope_of(self.user).filter(status=value)
