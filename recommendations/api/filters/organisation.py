from typing import Any

import django_filters
from django.db.models import QuerySet

from recommendations.api.filtering import FilterSet
from recommendations.models import Level, Organisation


class OrganisationFilter(FilterSet):
    level = django_filters.ChoiceFilter(choices=Level.choices)
    parent = django_filters.CharFilter("parent__slug", label="Slug of the organisation above.")
    subtree = django_filters.CharFilter(
        method="in_subtree", label="Slug: this organisation and all under it."
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    def in_subtree(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.below(value)
