"""Filters of the summary: those of recommendations, and by what its rows are split."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django_filters.fields import ChoiceField

from recommendations.api.filters.recommendation import RecommendationFilter
from recommendations.api.serializers.summary import SPLITS


class SplitField(ChoiceField):
    """One or more of the names by which rows can be split, with commas between."""

    def clean(self, value: str) -> str:
        names = [name.strip() for name in value.split(",")]
        unknown = [f"“{name}”" for name in names if name not in SPLITS]
        if unknown:
            raise forms.ValidationError(
                f"Nothing is split by {', '.join(unknown)}. Known are: {', '.join(SPLITS)}."
            )
        return ",".join(names)


class Split(django_filters.ChoiceFilter):
    stands_in_sql = True
    field_class = SplitField


class SummaryFilter(RecommendationFilter):
    """The filters of the list, of what is in the caller's scope, and by what the rows are split."""

    only_in_scope = True
    by = Split(
        method="filter_by",
        lookup_expr="in",
        choices=[(name, name.replace("_", " ").capitalize()) for name in SPLITS],
        label="Split each row into one for each combination that occurs; several, with commas between.",
    )

    def filter_by(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        """All the same rows are counted, however they are split."""
        return queryset
