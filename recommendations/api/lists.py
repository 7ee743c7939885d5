"""Lists, details and exports: SQL that is compiled once for each kind of request, rows straight to JSON.

Where the SQL of a list comes from: the view's `rows` (what exists for the caller), the annotations that
the serializer's fields need, then DRF's filter backends (filters, search, ordering), all with parameters
for values that are known only per request. `CompiledList` keeps the SQL; a later request of the same kind
only binds its values.
"""

from collections import OrderedDict
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import CharField, Count, F, Q, QuerySet
from django.db.models import Value as Constant
from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from recommendations.api.filters.backends import search_words
from recommendations.api.filters.base import IN, MOST_VALUES, Given, cleaned, is_choice
from recommendations.api.ordering import (
    ABSENT,
    PRESENT,
    Term,
    after,
    names_asked,
    order_by,
    total,
)
from recommendations.api.row_fields import kind_of_column
from recommendations.api.serializers.declarations import QueryContext
from recommendations.queries.callers import Held
from recommendations.queries.compiled import CompiledQuery
from recommendations.queries.execute import Row
from recommendations.queries.parameters import AS_OF, CALLERS, Parameter, Values
from recommendations.queries.visibility import among_small_scope, kind_of_caller, values_of

MOST_LISTS = 512
# The action of a query for the row that was just written, by its primary key.
WRITTEN = "written"


@dataclass(frozen=True)
class ListQuery:
    """Everything in a request that changes the SQL of a list or row: the key of a CompiledList.

    `cursor` says which values of the ordering the row before the page had, `part` which part of a list
    in two parts is asked for (see `ordering`), `limit` how many rows are fetched, None for all.
    """

    view: type[Any]
    action: str
    fields: tuple[str, ...]
    caller: str
    takes_steps: bool
    as_of: bool
    filters: Given = ()
    words: int = 0
    ordering: tuple[str, ...] = ()
    cursor: tuple[bool, ...] | None = None
    part: str | None = None
    limit: int | None = None
    as_table: bool = False

    @property
    def context(self) -> QueryContext:
        """For whom and for which day the query is written, before it is planned."""
        return QueryContext(
            CALLERS[self.caller], as_of=AS_OF if self.as_of else None, takes_steps=self.takes_steps
        )


class CompiledList:
    """The SQL of a list query, and the reader of its rows."""

    def __init__(self, asked: ListQuery, view: Any) -> None:
        self.asked = asked
        filterset = asked.view.filterset_class
        self.query = filterset.planned(asked.context, asked) if filterset else asked.context
        self.terms = [self._in_seen(term) for term in self._terms()]
        self.reader: Any = asked.view.reader(asked, self.query)
        layout = self.reader.layout
        self.cursor_places = [
            layout.place(term.path, kind_of_column(term.field)) for term in self.terms if asked.limit
        ]
        rows = self._filtered(view, *(term.path for term in self.terms))
        self.sql = CompiledQuery(rows.values_list(*layout.columns)[: asked.limit])
        self._count: CompiledQuery | None = None

    def count(self, view: Any, values: Values) -> int:
        """How many rows there are on all pages. One query."""
        if self._count is None:
            every = CompiledList(replace(self.asked, cursor=None, part=None, ordering=(), fields=()), view)
            rows = every._filtered(view).order_by()
            totals = rows.annotate(_one=Constant(1)).values("_one").annotate(_total=Count("*"))
            self._count = CompiledQuery(totals.values_list("_total"))
        return self._count.rows(values)[0][0]

    @property
    def order(self) -> list[Any]:
        """What the rows are sorted by."""
        everywhere = self.query.seen is not None and self.query.seen.organisation is None
        # The same in every row; PostgreSQL takes the order of the index only where it is named.
        first = [F("seen_organisation")] if everywhere else []
        return [*first, *(term.expression() for term in self.terms)]

    def _filtered(self, view: Any, *names: str) -> QuerySet:
        """The rows that the request asks for, sorted, with the annotations that all of it needs."""
        asked, filterset = self.asked, self.asked.view.filterset_class
        rows = asked.view.rows(self.query)
        read = filterset.names_read(asked.filters) if filterset else ()
        rows = self.reader.layout.annotated(rows, *read, *names)
        if asked.action != "list":
            return rows.filter(**self._the_row())
        if asked.view.through:
            rows = rows.filter(among_small_scope(self.query.user, asked.view.through))
        view.compiling = self
        return view.filter_queryset(rows).filter(self._part(), self._after())

    def _the_row(self) -> dict[str, Any]:
        view = self.asked.view
        by = "pk" if self.asked.action == WRITTEN else view.lookup_field
        field = view.model._meta.pk if by == "pk" else view.model._meta.get_field(by)
        return {by: Parameter("key", field)}

    def _terms(self) -> list[Term]:
        asked = self.asked
        terms = []
        is_sorted = asked.action == "list" and asked.view.orderings
        for place, name in enumerate(total(asked.view, asked.ordering) if is_sorted else ()):
            one, descending = order_by(asked.view, name), name.startswith("-")
            if place == 0 and asked.part == ABSENT:
                continue
            if place == 0 and asked.part == PRESENT:
                terms.append(one.term_of_present(descending=descending))
            else:
                terms.append(one.term(self.query, descending=descending))
        return terms

    def _in_seen(self, term: Term) -> Term:
        """The key as the narrow table has it, whose index ends with it."""
        return replace(term, path="seen_recommendation") if self.query.seen and term.path == "pk" else term

    def _part(self) -> Q:
        asked = self.asked
        if asked.part is None:
            return Q()
        first = order_by(asked.view, asked.ordering[0])
        return first.present(self.query) if asked.part == PRESENT else first.absent(self.query)

    def _after(self) -> Q:
        """True of rows that stand after the row that the cursor names."""
        if self.asked.cursor is None:
            return self._index_hint()
        there = self.asked.cursor[1:] if self.asked.part == ABSENT else self.asked.cursor
        first = len(self.asked.cursor) - len(there)
        values = [
            Parameter(f"cursor_{place}", term.field) if is_there else None
            for place, (term, is_there) in enumerate(zip(self.terms, there, strict=True), start=first)
        ]
        return after(self.terms, values)

    def _index_hint(self) -> Q:
        """A filter that removes nothing: with it SQLite uses the index of the ordering, without it sorts
        all rows (actions at 200,000 recommendations: 1,900 ms without, 8 with)."""
        first = self.terms[0] if self.asked.limit and self.terms else None
        if connection.vendor != "sqlite" or first is None or first.descending or first.nullable:
            return Q()
        return Q(**{f"{first.path}__gte": ""}) if isinstance(first.field, CharField) else Q()


_lists: OrderedDict[tuple[ListQuery, str], CompiledList] = OrderedDict()
_lock = Lock()


def compiled(asked: ListQuery, view: Any) -> CompiledList:
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


def row_query(view: Any, action: str, fields: tuple[str, ...]) -> tuple[ListQuery, Values]:
    """The query of a row for the request of `view`, and the values that every query of it binds."""
    held: list[Held] = view.roles
    as_of = view.as_of if action != WRITTEN else None
    asked = ListQuery(
        type(view), action, fields, kind_of_caller(held), view.takes_steps, as_of=as_of is not None
    )
    return asked, {**values_of(view.request.user, held), "today": view.today, "as_of": as_of}


def list_query(request: Request, view: Any) -> tuple[ListQuery, Values]:
    """What a request asks of a list, and the values to bind; raises ValidationError."""
    asked, values = row_query(view, "list", fields_asked(request, view))
    words = search_words(request, view)
    values |= {f"search_{place}": word for place, word in enumerate(words)}
    # Every row is wanted: where no order is asked for, none has to be sorted before the first is sent.
    unsorted = view.is_export and "ordering" not in request.query_params
    return replace(
        asked,
        filters=_filters(request, view, values),
        words=len(words),
        ordering=() if unsorted else names_asked(request, view),
        as_table=view.is_table,
    ), values


def fields_asked(request: Request, view: Any) -> tuple[str, ...]:
    """The names that `fields=` and `omit=` leave; raises ValidationError for one that is not known."""
    known = view.field_names(view.action, as_of=view.as_of is not None)
    if "fields" not in request.query_params and "omit" not in request.query_params:
        return known
    given = {
        name: [word.strip() for words in request.query_params.getlist(name) for word in words.split(",")]
        for name in ("fields", "omit")
        if name in request.query_params
    }
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


def _filters(request: Request, view: Any, values: Values) -> Given:
    """The filters that a request gives, sorted; the values of those that are bound go into `values`."""
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
            bound = (one.bound(value, view.today) for value in found)
            values |= {f"{name}_{place}": value for place, value in enumerate(bound)}
    return tuple(sorted(asked.items()))


def _too_much(name: str, count: int, *, twice: bool) -> str:
    if twice:
        return f"Give either “{name}” or “{name}{IN}”."
    return f"At most {MOST_VALUES} values are taken; these are {count}."


def one_row(view: Any, asked: ListQuery, values: Values, key: Any) -> dict[str, Any]:
    """The row with this key as an object; raises Http404 where there is none for the caller."""
    found = compiled(asked, view)
    rows = found.sql.rows({**values, "key": key})
    if not rows:
        raise Http404
    return found.reader.objects(rows, values, view.row_context)[0]


def blocks(view: Any, found: CompiledList, values: Values) -> Iterator[Any]:
    """Every row of a list, some at a time: lines of NDJSON, or rows of a table."""
    reader, context = found.reader, view.row_context
    read = reader.cells if found.asked.as_table else reader.lines
    return _blocks(found.sql.blocks(values), lambda rows: read(rows, values, context))


def _blocks(source: Generator[list[Row], None, None], read: Any) -> Iterator[Any]:
    # Closed by hand: whoever gives the stream up gives the cursor up too.
    with closing(source) as found:
        for rows in found:
            yield read(rows)
