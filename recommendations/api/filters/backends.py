"""DRF filter backends. They run once for each ListQuery, which they find in `view.compiling`."""

import unicodedata
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.filters import SearchFilter
from rest_framework.request import Request
from rest_framework.views import APIView

from recommendations.api.filters.base import Schema
from recommendations.models.base import LONGEST_SEARCH
from recommendations.queries.parameters import Parameter


class Filters(DjangoFilterBackend):
    """Runs the view's `filterset_class` with the filters of the request."""

    def get_filterset_kwargs(self, request: Request, queryset: QuerySet, view: Any) -> dict[str, Any]:
        compiling = view.compiling
        given = {"given": compiling.asked.filters, "query": compiling.query}
        return super().get_filterset_kwargs(request, queryset, view) | given


class Search(SearchFilter):
    """`search=`: every word must occur in one of the view's `search_fields`."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        for place in range(view.compiling.asked.words):
            word = Parameter(f"search_{place}")
            fields = [_occurs(queryset.model, path, word) for path in view.search_fields]
            queryset = queryset.filter(reduce(or_, fields))
        return queryset

    def get_schema_operation_parameters(self, view: APIView) -> list[Schema]:
        return super().get_schema_operation_parameters(view) if searches(view) else []


def search_words(request: Request, view: APIView) -> list[str]:
    """The words to search for, in Unicode NFC as texts are stored. Raises ValidationError."""
    asked = request.query_params.get("search") if searches(view) else None
    if not asked:
        return []
    if "\x00" in asked:
        raise ValidationError({"search": "Null characters are not allowed."})
    if len(asked) > LONGEST_SEARCH:
        raise ValidationError({"search": f"At most {LONGEST_SEARCH} letters can be searched for."})
    return [unicodedata.normalize("NFC", term) for term in Search().get_search_terms(request)]


def searches(view: APIView | type[APIView]) -> bool:
    return bool(getattr(view, "search_fields", None))


def _occurs(model: type[Model], path: str, word: Parameter) -> Q:
    there = Q(**{f"{path}__icontains": word})
    if not model._meta.get_field(path.split("__")[0]).one_to_many:
        return there
    return Q(Exists(model._default_manager.filter(there, pk=OuterRef("pk"))))
