"""`ordering=`: by names that a view declares, made total by the key; unknown names are refused."""

from typing import Any

from django.db.models import F, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

Terms = list[tuple[str, bool]]  # ORM path, descending?


class Ordering(BaseFilterBackend):
    """Sorts by the view's `orderings` (public name → ORM path), rows without a value last."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        view.ordering_terms = terms_of(request, view)
        return queryset.order_by(
            *(
                F(path).desc(nulls_last=True) if descending else F(path).asc(nulls_last=True)
                for path, descending in view.ordering_terms
            )
        )

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        names = [name for known in view.orderings for name in (known, f"-{known}")]
        return [
            {
                "name": "ordering",
                "in": "query",
                "required": False,
                "description": "One or more of these, divided by commas; a dash turns it round.",
                "schema": {"type": "array", "items": {"type": "string", "enum": names}},
                "explode": False,
                "style": "form",
            }
        ]


def terms_of(request: Request, view: Any) -> Terms:
    """The terms that the request asks for (or the view's own), ending with the key."""
    asked = [n.strip() for n in request.query_params.get("ordering", "").split(",") if n.strip()]
    names = asked or list(view.default_ordering)
    unknown = [name for name in names if name.removeprefix("-") not in view.orderings]
    if unknown:
        raise ValidationError(
            {
                "ordering": [
                    f"“{name}” is not an ordering. Known are: {', '.join(view.orderings)},"
                    " each also with a dash before it."
                    for name in unknown
                ]
            }
        )
    terms = {view.orderings[name.removeprefix("-")]: name.startswith("-") for name in reversed(names)}
    return [*reversed(terms.items()), ("pk", False)]
