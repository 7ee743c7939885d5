"""Builds and compiles the SQL of a list: the view's rows, annotations, DRF's filter backends, order and page.

The view's `rows` are the rows that the caller may read. Fields, filters and orderings add the annotations
that they need. The filter backends filter, search and sort. All of them put parameters in the place of the
request's values, so the SQL is compiled once for each `ListQuery`.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import BigAutoField, BooleanField, Count, F, Func, Q, QuerySet
from django.db.models import Value as Constant
from django.db.models.expressions import OrderBy
from django.db.models.lookups import GreaterThanOrEqual

from recommendations.api.field_readers import Layout
from recommendations.api.list_query import WRITTEN, ListQuery
from recommendations.api.ordering import WITH_VALUE, WITHOUT_VALUE, Term, order_by, rows_after, terms_of
from recommendations.api.row_fields import kind_of_column
from recommendations.api.views.resource import RecordResource
from recommendations.queries.compiled import CompiledQuery
from recommendations.queries.parameters import Parameter, Values
from recommendations.queries.visibility import among_small_scope

# The lowest value of each type of column.
LEAST = {"CharField": "", "SlugField": "", "DateField": date.min}


class CompiledList:
    """The SQL of a list query, and the reader of its rows."""

    def __init__(self, asked: ListQuery, view: RecordResource) -> None:
        self.asked = asked
        rows = ListRows(asked, view)
        self.reader: Any = asked.view.reader(asked, rows.query)
        layout = self.reader.layout
        self.cursor_places = [
            layout.place(term.path, kind_of_column(term.field)) for term in rows.terms if asked.limit
        ]
        self.sql = CompiledQuery(self._page(rows, layout).values_list(*layout.columns)[: asked.limit])
        self._count: CompiledQuery | None = None

    def _page(self, rows: "ListRows", layout: Layout) -> QuerySet:
        """The rows. If another table gives the order, PostgreSQL finds the keys of the page first.

        It then sorts narrow keys, not whole rows (by owner at 20,000 recommendations: 17 ms without).
        """
        found = rows.queryset(layout)
        by_other = bool(rows.terms) and "__" in rows.terms[0].path
        if connection.vendor != "postgresql" or not self.asked.limit or not by_other:
            return found
        return found.filter(pk__in=found.values("pk")[: self.asked.limit])

    def count(self, view: RecordResource, values: Values) -> int:
        """How many rows there are on all pages. One query."""
        if self._count is None:
            every = ListRows(replace(self.asked, cursor=None, part=None, ordering=()), view)
            serializer = view.row_serializer("list", as_of=self.asked.as_of)
            rows = every.queryset(Layout(serializer, every.query)).order_by()
            totals = rows.annotate(_one=Constant(1)).values("_one").annotate(_total=Count("*"))
            self._count = CompiledQuery(totals.values_list("_total"))
        return self._count.rows(values)[0][0]


class ListRows:
    """The queryset of a list query. While it is built, the filter backends find it as `view.compiling`."""

    def __init__(self, asked: ListQuery, view: RecordResource) -> None:
        self.asked, self.view = asked, view
        filterset = asked.view.filterset_class
        self.query = filterset.planned(asked.context, asked) if filterset else asked.context
        is_sorted = asked.action == "list" and asked.view.orderings
        self.terms = (
            [
                self._by_visibility_key(term)
                for term in terms_of(asked.view, asked.ordering, asked.part, self.query)
            ]
            if is_sorted
            else []
        )

    @property
    def order(self) -> list[OrderBy]:
        """What the rows are sorted by."""
        everywhere = self.query.found_by is not None and self.query.found_by.organisation is None
        # Equal in every row. PostgreSQL uses the order of the index only if the query names all of it.
        descending = bool(self.terms) and self.terms[0].descending
        first = (
            [Term("visibility_organisation", BigAutoField(), descending).expression()] if everywhere else []
        )
        return [*first, *(term.expression() for term in self.terms)]

    def queryset(self, layout: Layout) -> QuerySet:
        """The rows that the request asks for, sorted, with the annotations that all of it needs."""
        asked, filterset = self.asked, self.asked.view.filterset_class
        read = filterset.names_read(asked.filters) if filterset else ()
        rows = layout.annotated(asked.view.rows(self.query), *read, *(term.path for term in self.terms))
        if asked.action != "list":
            return rows.filter(**self._the_row())
        if asked.view.through:
            rows = rows.filter(among_small_scope(self.query.user, asked.view.through))
        self.view.compiling = self
        return self.view.filter_queryset(rows).filter(self._part(), self._after())

    def _the_row(self) -> dict[str, Parameter]:
        view = self.asked.view
        by = "pk" if self.asked.action == WRITTEN else view.lookup_field
        field: Any = view.model._meta.pk if by == "pk" else view.model._meta.get_field(by)
        return {by: Parameter("key", field)}

    def _by_visibility_key(self, term: Term) -> Term:
        """Sort by the key in RecommendationVisibility: its index ends with that column."""
        return (
            replace(term, path="visibility_recommendation")
            if self.query.found_by and term.path == "pk"
            else term
        )

    def _part(self) -> Q:
        asked = self.asked
        if asked.part is None:
            return Q()
        first = order_by(asked.view, asked.ordering[0])
        return first.has_value(self.query) if asked.part == WITH_VALUE else first.has_no_value(self.query)

    def _after(self) -> Q:
        """Condition: the row comes after the row that the cursor names."""
        if self.asked.cursor is None:
            return self._index_hint()
        there = self.asked.cursor[1:] if self.asked.part == WITHOUT_VALUE else self.asked.cursor
        first = len(self.asked.cursor) - len(there)
        values = [
            Parameter(f"cursor_{place}", term.field) if is_there else None
            for place, (term, is_there) in enumerate(zip(self.terms, there, strict=True), start=first)
        ]
        return rows_after(self.terms, values)

    def _index_hint(self) -> Q:
        """No-op filter: makes SQLite use the index of the ordering instead of sorting all rows
        (recommendations by inspection, descending, at 20,000: 9 ms, and 2,900 ms without it)."""
        first = self.terms[0] if self.asked.limit and self.terms else None
        if connection.vendor != "sqlite" or first is None or first.nullable:
            return Q()
        least = LEAST.get(first.field.get_internal_type())
        return Q() if least is None else Q(Unlikely(GreaterThanOrEqual(F(first.path), least)))


class Unlikely(Func):
    """Tells SQLite that a condition holds for few rows, so that it starts with those."""

    function = "unlikely"
    output_field = BooleanField()
