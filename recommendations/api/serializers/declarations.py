"""Declarations of a read serializer, for fields that are not simply a column of the model.

    class ActionSerializer(RowSerializer):
        times_moved = serializers.IntegerField()
        target_in_words = serializers.SerializerMethodField()
        annotations = [Annotation(("times_moved",), lambda rows, query: with_times_moved(rows))]

        @reads("target_words", "target_latest")
        def get_target_in_words(self, row): ...

`api.rows` derives queries and tables from these; DRF's own rendering needs none of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import BaseSerializer, Field

from recommendations.queries.parameters import ANYBODY, TODAY, Day
from recommendations.queries.visibility import VisibilityRows

Key = int | str
# What related rows are loaded under: the field that shows them, or the name in `related`.
RelatedKey = Field | str
Shown = Field | type[BaseSerializer]
Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class QueryContext:
    """The caller and the days of a query: as parameters, or as a user and dates.

    `takes_steps`: the caller has a role that takes workflow steps. `only_in_scope`: the query leaves out
    rows that are out of the caller's scope. `all_in_scope`: every row is in scope. `found_by`: the query
    finds recommendations by joining these rows of RecommendationVisibility; None to read all of them.
    """

    user: Any = ANYBODY
    today: Day = TODAY
    as_of: Day | None = None
    takes_steps: bool = True
    only_in_scope: bool = False
    all_in_scope: bool = False
    found_by: VisibilityRows | None = None

    @property
    def day(self) -> Day:
        """The day for which lateness is computed."""
        return self.as_of or self.today


@dataclass(frozen=True)
class Annotation:
    """`annotate(rows, query)` adds columns with the names `provides`; `needs` are added before."""

    provides: tuple[str, ...]
    annotate: Callable[[Any, QueryContext], QuerySet]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Related:
    """The rows of a list field, or an optional row that the caller may not be allowed to read.

    `rows(rows, query)` filters and orders them. In a table, one cell lists the value at `cell` of each.
    `where` names an annotation that tells which rows have any: others are not looked up.
    """

    rows: Callable[[Any, QueryContext], QuerySet] = lambda rows, query: rows.order_by("pk")
    cell: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True)
class RelatedValues:
    """Tuples that methods read: `rows(query)` is a `values_list` whose first column, the primary key of
    the outer row, is among KEYS; the others are the tuple."""

    rows: Callable[[QueryContext], QuerySet]


@dataclass(frozen=True)
class MethodInputs:
    """What a method field reads of its row; see `reads`."""

    columns: tuple[str, ...]
    related: tuple[str, ...] = ()
    cell: Callable[[Any], Any] | None = None
    shows: Shown | None = None


def reads(
    *columns: str,
    related: Sequence[str] = (),
    cell: Callable[[Any], Any] | None = None,
    shows: Shown | None = None,
) -> Callable[[Method], Method]:
    """Say which columns, and which `related` of the serializer, a method field reads.

    `shows` is its type in the schema. In a table, `cell` makes one cell of it; without `cell`, an object has
    one cell for each of its fields.
    """

    def mark(method: Method) -> Method:
        method.reading = MethodInputs(columns, tuple(related), cell, shows)  # type: ignore[attr-defined]
        return extend_schema_field(shows)(method) if shows is not None else method

    return mark


@dataclass
class RowContext:
    """The request's data for readers: the serializer context, related rows by key, and the open cursor."""

    root: str
    context: Mapping[str, Any]
    cursor: CursorWrapper | None = None
    related: dict[RelatedKey, dict[Key, list[Any]]] = field(default_factory=dict)
    _serializers: dict[type[BaseSerializer], BaseSerializer] = field(default_factory=dict)

    def serializer(self, kind: type[BaseSerializer]) -> BaseSerializer:
        """The serializer instance of this class on which methods are called."""
        if kind not in self._serializers:
            self._serializers[kind] = kind(context=self.context)
        return self._serializers[kind]
