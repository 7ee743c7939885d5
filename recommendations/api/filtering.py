"""Filters of lists. What is not known is refused by name: an ignored filter shows the wrong rows."""

import re
import unicodedata
from datetime import date
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.filters import SearchFilter
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from recommendations.api.pagination import PARAMETERS
from recommendations.models.base import LONGEST_SEARCH

LARGEST_NUMBER = 2**31 - 1
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Filters(DjangoFilterBackend):
    """The view's `filterset_class`; a value that does not fit is a 400."""


class Search(SearchFilter):
    """`search=`: every word must occur in one of the view's `search_fields`."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        words = request.query_params.get(self.search_param, "")
        if "\x00" in words:
            raise ValidationError({"search": "Null characters are not allowed."})
        if len(words) > LONGEST_SEARCH:
            raise ValidationError({"search": f"At most {LONGEST_SEARCH} letters can be searched for."})
        return super().filter_queryset(request, queryset, view)

    def get_search_terms(self, request: Request) -> list[str]:
        """The words, composed as texts are stored."""
        return [unicodedata.normalize("NFC", term) for term in super().get_search_terms(request)]

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return super().get_schema_operation_parameters(view) if searches(view) else []


class FilterSet(django_filters.FilterSet):
    """Knows the caller's `user`; in its queries what the user may not read does not exist."""

    @property
    def user(self) -> Any:
        return self.request.user


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


def refuse_unknown(request: Request, view: Any) -> None:
    """Raise ValidationError naming every query parameter that `view` does not know, and those it does."""
    known = known_parameters(view)
    listed = f"Known are: {', '.join(sorted(known))}." if known else "None is known here."
    problems = {
        name: [f"“{name}” is not a parameter of this address. {listed}"]
        for name in request.query_params
        if name not in known
    }
    # A filter without a value would be passed over, which is the same as one that is not known.
    problems |= {
        name: [f"“{name}” has no value. Give it one, or leave it out."]
        for name, values in request.query_params.lists()
        if name in known and not all(values)
    }
    # Taking the last of several would show the wrong rows.
    problems |= {
        name: [f"“{name}” is given {len(values)} times. Give it once."]
        for name, values in request.query_params.lists()
        if name in known and len(values) > 1
    }
    if problems:
        raise ValidationError(problems)


def searches(view: Any) -> bool:
    return bool(getattr(view, "search_fields", None))


def known_parameters(view: Any) -> set[str]:
    if view.request.method not in SAFE_METHODS:
        return {"dry_run"}
    known = {"as_of"} if view.takes_as_of and view.action in {"list", "retrieve"} else set()
    if view.action != "list":
        return known
    filterset = getattr(view, "filterset_class", None)
    known |= set(filterset.base_filters) if filterset else set()
    return known | PARAMETERS | ({"search"} if searches(view) else set())


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
