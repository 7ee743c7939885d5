"""`ordering=`: by names that a view declares, made total by the key; rows without a value stand last.

Where the first thing to sort by may be missing, a list has two parts: first the rows that have it, which
an index gives in order, then those that have not. Sorted together, every row would have to be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from operator import or_
from typing import Any, Protocol

from django.db.models import BigAutoField, CharField, F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy as OrderByExpression
from rest_framework.exceptions import ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request

from recommendations.api.filters.base import Schema
from recommendations.api.serializers.declarations import QueryContext

PRESENT, ABSENT = "present", "absent"


@dataclass(frozen=True)
class Term:
    """One thing that a query is sorted by."""

    path: str
    field: Field
    descending: bool = False
    nullable: bool = False

    def expression(self) -> OrderByExpression:
        last = {"nulls_last": True} if self.nullable else {}
        return F(self.path).desc(**last) if self.descending else F(self.path).asc(**last)

    def beyond(self, value: object) -> Q:
        """True after `value`, in this order."""
        return Q(**{f"{self.path}__{'lt' if self.descending else 'gt'}": value})

    def equal(self, value: object) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})


@dataclass(frozen=True)
class OrderBy:
    """What a public name of an ordering stands for: the path of a column, or of an annotation with its
    `field`. Where many rows share a value, `then` is the path of a text that an index has after it."""

    path: str
    field: Field
    then: str = ""

    @property
    def may_be_missing(self) -> bool:
        return self.field.null

    def path_of(self, query: QueryContext) -> str:
        return self.path

    def term(self, query: QueryContext, *, descending: bool) -> Term:
        return Term(self.path_of(query), self.field, descending, self.field.null)

    def term_of_present(self, *, descending: bool) -> Term:
        """The same among rows that have a value."""
        return Term(self.path, self.field, descending)

    def present(self, query: QueryContext) -> Q:
        """True of rows that have a value."""
        return Q(**{f"{self.path}__isnull": False})

    def absent(self, query: QueryContext) -> Q:
        """True of rows that have none."""
        return Q(**{f"{self.path}__isnull": True})


class Sortable(Protocol):
    """The attributes of a view by which its lists are sorted."""

    model: type[Model]
    orderings: dict[str, str | OrderBy]
    default_ordering: tuple[str, ...]


KEY = OrderBy("pk", BigAutoField())
# Reports as they were recorded, and in each its numbers in order.
BY_RECOMMENDATION = OrderBy("recommendation", BigAutoField())


class Ordering(OrderingFilter):
    """Sorts by the view's `orderings`: public name → OrderBy, or the path of a column."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        return queryset.order_by(*view.compiling.order)

    def get_schema_operation_parameters(self, view: Any) -> list[Schema]:
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


@lru_cache(maxsize=512)
def names_asked(view: type[Sortable], words: str) -> tuple[str, ...]:
    """The names that `ordering=` says, or the view's own. Raises ValidationError for unknown ones."""
    asked = [name.strip() for name in words.split(",") if name.strip()]
    names = asked or list(view.default_ordering)
    unknown = [name for name in names if name.removeprefix("-") not in view.orderings]
    if unknown:
        known = ", ".join(view.orderings)
        said = f"is not an ordering. Known are: {known}, each also with a dash before it."
        raise ValidationError({"ordering": [f"“{name}” {said}" for name in unknown]})
    # The last word on a name counts, as does its first place.
    return tuple({name.removeprefix("-"): name for name in reversed(names)}.values())[::-1]


@cache
def is_in_parts(view: type[Sortable], name: str) -> bool:
    """Has a list in this order two parts, as rows may have no value?"""
    return order_by(view, name).may_be_missing


def order_by(view: type[Sortable], name: str) -> OrderBy:
    """What the name of an ordering stands for, with or without its dash."""
    known = view.orderings.get(name.removeprefix("-"), KEY)
    return known if isinstance(known, OrderBy) else OrderBy(known, column_at(view.model, known))


def terms_of(
    view: type[Sortable], ordering: Sequence[str], part: str | None, query: QueryContext
) -> list[Term]:
    """What a `ListQuery` is sorted by: with the key at the end, no two rows stand at the same place.

    Ties go in the direction of the term before them, as an index does that is walked backwards.
    """
    terms: list[Term] = []
    for place, name in enumerate(ordering):
        one, descending = order_by(view, name), name.startswith("-")
        if place == 0 and part == PRESENT:
            terms.append(one.term_of_present(descending=descending))
        elif place > 0 or part != ABSENT:
            terms.append(one.term(query, descending=descending))
        if one.then:
            terms.append(Term(one.then, CharField(), descending))
        if terms and terms[-1].path == "pk":
            return terms  # No two rows have the same key: what comes after it sorts nothing.
    return [*terms, Term("pk", BigAutoField(), bool(terms) and terms[-1].descending)]


def column_at(model: type[Model], path: str) -> Field:
    """The field of a column at an ORM path, none of which may be missing but the last."""
    *relations, last = path.split("__")
    options: Any = model._meta
    for relation in relations:
        options = options.get_field(relation).related_model._meta
    return options.pk if last == "pk" else options.get_field(last)


def after(terms: Sequence[Term], values: Sequence[object]) -> Q:
    """True of rows that stand after the row with `values`: None where it has no value."""
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
