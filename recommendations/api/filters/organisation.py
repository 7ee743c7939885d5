from typing import Any

import django_filters
from django.db.models import Q

from recommendations.api.filtering import Changes
from recommendations.api.shapes.shape import Ask
from recommendations.models import Level, Organisation, OrganisationPath


class OrganisationFilter(Changes):
    level = django_filters.ChoiceFilter(choices=Level.choices)
    parent = django_filters.CharFilter("parent__slug", label="Slug of the organisation above.")
    subtree = django_filters.CharFilter(
        method="in_subtree", label="Slug: this organisation and all under it."
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    @classmethod
    def in_subtree(cls, ask: Ask, name: str, value: Any) -> Q:
        return Q(pk__in=OrganisationPath.objects.filter(ancestor__slug=value).values("descendant"))
