"""`search=`: words that must occur in the texts of a row."""

import unicodedata
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q
from rest_framework.exceptions import ValidationError
from rest_framework.filters import SearchFilter
from rest_framework.request import Request

from recommendations.models.base import LONGEST_SEARCH


class Search(SearchFilter):
    """`search=`: every word must occur in one of the view's `search_fields`."""

    def words(self, request: Request) -> list[str]:
        """The words, composed as texts are stored. Raises ValidationError for what cannot be searched for."""
        asked = request.query_params.get(self.search_param)
        if not asked:
            return []
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


def searches(view: Any) -> bool:
    return bool(getattr(view, "search_fields", None))
