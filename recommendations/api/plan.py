"""How a question is answered: the statements that the ORM writes for it once, and how rows are read."""

from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import CharField, Count, F, Q, QuerySet
from django.db.models import Value as Constant

from recommendations.api.asking import WRITTEN, Question, field_of, sort_of, terms_of, total
from recommendations.api.ordering import Terms, after
from recommendations.api.searching import found_in
from recommendations.api.shapes.parts import Value
from recommendations.api.shapes.shape import Columns, Layout, Sides, Table
from recommendations.exports import Kind
from recommendations.queries.compiled import CompiledQuery
from recommendations.queries.parameters import Parameter
from recommendations.queries.visibility import among_small_scope as among_few

MOST_PLANS = 512
# How the values of a cursor are read.
KINDS = {"DateField": Kind.DAY, "DateTimeField": Kind.INSTANT}
_plans: OrderedDict[tuple[Question, str], "Plan"] = OrderedDict()
_lock = Lock()


def plan_for(question: Question) -> "Plan":
    """The plan of a question; those not asked for longest are forgotten."""
    key = (question, connection.vendor)
    with _lock:
        if key in _plans:
            _plans.move_to_end(key)
            return _plans[key]
    plan = Plan(question)
    with _lock:
        _plans[key] = plan
        while len(_plans) > MOST_PLANS:
            _plans.popitem(last=False)
    return plan


class Plan:
    """The statements of a question, and how their rows become an answer."""

    def __init__(self, question: Question) -> None:
        self.question, view = question, question.view
        self.shape = view.shape_for(question.action, as_of=question.as_of)
        self.ask = question.ask
        extra: list[Q] = []
        if view.filterset_class is not None:
            self.ask, extra = view.filterset_class.driven(self.ask, question)
        self._conditions = extra
        rows = self._filtered(question.names, self._after())
        columns = Columns()
        made = Table if question.as_table else Layout
        self.layout: Any = made(self.shape, question.names, columns)
        self.sides = Sides(self.layout.sides, self.ask)
        rows = self._ordered(rows) if question.action == "list" else rows.filter(**_the_row(question))
        terms = terms_of(view, question.ordering) if question.at_most else ()
        read = [
            Value(self._path(term.path), KINDS.get(field_of(view, name).get_internal_type(), Kind.CODE))
            for term, name in zip(terms, total(view, question.ordering), strict=False)
        ]
        self.last = [term.reader(columns.places(term.columns), connection.vendor) for term in read]
        self.statement = CompiledQuery(rows.values_list(*columns.all)[: question.at_most])
        self._count: CompiledQuery | None = None

    def count(self, values: dict[str, Any]) -> int:
        if self._count is None:
            rows = self._filtered((), Q()).order_by()
            self._count = CompiledQuery(
                rows.annotate(_one=Constant(1)).values("_one").annotate(_n=Count("*")).values_list("_n")
            )
        return self._count.rows(values)[0][0]

    def _filtered(self, names: tuple[str, ...], after: Q) -> QuerySet:
        """The rows that the filters and the page leave, with what the fields `names` need."""
        question, view = self.question, self.question.view
        filterset = view.filterset_class
        needs = [need for name, _ in question.filters for need in filterset.needs_of(self.ask, name)]
        needs += [need for name in question.ordering if names for need in self._sort(name).needs]
        # What is asked of one joined row is asked at once, before anything is annotated from it.
        narrow = [name for name, _ in question.filters if filterset.is_narrow(self.ask, name)]
        joined = self.ask.by_reach and bool(self.ask.paths)
        at_once = [*self._conditions, *self._conditions_of(narrow), *([after] if joined else [])]
        if question.action == "list" and view.through:
            at_once.append(among_few(self.ask.user, view.through))
        rows = view.rows(self.ask).filter(*at_once)
        rows = self.shape.loaded(rows, self.ask, names, needs)
        conditions = self._conditions_of([name for name, _ in question.filters if name not in narrow])
        words = [Parameter(f"search_{place}") for place in range(question.words)]
        conditions += [found_in(view.model, view.search_fields, word) for word in words]
        return rows.filter(*conditions, *([] if joined else [after]))

    def _conditions_of(self, names: list[str]) -> list[Q]:
        filterset = self.question.view.filterset_class
        return [
            filterset.condition(self.ask, name, _bound(filterset, name, asked))
            for name, asked in self.question.filters
            if name in names
        ]

    def _sort(self, name: str) -> Any:
        """What the name is sorted by; nothing is to be loaded for what the narrow table has."""
        sort = sort_of(self.question.view, name)
        return sort if self._path(sort.path) == sort.path else replace(sort, needs=())

    def _path(self, path: str) -> str:
        return self.ask.paths.get(path, path)

    def _terms(self) -> Terms:
        return tuple(
            replace(
                term, path=self._path(term.path), nullable=term.nullable and term.path not in self.ask.paths
            )
            for term in terms_of(self.question.view, self.question.ordering)
        )

    def _ordered(self, rows: QuerySet) -> QuerySet:
        # The same in every row, yet PostgreSQL finds the order in the index only where it is said.
        first = [F("reach__organisation_id")] if self.ask.everywhere and self.ask.paths else []
        return rows.order_by(*first, *(term.expression() for term in self._terms()))

    def _after(self) -> Q:
        """The condition of standing after the row that the cursor speaks of."""
        question = self.question
        if question.cursor is None:
            return self._anywhere()
        fields = [field_of(question.view, name) for name in total(question.view, question.ordering)]
        values = [
            Parameter(f"cursor_{place}", field) if there else None
            for place, (there, field) in enumerate(zip(question.cursor, fields, strict=True))
        ]
        return after(self._terms(), values)

    def _anywhere(self) -> Q:
        """True of every row, yet SQLite, which knows no sizes, then walks the index that gives the order."""
        question, term = self.question, self._terms()[0]
        if connection.vendor != "sqlite" or not question.at_most or term.descending or term.nullable:
            return Q()
        is_text = isinstance(field_of(question.view, total(question.view, question.ordering)[0]), CharField)
        return Q(**{f"{term.path}__gte": ""}) if is_text else Q()


def _the_row(question: Question) -> dict[str, Any]:
    view = question.view
    by = "pk" if question.action == WRITTEN else view.lookup_field
    field = view.model._meta.pk if by == "pk" else view.model._meta.get_field(by)
    return {by: Parameter("key", field)}


def _bound(filterset: Any, name: str, asked: tuple[Any, ...] | int) -> list[Any]:
    """The values of a filter: its choices as they are, or what will be bound."""
    if isinstance(asked, tuple):
        return list(asked)
    field = filterset.bound_as(name)
    return [Parameter(f"{name}_{place}", field) for place in range(asked)]
