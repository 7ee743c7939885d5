"""Lists, details and exports: SQL that is compiled once for each kind of request, rows straight to JSON.

A request is read into a `ListQuery`, which says what changes the SQL, and the values that it binds. The
first request of a kind compiles the SQL (`compiled_lists`); later ones only bind their values.
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
from recommendations.api.filters.base import IN, MOST_VALUES, Given
from recommendations.api.list_query import WRITTEN, ListQuery
from recommendations.api.ordering import names_asked
from recommendations.api.views.resource import RecordResource
from recommendations.queries.callers import Held, kind_of_caller, values_of
from recommendations.queries.execute import Row
from recommendations.queries.parameters import Values

MOST_LISTS = 512
_lists: OrderedDict[tuple[ListQuery, str], CompiledList] = OrderedDict()
_lock = Lock()


def compiled(asked: ListQuery, view: RecordResource) -> CompiledList:
    """The compiled list of a query; those that were not used for longest are forgotten."""
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
    """The query of a row for the request of `view`, and the values that every query of it binds."""
    held: list[Held] = view.roles
    as_of = view.as_of if action != WRITTEN else None
    asked = ListQuery(
        type(view), action, fields, kind_of_caller(held), view.takes_steps, as_of=as_of is not None
    )
    return asked, Values(values_of(view.caller, held), today=view.today, as_of=as_of)


def list_query(request: Request, view: RecordResource) -> tuple[ListQuery, Values]:
    """What a request asks of a list, and the values to bind; raises ValidationError."""
    asked, values = row_query(view, "list", fields_asked(request, view))
    words = search_words(request, view) if "search" in request.query_params else []
    values |= {f"search_{place}": word for place, word in enumerate(words)}
    # Every row is wanted: where no order is asked for, none has to be sorted before the first is sent.
    unsorted = view.is_export and "ordering" not in request.query_params
    return replace(
        asked,
        filters=_filters(request, view, values),
        words=len(words),
        ordering=() if unsorted else names_asked(asked.view, request.query_params.get("ordering", "")),
        as_table=view.is_table,
    ), values


def fields_asked(request: Request, view: RecordResource) -> tuple[str, ...]:
    """The names that `fields=` and `omit=` leave; raises ValidationError for one that is not known."""
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
        name: [f"“{word}” is no field here. Known are: {', '.join(known)}."]
        for name, words in given.items()
        for word in words
        if word not in known
    }
    chosen = set(given.get("fields", known)) - set(given.get("omit", ()))
    if not chosen and not problems:
        problems["omit"] = ["No field is left. Leave out fewer of them."]
    if problems:
        raise ValidationError(problems)
    return tuple(name for name in known if name in chosen)


def _filters(request: Request, view: RecordResource, values: Values) -> Given:
    """The filters that a request gives, sorted; the values of those that are bound go into `values`."""
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
        if one.stands_in_sql:
            asked[name] = tuple(sorted(set(found)))
        else:
            asked[name] = len(found)
            day = view.as_of or view.today
            bound = [one.bound(value, day) for value in found] if hasattr(one, "bound") else found
            values |= {f"{name}_{place}": value for place, value in enumerate(bound)}
    return tuple(sorted(asked.items()))


def _cleaned(name: str, one: django_filters.Filter, words: str) -> Any:
    """The value that `words` stand for; raises ValidationError where they stand for none."""
    try:
        value = one.field.clean(words)
    except forms.ValidationError as error:
        raise ValidationError({name: list(error.messages)}) from error
    if value in (None, ""):
        raise ValidationError({name: [f"“{words}” is no value of “{name}”."]})
    return value


def _too_much(name: str, count: int, *, twice: bool) -> str:
    if twice:
        return f"Give either “{name}” or “{name}{IN}”."
    return f"At most {MOST_VALUES} values are taken; these are {count}."


def one_row(view: RecordResource, asked: ListQuery, values: Values, key: str | int) -> dict[str, object]:
    """The row with this key as an object; raises Http404 where there is none for the caller."""
    found, values = compiled(asked, view), Values(values, key=key)
    with connection.cursor() as cursor:
        rows = found.sql.rows(values, cursor)
        if not rows:
            raise Http404
        return found.reader.objects(rows, values, view.row_context(cursor))[0]


def blocks(view: RecordResource, found: CompiledList, values: Values) -> Iterator[Any]:
    """Every row of a list, some at a time: lines of NDJSON, or rows of a table."""
    read = found.reader.cells if found.asked.as_table else found.reader.lines
    return _blocks(found.sql.blocks(values), lambda rows: read(rows, values, view.row_context()))


def _blocks(source: Generator[list[Row], None, None], read: Callable[[list[Row]], Any]) -> Iterator[Any]:
    # Closed by hand: whoever gives the stream up gives the cursor up too.
    with closing(source) as found:
        for rows in found:
            yield read(rows)
