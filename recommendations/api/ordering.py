"""`ordering=`: by names that a view declares, made total by the key; unknown names are refused."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request


@dataclass(frozen=True)
class Term:
    """One thing that a list is sorted by: rows without a value stand last, either way."""

    path: str
    descending: bool = False
    nullable: bool = False

    def expression(self) -> Any:
        last = {"nulls_last": True} if self.nullable else {}
        return F(self.path).desc(**last) if self.descending else F(self.path).asc(**last)

    def beyond(self, value: Any) -> Q:
        return Q(**{f"{self.path}__{'lt' if self.descending else 'gt'}": value})

    def equal(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})


Terms = tuple[Term, ...]


def after(terms: Terms, values: list[Any]) -> Q:
    """The condition of standing after the row with `values`: None where it has no value."""
    beyond, equal = [], Q()
    for term, value in zip(terms, values, strict=True):
        if value is not None:
            further = term.beyond(value)
            if term.nullable:
                further |= Q(**{f"{term.path}__isnull": True})
            beyond.append(equal & further)
        equal &= term.equal(value)
    condition = reduce(or_, beyond)
    first = terms[0]
    if values[0] is not None and not first.nullable:
        # Said again by itself, so that the index is entered there and not at its beginning.
        condition &= Q(**{f"{first.path}__{'lte' if first.descending else 'gte'}": values[0]})
    return condition


class Ordering(BaseFilterBackend):
    """Sorts by the view's `orderings` (public name → ORM path)."""

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


def names_asked(request: Request, view: Any) -> tuple[str, ...]:
    """The names that the request sorts by, or the view's own. Raises ValidationError for unknown ones."""
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
    # The last word on a name counts, as does its first place.
    return tuple({name.removeprefix("-"): name for name in reversed(names)}.values())[::-1]
