"""Counts recommendations by status: all in scope, and those of each organisation with all under it.

One query reads a narrow row for each recommendation. They are counted here by owner and added up along the
tree. That is as fast as GROUP BY, and only the requested numbers are counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count

from recommendations.api.field_readers import Layout
from recommendations.api.list_query import ListQuery
from recommendations.api.lists import compiled, list_query
from recommendations.api.organisation_tree import Key, OrganisationTree, Tallies, tree_for
from recommendations.api.row_fields import kind_of
from recommendations.api.serializers.declarations import QueryContext
from recommendations.api.serializers.summary import OWNER, SPLITS, SummaryOrganisation
from recommendations.exports import Column, ColumnKind
from recommendations.models import TargetRevision
from recommendations.queries.compiled import CompiledQuery
from recommendations.queries.execute import Row
from recommendations.queries.parameters import AS_OF, CALLERS, KEYS, TODAY, Values, end_of
from recommendations.queries.visibility import visible
from recommendations.read_models.summary import CODES, NONE

MOST_STATEMENTS = 128
BODY, SPLIT = "organisation", "by"
MOVED = "pk"
UNMOVED = (0, 0)
FEW = 5_000  # Recommendations: of more it takes longer to name them than to read what moved of all in scope.


class TallyReader:
    """Counts narrow rows for each owner, and each combination of what rows are split by."""

    def __init__(self, serializer: type[Any], asked: ListQuery, query: QueryContext) -> None:
        self.layout = Layout(serializer, query)
        self.by = _split_by(asked)
        for column in (OWNER, *(SPLITS[name] for name in self.by)):
            self.layout.place(column)
        self.depth = len(self.layout.columns)
        known = serializer().fields
        self.names = asked.fields
        self.fields: dict[str, Any] = {name: known[name] for name in asked.fields if name != BODY}
        self.places = {
            name: [self.layout.place(column) for column in field.columns]
            for name, field in self.fields.items()
        }
        self.width = len(self.layout.columns)
        self.moved = self.layout.columns.index(MOVED) if MOVED in self.layout.columns else None

    def nothing(self) -> Tallies:
        """The tallies of no recommendation."""
        return [{} for _ in range(self.width)]

    def counted(self, rows: Sequence[Row], moved: Mapping[int, Row]) -> dict[Key, Tallies]:
        """The tallies of each owner; `moved` has how many actions of a recommendation moved, how often."""
        alike: dict[Key, list[Row]] = defaultdict(list)
        for row in rows:
            alike[row[: self.depth]].append(row)
        return {key: [Counter(column) for column in self._columns(own, moved)] for key, own in alike.items()}

    def _columns(self, rows: Iterable[Row], moved: Mapping[int, Row]) -> list[Sequence[Any]]:
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        if self.moved is not None:
            columns[self.moved] = [moved.get(key, UNMOVED) for key in columns[self.moved]]
        return columns

    def objects(self, totals: Mapping[Key, Tallies], tree: OrganisationTree) -> Iterator[dict[str, Any]]:
        """The rows: everything first, then the organisations by their slugs."""
        known = [_codes(name, tree) for name in self.by]

        def place(key: Key) -> tuple[Any, ...]:
            split = zip(key[1:], known, strict=True)
            return tree.place(key[0]), *(codes.index(_public(value, codes)) for value, codes in split)

        for key in sorted(totals, key=place):
            split = zip(self.by, key[1:], known, strict=True)
            row: dict[str, Any] = {BODY: tree.briefs[key[0]]} if BODY in self.names else {}
            if self.by:
                row[SPLIT] = {name: _public(value, codes) for name, value, codes in split}
            for name, field in self.fields.items():
                tallies = [totals[key][at] for at in self.places[name]]
                row[name] = field.value(tallies, tree.judgements)
            yield row

    def table(self, tree: OrganisationTree) -> list[Column]:
        """The columns of a table of the rows: dotted names, in the order of the fields."""
        columns = []
        if BODY in self.names:
            body = SummaryOrganisation().fields.items()
            columns += [Column(f"{BODY}.{name}", kind_of(field)) for name, field in body]
        kinds = {"unsupported_claim": ColumnKind.FLAG}
        columns += [Column(f"{SPLIT}.{name}", kinds.get(name, ColumnKind.CODE)) for name in self.by]
        for name, field in self.fields.items():
            codes = field.codes(tree.judgements)
            columns += [Column(f"{name}.{code}", ColumnKind.NUMBER) for code in codes] or [
                Column(name, ColumnKind.NUMBER)
            ]
        return columns


def summary_of(view: Any) -> tuple[list[dict[str, Any]], list[Column]]:
    """The rows that the request of `view` asks for, and the columns of a table of them.

    At most four queries. Raises ValidationError for what cannot be asked.
    """
    asked, values = list_query(view.request, view)
    scan = compiled(asked, view)
    reader: TallyReader = scan.reader
    rows = scan.sql.rows(values)
    tree = tree_for(values, root=view.root, vendor=connection.vendor)
    totals = tree.added_up(reader.counted(rows, _moved(asked, reader, rows, values)))
    if not reader.by:
        totals.setdefault((None,), reader.nothing())
    return list(reader.objects(totals, tree)), reader.table(tree)


def cells(rows: Iterable[Mapping[str, Any]], columns: Iterable[Column]) -> list[Row]:
    """The rows as those of a table."""
    paths = [column.name.partition(".")[::2] for column in columns]
    return [tuple(_cell(row[name], under) for name, under in paths) for row in rows]


def _cell(value: Any, under: str) -> Any:
    return value[under] if under and value is not None else value


def _moved(asked: ListQuery, reader: TallyReader, rows: Sequence[Row], values: Values) -> dict[int, Row]:
    """Of each recommendation how many actions moved, and how often: of those with any."""
    if reader.moved is None or not rows:
        return {}
    statement = _moves(asked.caller, connection.vendor, as_of=asked.as_of, few=len(rows) <= FEW)
    keys = [row[reader.moved] for row in rows] if len(rows) <= FEW else []
    return {row[0]: row[1:] for row in statement.rows(values.among(keys))}


@lru_cache(maxsize=MOST_STATEMENTS)
def _moves(caller: str, vendor: str, *, as_of: bool, few: bool) -> CompiledQuery:
    """How many actions that the caller reads moved, and how often; with `few` among KEYS alone."""
    rows = TargetRevision.objects.all()
    if few:
        rows = rows.filter(action__recommendation__among=KEYS)
    if as_of:
        rows = rows.filter(recorded_at__lt=end_of(AS_OF))
    rows = visible(rows, CALLERS[caller], on=TODAY)
    counts = {"actions": Count("action", distinct=True), "moves": Count("pk")}
    return CompiledQuery(rows.order_by().values_list("action__recommendation").annotate(**counts))


def _split_by(asked: ListQuery) -> list[str]:
    words = dict(asked.filters).get(SPLIT, ())
    names = {name for several in words for name in several.split(",")} if isinstance(words, tuple) else ()
    return [name for name in SPLITS if name in names]


def _codes(name: str, tree: OrganisationTree) -> tuple[Any, ...]:
    """The codes of a split, in order."""
    return {**CODES, "judgement": (NONE, *tree.judgements), "unsupported_claim": (False, True)}[name]


def _public(value: Any, codes: tuple[Any, ...]) -> Any:
    return bool(value) if True in codes else value or NONE
