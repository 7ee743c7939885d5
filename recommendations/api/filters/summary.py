"""Filters of the summary: those of recommendations, and `by`, which splits its rows."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django_filters.fields import ChoiceField

from recommendations.api.filters.recommendation import RecommendationFilter
from recommendations.api.serializers.summary import SPLITS


class SplitField(ChoiceField):
    """One or more names of splits, separated by commas."""

    def clean(self, value: str) -> str:
        names = [name.strip() for name in value.split(",")]
        unknown = [f"“{name}”" for name in names if name not in SPLITS]
        if unknown:
            raise forms.ValidationError(
                f"Rows cannot be split by {', '.join(unknown)}. Use one of: {', '.join(SPLITS)}."
            )
        return ",".join(names)


class Split(django_filters.ChoiceFilter):
    is_inlined = True
    field_class = SplitField


class SummaryFilter(RecommendationFilter):
    """The filters of the list of recommendations, limited to the caller's scope, and `by`."""

    only_in_scope = True
    by = Split(
        method="filter_by",
        lookup_expr="in",
        choices=[(name, name.replace("_", " ").capitalize()) for name in SPLITS],
        label="Split each row by these values, one row for each combination; separate several with commas.",
    )

    def filter_by(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        """A split filters no rows: the counting reads it."""
        return queryset
