"""FilterSets of django-filter whose values may be named parameters.

A list is compiled once for each kind of request (`api.compiled_lists`). Then the FilterSet filters the
queryset with a `Parameter` for each value; only choices are written into the SQL. Each request binds its
own values, which the filters' form fields have cleaned.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    Expression,
    Field,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError

from recommendations.api.serializers.declarations import QueryContext
from recommendations.models import Event, Organisation
from recommendations.models.base import FIRST_YEAR
from recommendations.queries.parameters import Parameter

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LARGEST_NUMBER = 2**31 - 1
LARGEST_SEQUENCE = 2**63 - 1
MOST_VALUES = 50
FURTHEST = 36_500  # Days.
IN = "__in"
# A part of the OpenAPI schema.
Schema = dict[str, Any]
# The filters of a request by name: its choices, or how many values are bound as parameters.
GivenFilters = tuple[tuple[str, tuple[Any, ...] | int], ...]


class ValueFilter(django_filters.Filter):
    """A filter whose value is bound as a parameter of the type `parameter_class`. If a class has
    `bound(value, day)`, the result of that is bound instead of the cleaned value."""

    parameter_class: type[Field] = CharField
    is_inlined = False


class Text(ValueFilter, django_filters.CharFilter):
    """A reference or a code; matches any of the values."""

    def __init__(self, field_name: str | None = None, **kwargs: Any) -> None:
        super().__init__(field_name, "in", **kwargs)


class Choice(django_filters.ChoiceFilter):
    """One of a few codes; matches any of the values, which are written into the SQL."""

    is_inlined = True

    def __init__(self, field_name: str | None = None, **kwargs: Any) -> None:
        super().__init__(field_name, "in", **kwargs)


@extend_schema_field(bool)
class YesNo(django_filters.TypedChoiceFilter):
    """`true` or `false`."""

    is_inlined = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [("true", "Yes"), ("false", "No")]
        super().__init__(*args, choices=choices, coerce={"true": True, "false": False}.get, **kwargs)


class Day(ValueFilter, django_filters.DateFilter):
    """A day as ISO 8601 writes it. Other notations are refused: 01/02/23 may be two different days."""

    parameter_class: type[Field] = DateField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], **kwargs)


class WholeNumber(ValueFilter, django_filters.NumberFilter):
    """A whole number that fits the column on both databases. By default it matches any of the values."""

    parameter_class: type[Field] = BigIntegerField

    def __init__(
        self,
        field_name: str | None = None,
        lookup_expr: str = "in",
        *,
        largest: int = LARGEST_NUMBER,
        **kwargs: Any,
    ) -> None:
        super().__init__(field_name, lookup_expr, **kwargs)
        self.extra |= {"validators": [MinValueValidator(0), MaxValueValidator(largest)], "decimal_places": 0}


class DaysAhead(WholeNumber):
    """A number of days, bound as the day that is so many days ahead."""

    parameter_class: type[Field] = DateField

    def bound(self, value: Decimal, day: date) -> date:
        return day + timedelta(days=min(int(value), FURTHEST))


class Since(ValueFilter, django_filters.CharFilter):
    """An instant with its offset, or a day."""

    parameter_class: type[Field] = DateTimeField

    def bound(self, value: str, day: date) -> datetime:
        return since_instant("updated_since", value)


class FilterSet(django_filters.FilterSet):
    """A list's filters. Methods are django-filter's: `(queryset, name, value)`. If a filter may be given
    several times, `value` is a list and any of its values matches.

    `reads` names the annotations that a method needs.
    """

    reads: Mapping[str, tuple[str, ...]] = {}

    def __init__(
        self, *args: Any, given: GivenFilters = (), query: QueryContext | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.given, self.query = given, query or QueryContext()

    def is_valid(self) -> bool:
        """The values were cleaned one by one when the request was read: the form is not needed."""
        return True

    @property
    def qs(self) -> QuerySet:
        return self.filter_queryset(self.queryset.all())

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """As django-filter does it, for the filters that are given."""
        for name, given in self.given:
            one = self.filters[name]
            values = list(given) if isinstance(given, tuple) else list(parameters(name, one, given))
            queryset = one.filter(queryset, values if takes_several(one) else values[0])
        return queryset

    @classmethod
    def names_read(cls, given: GivenFilters) -> Iterator[str]:
        """The names of columns and annotations that the filters read."""
        for name, _ in given:
            yield from cls.reads.get(name, (cls.base_filters[name].field_name.split("__")[0],))

    @classmethod
    def planned(cls, query: QueryContext, asked: Any) -> QueryContext:
        """Choose the fastest way to find the rows of a ListQuery."""
        return query


class Changes(FilterSet):
    """Changed rows: exactly, after an event of the record; or since an instant."""

    changed_after = WholeNumber(
        method="filter_changed_after",
        lookup_expr="gt",
        largest=LARGEST_SEQUENCE,
        label="Sequence of an event: only rows that changed after it. Misses no slow write.",
    )
    updated_since = Since(
        method="filter_updated_since",
        label="An instant as ISO 8601 with its offset, or a day: only rows that changed since then.",
    )

    def filter_changed_after(self, queryset: QuerySet, name: str, value: Expression) -> QuerySet:
        return queryset.filter(sequence__gt=value)

    def filter_updated_since(self, queryset: QuerySet, name: str, value: Parameter) -> QuerySet:
        since = Event.objects.filter(at__gte=value).order_by("at", "sequence").values("sequence")
        # A number without a field would be bound with 32 bits on PostgreSQL.
        first = Coalesce(Subquery(since[:1]), Value(LARGEST_SEQUENCE, output_field=BigIntegerField()))
        return self.filter_changed_after(queryset, name, first - Value(1))


def organisations_below(slugs: list[Parameter]) -> QuerySet[Organisation]:
    """The organisations with these slugs, and all under them."""
    return Organisation.objects.filter(ancestor_paths__ancestor__slug__in=slugs)


def parameters(name: str, one: django_filters.Filter, count: int) -> Iterator[Parameter]:
    """The parameters of a filter's values: `owner_0`, `owner_1`."""
    for place in range(count):
        yield Parameter(f"{name}_{place}", one.parameter_class())


def takes_several(one: django_filters.Filter) -> bool:
    """Whether the filter may be given several times and matches any of the values."""
    return one.lookup_expr == "in"


def since_instant(name: str, words: str) -> datetime:
    """An instant as ISO 8601 writes it with its offset, or the beginning of a London day."""
    try:
        if ISO_DAY.fullmatch(words):
            return timezone.make_aware(datetime.combine(date.fromisoformat(words), time.min))
        # A plus in an address is decoded as a space.
        instant = parse_datetime(words.replace(" ", "+") if "T" in words else words)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or not FIRST_YEAR < instant.year < 9000:
        raise ValidationError(
            {name: f"“{words}” is neither a day as YYYY-MM-DD nor an instant as YYYY-MM-DDThh:mm:ss+00:00."}
        )
    return instant
