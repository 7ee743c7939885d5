"""What a request asks of a list or a row: its shape, which has one query, and the values bound in it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BigAutoField, Field
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from recommendations.api.filtering import IN, MOST_VALUES, cleaned, is_choice
from recommendations.api.ordering import Term, Terms, names_asked
from recommendations.api.pagination import decoded, page_size, rows_for
from recommendations.api.searching import Search, searches
from recommendations.api.shapes.shape import Ask, Shape, names_of
from recommendations.queries.parameters import AS_OF
from recommendations.queries.parameters import CALLERS as PEOPLE
from recommendations.queries.visibility import known_of
from recommendations.queries.visibility import values_of as bound_to

# The action of a question about the row that was just written, by its primary key.
WRITTEN = "written"


@dataclass(frozen=True)
class Sort:
    """What a public name of an ordering stands for. A path that is annotated says its `field`."""

    path: str
    field: Field | None = None
    needs: tuple[str, ...] = ()


# Reports as they were recorded, and in each its numbers in order.
BY_RECOMMENDATION = Sort("recommendation", BigAutoField())


@dataclass(frozen=True)
class Question:
    """All that decides how the query is written; values that do not are bound when it is asked."""

    view: Any
    action: str
    names: tuple[str, ...]
    # Each filter with its choices, or with how many values are bound.
    filters: tuple[tuple[str, tuple[Any, ...] | int], ...] = ()
    words: int = 0
    ordering: tuple[str, ...] = ()
    # Of a later page: which values of the ordering the row before it had.
    cursor: tuple[bool, ...] | None = None
    as_of: bool = False
    # Of a page: of how many rows it is taken.
    at_most: int | None = None
    as_table: bool = False
    # Has the caller a role that takes any step at all?
    takes_steps: bool = False
    # What is known of their reach: one of PEOPLE.
    caller: str = "anybody"

    @property
    def ask(self) -> Ask:
        """For whom, and for which day, the query is written."""
        return Ask(
            user=PEOPLE[self.caller], as_of=AS_OF if self.as_of else None, takes_steps=self.takes_steps
        )


def question(request: Request, view: Any) -> tuple[Question, dict[str, Any]]:
    """What `request` asks of `view`, and the values to be bound; raises ValidationError."""
    values = bound(view)
    if view.as_of:
        values["as_of"] = view.as_of
    shape = view.shape_for(view.action, as_of=view.as_of is not None)
    names = fields_asked(request, shape)
    known = {**known_beforehand(view), "as_of": view.as_of is not None}
    if view.action != "list":
        return Question(type(view), view.action, names, **known), values
    filters = _filters(request, view, values)
    words = Search().words(request) if searches(view) else []
    values |= {f"search_{place}": word for place, word in enumerate(words)}
    # Every row is wanted: where no order is asked for, none has to be sorted before the first is sent.
    unsorted = view.is_export and "ordering" not in request.query_params
    ordering = () if unsorted else names_asked(request, view)
    asked = Question(
        type(view),
        view.action,
        names,
        tuple(sorted(filters.items())),
        len(words),
        ordering,
        at_most=None if view.is_export else rows_for(page_size(request)),
        as_table=view.is_table,
        **known,
    )
    return _paged(asked, request, values), values


def bound(view: Any) -> dict[str, Any]:
    """What every query is bound with: who asks, which day it is, where the API stands."""
    return {**bound_to(view.request.user, view.roles), "today": view.today, "root": view.root}


def known_beforehand(view: Any) -> dict[str, Any]:
    """What is known of whoever asks, and decides how a query is written for them."""
    return {"takes_steps": view.takes_steps, "caller": known_of(view.roles)}


def fields_asked(request: Request, shape: Shape) -> tuple[str, ...]:
    """The names that `fields=` and `omit=` leave; raises ValidationError for one that is not known."""
    if "fields" not in request.query_params and "omit" not in request.query_params:
        return tuple(shape.parts)
    given = {
        name: [word.strip() for words in request.query_params.getlist(name) for word in words.split(",")]
        for name in ("fields", "omit")
        if name in request.query_params
    }
    problems = {
        name: [f"“{word}” is no field here. Known are: {', '.join(shape.parts)}."]
        for name, words in given.items()
        for word in words
        if word not in shape.parts
    }
    names = names_of(shape, given.get("fields"), given.get("omit", ()))
    if not names and not problems:
        problems["omit"] = ["No field is left. Leave out fewer of them."]
    if problems:
        raise ValidationError(problems)
    return names


def _filters(request: Request, view: Any, values: dict[str, Any]) -> dict[str, tuple[Any, ...] | int]:
    filterset = view.filterset_class
    asked: dict[str, tuple[Any, ...] | int] = {}
    for given in request.query_params if filterset else ():
        name = given.removesuffix(IN)
        one = filterset.base_filters.get(name)
        if one is None:
            continue
        words = request.query_params.getlist(given)
        if given != name:
            words = [word for several in words for word in several.split(",")]
        if name in asked or len(words) > MOST_VALUES:
            raise ValidationError({given: [_too_much(name, len(words), twice=name in asked)]})
        found = [cleaned(given, one, word) for word in words]
        if is_choice(one):
            asked[name] = tuple(sorted(set(found)))
        else:
            asked[name] = len(found)
            for place, value in enumerate(found):
                values[f"{name}_{place}"] = filterset.bound_value(name, value, today=view.today)
    return asked


def _too_much(name: str, count: int, *, twice: bool) -> str:
    if twice:
        return f"Give either “{name}” or “{name}{IN}”."
    return f"At most {MOST_VALUES} values are taken; these are {count}."


def _paged(asked: Question, request: Request, values: dict[str, Any]) -> Question:
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return asked
    last = decoded(cursor, [field_of(asked.view, name) for name in total(asked.view, asked.ordering)])
    values |= {f"cursor_{place}": value for place, value in enumerate(last)}
    return Question(**{**vars(asked), "cursor": tuple(value is not None for value in last)})


def sort_of(view: Any, name: str) -> Sort:
    known = view.orderings.get(name.removeprefix("-"), "pk")
    return known if isinstance(known, Sort) else Sort(known)


def term_of(view: Any, name: str) -> Term:
    sort = sort_of(view, name)
    return Term(sort.path, name.startswith("-"), _may_be_missing(view, sort))


def total(view: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of an ordering with the key at the end, so that no two rows stand at the same place."""
    return names if any(sort_of(view, name).path == "pk" for name in names) else (*names, "pk")


def terms_of(view: Any, names: tuple[str, ...]) -> Terms:
    return tuple(term_of(view, name) for name in total(view, names))


def field_of(view: Any, name: str) -> Field:
    """What a value of the ordering `name` is."""
    sort = sort_of(view, name)
    if sort.field is not None:
        return sort.field
    if sort.path == "pk":
        return BigAutoField()
    model = view.model
    *relations, last = sort.path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return model._meta.get_field(last)


def _may_be_missing(view: Any, sort: Sort) -> bool:
    if sort.field is not None:
        return sort.field.null
    model, missing = view.model, False
    for name in sort.path.split("__") if sort.path != "pk" else ():
        field = model._meta.get_field(name)
        missing = missing or field.null
        model = field.related_model
    return missing
