"""Reads a request for a list, row or export into a `ListQuery` and the values to bind, and runs it.

The first request of a kind builds and compiles the SQL (`compiled_lists`); it is cached here by its
`ListQuery`, so that later requests only bind their values.
"""

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any

import django_filters
from django import forms
from django.db import connection
from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from recommendations.api.compiled_lists import CompiledList
from recommendations.api.filters.backends import search_words
from recommendations.api.filters.base import IN, MOST_VALUES, GivenFilters
from recommendations.api.list_query import WRITTEN, ListQuery
from recommendations.api.ordering import ordering_names
from recommendations.api.views.resource import RecordResource
from recommendations.queries.callers import CurrentRole, kind_of_caller, values_of
from recommendations.queries.execute import Row
from recommendations.queries.parameters import Values

MOST_LISTS = 512
_lists: OrderedDict[tuple[ListQuery, str], CompiledList] = OrderedDict()
_lock = Lock()


def compiled(asked: ListQuery, view: RecordResource) -> CompiledList:
    """The compiled list of a query, from the cache of the MOST_LISTS that were used last."""
    key = (asked, connection.vendor)
    with _lock:
        if key in _lists:
            _lists.move_to_end(key)
            return _lists[key]
    made = CompiledList(asked, view)
    with _lock:
        _lists[key] = made
        while len(_lists) > MOST_LISTS:
            _lists.popitem(last=False)
    return made


def row_query(view: RecordResource, action: str, fields: tuple[str, ...]) -> tuple[ListQuery, Values]:
    """The ListQuery without filters and order, and the values that every query of the view binds."""
    held: list[CurrentRole] = view.roles
    as_of = view.as_of if action != WRITTEN else None
    asked = ListQuery(
        type(view), action, fields, kind_of_caller(held), view.takes_steps, as_of=as_of is not None
    )
    return asked, Values(values_of(view.caller, held), today=view.today, as_of=as_of)


def list_query(request: Request, view: RecordResource) -> tuple[ListQuery, Values]:
    """The ListQuery of a request for a list, and the values to bind. Raises ValidationError."""
    asked, values = row_query(view, "list", requested_fields(request, view))
    words = search_words(request, view) if "search" in request.query_params else []
    values |= {f"search_{place}": word for place, word in enumerate(words)}
    # An export without `ordering` is not sorted: sorting would delay its first row.
    unsorted = view.is_export and "ordering" not in request.query_params
    return replace(
        asked,
        filters=_filters(request, view, values),
        words=len(words),
        ordering=() if unsorted else ordering_names(asked.view, request.query_params.get("ordering", "")),
        as_table=view.is_table,
    ), values


def requested_fields(request: Request, view: RecordResource) -> tuple[str, ...]:
    """The names of the fields to show, by `fields=` and `omit=`. Raises ValidationError for unknown names."""
    known = view.field_names(view.action, as_of=view.as_of is not None)
    given = tuple(
        (name, ",".join(request.query_params.getlist(name)))
        for name in ("fields", "omit")
        if name in request.query_params
    )
    return _fields_left(known, given) if given else known


@lru_cache(maxsize=MOST_LISTS)
def _fields_left(known: tuple[str, ...], asked: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    given = {name: [word.strip() for word in words.split(",")] for name, words in asked}
    problems = {
        name: [f"“{word}” is not a field of this resource. The fields are: {', '.join(known)}."]
        for name, words in given.items()
        for word in words
        if word not in known
    }
    chosen = set(given.get("fields", known)) - set(given.get("omit", ()))
    if not chosen and not problems:
        problems["omit"] = ["No field is left. Omit fewer fields."]
    if problems:
        raise ValidationError(problems)
    return tuple(name for name in known if name in chosen)


def _filters(request: Request, view: RecordResource, values: Values) -> GivenFilters:
    """The filters of a request, sorted by name. Adds the values that are bound as parameters to `values`."""
    filterset = view.filterset_class
    if filterset is None:
        return ()
    asked: dict[str, tuple[Any, ...] | int] = {}
    for given in request.query_params:
        name = given.removesuffix(IN)
        one = filterset.base_filters.get(name)
        if one is None:
            continue
        words = request.query_params.getlist(given)
        if given != name:
            words = [word.strip() for several in words for word in several.split(",")]
        if name in asked or len(words) > MOST_VALUES:
            raise ValidationError({given: [_too_much(name, len(words), twice=name in asked)]})
        found = [_cleaned(given, one, word) for word in words]
        if one.is_inlined:
            asked[name] = tuple(sorted(set(found)))
        else:
            asked[name] = len(found)
            day = view.as_of or view.today
            bound = [one.bound(value, day) for value in found] if hasattr(one, "bound") else found
            values |= {f"{name}_{place}": value for place, value in enumerate(bound)}
    return tuple(sorted(asked.items()))


def _cleaned(name: str, one: django_filters.Filter, words: str) -> Any:
    """The value of `words`, cleaned by the filter's form field. Raises ValidationError."""
    try:
        value = one.field.clean(words)
    except forms.ValidationError as error:
        raise ValidationError({name: list(error.messages)}) from error
    if value in (None, ""):
        raise ValidationError({name: [f"“{words}” is not a value of “{name}”."]})
    return value


def _too_much(name: str, count: int, *, twice: bool) -> str:
    if twice:
        return f"Give either “{name}” or “{name}{IN}”."
    return f"Give at most {MOST_VALUES} values; you gave {count}."


def one_row(view: RecordResource, asked: ListQuery, values: Values, key: str | int) -> dict[str, object]:
    """The row with this key as an object. Raises Http404 if it does not exist for the caller."""
    found, values = compiled(asked, view), Values(values, key=key)
    with connection.cursor() as cursor:
        rows = found.sql.rows(values, cursor)
        if not rows:
            raise Http404
        return found.reader.objects(rows, values, view.row_context(cursor))[0]


def blocks(view: RecordResource, found: CompiledList, values: Values) -> Iterator[Any]:
    """Every row of a list, block by block: lines of NDJSON, or rows of a table."""
    read = found.reader.cells if found.asked.as_table else found.reader.lines
    return _blocks(found.sql.blocks(values), lambda rows: read(rows, values, view.row_context()))


def _blocks(source: Generator[list[Row], None, None], read: Callable[[list[Row]], Any]) -> Iterator[Any]:
    # Closed here, so that closing an unfinished stream closes the cursor too.
    with closing(source) as found:
        for rows in found:
            yield read(rows)
