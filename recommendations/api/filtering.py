"""Filters of lists. What is not known is refused by name: an ignored filter shows the wrong rows.

A filter is a condition on rows. It is written once for all values that may be asked for, which is why
conditions take what is bound later (`models.prepared`); only choices stand in the query as they are.
"""

import re
import unicodedata
from collections.abc import Hashable, Mapping
from datetime import date, datetime, time
from functools import lru_cache, reduce
from operator import or_
from typing import Any, cast

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.filters import SearchFilter
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from recommendations.api.pagination import PARAMETERS
from recommendations.api.shapes.shape import Ask
from recommendations.models import Event
from recommendations.models.base import LONGEST_SEARCH

LARGEST_NUMBER = 2**31 - 1
LARGEST_SEQUENCE = 2**63 - 1
MOST_VALUES = 50
IN = "__in"
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Filters(DjangoFilterBackend):
    """Shows the view's `filterset_class` in the schema; `asking` reads it."""


class Search(SearchFilter):
    """`search=`: every word must occur in one of the view's `search_fields`."""

    def words(self, request: Request) -> list[str]:
        """The words, composed as texts are stored. Raises ValidationError for what cannot be searched for."""
        asked = request.query_params.get(self.search_param, "")
        if "\x00" in asked:
            raise ValidationError({"search": "Null characters are not allowed."})
        if len(asked) > LONGEST_SEARCH:
            raise ValidationError({"search": f"At most {LONGEST_SEARCH} letters can be searched for."})
        return [unicodedata.normalize("NFC", term) for term in self.get_search_terms(request)]

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return super().get_schema_operation_parameters(view) if searches(view) else []


def found_in(model: Any, paths: list[str], word: Any) -> Q:
    """The condition that `word` occurs in one of the texts at `paths`."""
    return reduce(or_, (_occurs(model, path, word) for path in paths))


def _occurs(model: Any, path: str, word: Any) -> Q:
    there = Q(**{f"{path}__icontains": word})
    if not model._meta.get_field(path.split("__")[0]).one_to_many:
        return there
    return Q(Exists(model._default_manager.filter(there, pk=OuterRef("pk"))))


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
        first = Coalesce(Subquery(since[:1]), Value(LARGEST_SEQUENCE))
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


def since_instant(name: str, words: str) -> datetime:
    """An instant as ISO 8601 writes it with its offset, or the beginning of a London day."""
    try:
        if _ISO_DAY.fullmatch(words):
            return timezone.make_aware(datetime.combine(date.fromisoformat(words), time.min))
        # In an address a plus is a blank.
        instant = parse_datetime(words.replace(" ", "+") if "T" in words else words)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or not 1900 < instant.year < 9000:
        raise ValidationError(
            {name: f"“{words}” is neither a day as YYYY-MM-DD nor an instant as YYYY-MM-DDThh:mm:ss+00:00."}
        )
    return instant


def refuse_unknown(request: Request, view: Any) -> None:
    """Raise ValidationError naming every query parameter that `view` does not know, and those it does."""
    given = request.query_params
    if not given:
        return
    known, several = known_parameters(view)
    problems: dict[str, list[str]] = {}
    for name, values in given.lists():
        if name not in known:
            listed = f"Known are: {', '.join(sorted(known))}." if known else "None is known here."
            problems[name] = [f"“{name}” is not a parameter of this address. {listed}"]
        # A filter without a value would be passed over, which is the same as one that is not known.
        elif not all(values):
            problems[name] = [f"“{name}” has no value. Give it one, or leave it out."]
        # Taking the last of several would show the wrong rows.
        elif len(values) > 1 and name not in several:
            problems[name] = [f"“{name}” is given {len(values)} times. Give it once."]
        elif len(values) > MOST_VALUES:
            problems[name] = [f"“{name}” is given {len(values)} times. At most {MOST_VALUES} are taken."]
    if problems:
        raise ValidationError(problems)


def searches(view: Any) -> bool:
    return bool(getattr(view, "search_fields", None))


def known_parameters(view: Any) -> tuple[frozenset[str], frozenset[str]]:
    """What may be asked at the view's address, and which of it several times."""
    if view.request.method not in SAFE_METHODS:
        return frozenset({"dry_run"}), frozenset()
    kind = cast("Hashable", type(view))
    return _known(kind, view.action)


@lru_cache(maxsize=256)
def _known(kind: Hashable, action: str) -> tuple[frozenset[str], frozenset[str]]:
    view = cast("Any", kind)
    known = {"as_of"} if view.takes_as_of and action in {"list", "retrieve"} else set()
    shaped = getattr(view, "shape", None) is not None and action in {"list", "retrieve"}
    several = {"fields", "omit"} if shaped else set()
    if action in {"list", *view.listed_actions}:
        filterset = getattr(view, "filterset_class", None)
        filters = filterset.base_filters if filterset else {}
        several |= {name for name, one in filters.items() if takes_several(one)}
        known |= set(filters) | {f"{name}{IN}" for name in several & set(filters)}
        known |= view.list_parameters | ({"search"} if searches(view) else set())
    return frozenset(known | several), frozenset(several)


LISTED = PARAMETERS | {"format"}


def yes_or_no(request: Request, name: str) -> bool:
    """A parameter that is `true` or `false`, and false unless given; raises ValidationError."""
    words = request.query_params.get(name, "false")
    if words not in {"true", "false"}:
        raise ValidationError({name: f"“{words}” is neither true nor false."})
    return words == "true"


def day_asked(request: Request, name: str, *, latest: date) -> date | None:
    """A parameter that is a day as ISO 8601 writes it; raises ValidationError for one after `latest`."""
    words = request.query_params.get(name)
    if words is None:
        return None
    if not _ISO_DAY.fullmatch(words):
        raise ValidationError({name: f"“{words}” is not a day as YYYY-MM-DD."})
    try:
        day = date.fromisoformat(words)
    except ValueError as error:
        raise ValidationError({name: f"There is no day “{words}”."}) from error
    if day > latest:
        raise ValidationError({name: f"{words} is still to come: nothing is known of that day."})
    return day
