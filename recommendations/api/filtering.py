"""Filters of lists.

A filter is a condition on rows. It is written once for all values that may be asked for, which is why
conditions take parameters (`queries.parameters`); only choices stand in the query as they are.
"""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import BigIntegerField, CharField, DateField, DateTimeField, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError

from recommendations.api.shapes.shape import Ask
from recommendations.api.values import since_instant
from recommendations.models import Event

LARGEST_NUMBER = 2**31 - 1
LARGEST_SEQUENCE = 2**63 - 1
MOST_VALUES = 50
IN = "__in"


class Filters(DjangoFilterBackend):
    """Shows the view's `filterset_class` in the schema; `asking` reads it."""


class FilterSet(django_filters.FilterSet):
    """A list's filters. A `method` is a classmethod `(ask, name, value) -> Q`.

    `needs` names what must be loaded before a filter can be asked: keys of the shape's `loads`.
    """

    needs: Mapping[str, tuple[str, ...]] = {}

    @classmethod
    def needs_of(cls, ask: Ask, name: str) -> tuple[str, ...]:
        return cls.needs.get(name, ())

    @classmethod
    def is_narrow(cls, ask: Ask, name: str) -> bool:
        """Is the filter answered by the table that drives the list?"""
        return False

    @classmethod
    def driven(cls, ask: Ask, question: Any) -> tuple[Ask, list[Q]]:
        """Choose by what table a list is driven; returns what is then asked, and the conditions of it."""
        return ask, []

    @classmethod
    def bound_value(cls, name: str, value: Any, *, today: date) -> Any:
        """What is bound for the value of a filter."""
        return value

    @classmethod
    def bound_as(cls, name: str) -> Any:
        """The field as which a value of the filter is bound."""
        one = cls.base_filters[name]
        if isinstance(one, django_filters.NumberFilter):
            return BigIntegerField()
        if isinstance(one, Day):
            return DateField()
        return DateTimeField() if name == "updated_since" else CharField()

    @classmethod
    def condition(cls, ask: Ask, name: str, values: list[Any]) -> Q:
        """The rows for which any of `values` holds."""
        one = cls.base_filters[name]
        if isinstance(one.method, str):
            method = getattr(cls, one.method)
            return reduce(or_, (method(ask, name, value) for value in values))
        return reduce(or_, (Q(**{f"{one.field_name}__{one.lookup_expr}": value}) for value in values))


class Changes(FilterSet):
    """What changed: exactly, by the sequence of the record, and by the clock."""

    changed_after = django_filters.NumberFilter(
        method="changed",
        label="A sequence of the record: only what changed after that event. Never misses a slow writer.",
        decimal_places=0,
        validators=[MinValueValidator(0), MaxValueValidator(LARGEST_SEQUENCE)],
    )
    updated_since = django_filters.CharFilter(
        method="since", label="An instant as ISO 8601 with its offset, or a day: only what changed since."
    )

    @classmethod
    def changed(cls, ask: Ask, name: str, value: Any) -> Q:
        return Q(sequence__gt=value)

    @classmethod
    def since(cls, ask: Ask, name: str, value: Any) -> Q:
        since = Event.objects.filter(at__gte=value).order_by("at", "sequence").values("sequence")
        first = Coalesce(Subquery(since[:1]), Value(LARGEST_SEQUENCE, output_field=BigIntegerField()))
        return cls.changed(ask, name, first - Value(1))


@extend_schema_field(bool)
class YesNo(django_filters.TypedChoiceFilter):
    """`true` or `false`, and nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [("true", "Yes"), ("false", "No")]
        super().__init__(*args, choices=choices, coerce=lambda value: value == "true", **kwargs)


class Day(django_filters.DateFilter):
    """A day as ISO 8601 writes it, and no other way: 01/02/23 is two different days."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], **kwargs)


class Number(django_filters.NumberFilter):
    """A whole number that fits the column on both databases."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra.setdefault("validators", [MinValueValidator(0), MaxValueValidator(LARGEST_NUMBER)])
        self.extra.setdefault("decimal_places", 0)


def is_choice(one: django_filters.Filter) -> bool:
    """Does the filter take one of a few values, each of which has a query of its own?"""
    return isinstance(one, django_filters.ChoiceFilter | django_filters.TypedChoiceFilter)


def takes_several(one: django_filters.Filter) -> bool:
    """May the filter be given several times, and mean any of the values?"""
    single = isinstance(one, YesNo | Day) or one.method in {"changed", "since"}
    return not single and one.lookup_expr == "exact"


def cleaned(name: str, one: django_filters.Filter, words: str) -> Any:
    """The value that `words` stand for; raises ValidationError where they stand for none."""
    try:
        value = one.field.clean(words)
    except forms.ValidationError as error:
        raise ValidationError({name: list(error.messages)}) from error
    if value in (None, ""):
        raise ValidationError({name: [f"“{words}” is no value of “{name}”."]})
    return since_instant(name, value) if name == "updated_since" else value
