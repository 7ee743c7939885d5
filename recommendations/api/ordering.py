"""`ordering=`: names that a view declares. The key makes every order total; rows without a value come last.

If the first column of the order may be null, a list has two parts: first the rows with a value, which an
index gives in order, then the rows without one. One query for both would have to sort every row.
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

WITH_VALUE, WITHOUT_VALUE = "present", "absent"


@dataclass(frozen=True)
class Term:
    """A column or annotation that a query is sorted by."""

    path: str
    field: Field
    descending: bool = False
    nullable: bool = False

    def expression(self) -> OrderByExpression:
        last = {"nulls_last": True} if self.nullable else {}
        return F(self.path).desc(**last) if self.descending else F(self.path).asc(**last)

    def after(self, value: object) -> Q:
        """Condition: comes after `value` in this order."""
        return Q(**{f"{self.path}__{'lt' if self.descending else 'gt'}": value})

    def equal(self, value: object) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})


@dataclass(frozen=True)
class OrderBy:
    """A public name of an ordering: the path of a column, or of an annotation with its `field`. If many rows
    share a value, `then` is the path of the text that follows it in the index."""

    path: str
    field: Field
    then: str = ""

    @property
    def nullable(self) -> bool:
        return self.field.null

    def path_of(self, query: QueryContext) -> str:
        return self.path

    def term(self, query: QueryContext, *, descending: bool) -> Term:
        return Term(self.path_of(query), self.field, descending, self.field.null)

    def term_with_value(self, *, descending: bool) -> Term:
        """The term among rows that have a value."""
        return Term(self.path, self.field, descending)

    def has_value(self, query: QueryContext) -> Q:
        """Condition: the row has a value."""
        return Q(**{f"{self.path}__isnull": False})

    def has_no_value(self, query: QueryContext) -> Q:
        """Condition: the row has no value."""
        return Q(**{f"{self.path}__isnull": True})


class Sortable(Protocol):
    """The attributes of a view that define its orderings."""

    model: type[Model]
    orderings: dict[str, str | OrderBy]
    default_ordering: tuple[str, ...]


KEY = OrderBy("pk", BigAutoField())
# Reports in the order of recording, and in each report its recommendations by number.
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
                "description": "Names, separated by commas; a dash before a name reverses its order.",
                "schema": {"type": "array", "items": {"type": "string", "enum": names}},
                "explode": False,
                "style": "form",
            }
        ]


@lru_cache(maxsize=512)
def ordering_names(view: type[Sortable], words: str) -> tuple[str, ...]:
    """The names in `ordering=`, or the view's default. Raises ValidationError."""
    asked = [name.strip() for name in words.split(",") if name.strip()]
    names = asked or list(view.default_ordering)
    unknown = [name for name in names if name.removeprefix("-") not in view.orderings]
    if unknown:
        known = ", ".join(view.orderings)
        said = f"is not an ordering. Use one of: {known}, each also with a dash before it."
        raise ValidationError({"ordering": [f"“{name}” {said}" for name in unknown]})
    # If a name comes twice, its first place and its last direction count.
    return tuple({name.removeprefix("-"): name for name in reversed(names)}.values())[::-1]


@cache
def has_two_parts(view: type[Sortable], name: str) -> bool:
    """Whether a list in this order has two parts, because rows may have no value."""
    return order_by(view, name).nullable


def order_by(view: type[Sortable], name: str) -> OrderBy:
    """The ordering of this name, with or without its dash."""
    known = view.orderings.get(name.removeprefix("-"), KEY)
    return known if isinstance(known, OrderBy) else OrderBy(known, column_at(view.model, known))


def terms_of(
    view: type[Sortable], ordering: Sequence[str], part: str | None, query: QueryContext
) -> list[Term]:
    """The terms that a list is sorted by; the key comes last, so that no two rows are equal.

    The key goes in the direction of the term before it, as in an index that is read backwards.
    """
    terms: list[Term] = []
    for place, name in enumerate(ordering):
        one, descending = order_by(view, name), name.startswith("-")
        if place == 0 and part == WITH_VALUE:
            terms.append(one.term_with_value(descending=descending))
        elif place > 0 or part != WITHOUT_VALUE:
            terms.append(one.term(query, descending=descending))
        if one.then:
            terms.append(Term(one.then, CharField(), descending))
        if terms and terms[-1].path == "pk":
            return terms  # Keys are unique, so further terms would not change the order.
    return [*terms, Term("pk", BigAutoField(), bool(terms) and terms[-1].descending)]


def column_at(model: type[Model], path: str) -> Field:
    """The model field at an ORM path; only the last step of the path may be null."""
    *relations, last = path.split("__")
    options: Any = model._meta
    for relation in relations:
        options = options.get_field(relation).related_model._meta
    return options.pk if last == "pk" else options.get_field(last)


def rows_after(terms: Sequence[Term], values: Sequence[object]) -> Q:
    """Condition: the row comes after the row with `values`, in which None is a missing value."""
    later, equal = [], Q()
    for term, value in zip(terms, values, strict=True):
        if value is not None:
            further = term.after(value)
            if term.nullable:
                further |= Q(**{f"{term.path}__isnull": True})
            later.append(equal & further)
        equal &= term.equal(value)
    condition = reduce(or_, later)
    first = terms[0]
    if values[0] is not None and not first.nullable:
        # No-op condition: makes the database start at this place in the index, not at its beginning.
        condition &= Q(**{f"{first.path}__{'lte' if first.descending else 'gte'}": values[0]})
    return condition
