from django.db.models import QuerySet

from recommendations.api.filters.base import Changes, Choice, Text, organisations_below
from recommendations.models import Level, Organisation
from recommendations.queries.parameters import Parameter


class OrganisationFilter(Changes):
    level = Choice(choices=Level.choices)
    parent = Text("parent__slug", label="Slug of the organisation above.")
    subtree = Text(method="filter_subtree", label="Slug: this organisation and all under it.")

    class Meta:
        model = Organisation
        fields: list[str] = []

    def filter_subtree(self, queryset: QuerySet, name: str, value: list[Parameter]) -> QuerySet:
        return queryset.filter(pk__in=organisations_below(value).values("pk"))
