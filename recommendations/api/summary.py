"""How many recommendations stand where: of all in scope, and of each organisation with all under it.

One scan of narrow rows, counted here for each owner and then added up along the tree: no slower than to let
the database group by everything, and only what is asked for is counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from recommendations.api.asking import Question, question
from recommendations.api.plan import Plan
from recommendations.api.shapes.shape import Ask, Columns
from recommendations.api.shapes.summary import CODES, MOVED, NONE, OWNER, SPLITS
from recommendations.api.tree import Key, Tallies, Tree, tree_for
from recommendations.exports import Column, Kind
from recommendations.models import TargetRevision
from recommendations.queries.compiled import CompiledQuery
from recommendations.queries.execute import Row
from recommendations.queries.parameters import KEYS, Parameter, Values, end_of
from recommendations.queries.visibility import visible

MOST_SCANS = 128
BODY, SPLIT = "organisation", "by"
UNMOVED = (0, 0)
FEW = 5_000  # Recommendations: of more it takes longer to name them than to read what moved of all in reach.
Kinds = Mapping[str, Kind]


def summary_of(view: Any) -> tuple[list[dict[str, Any]], list[Column]]:
    """The rows that the request of `view` asks for, and the columns of a table of them.

    At most three queries. Raises ValidationError for what cannot be asked.
    """
    asked, values = question(view.request, view)
    scan = scan_for(replace(asked, as_table=False), connection.vendor)
    counted = scan.counted(values)
    tree = tree_for(values, vendor=connection.vendor)
    totals = tree.added_up(counted)
    if not scan.by:
        totals.setdefault((None,), scan.nothing())
    return list(scan.objects(totals, tree)), scan.columns(tree)


def cells(rows: Iterable[Mapping[str, Any]], columns: Iterable[Column]) -> list[Row]:
    """The rows as those of a table."""
    paths = [column.name.partition(".")[::2] for column in columns]
    return [tuple(_cell(row[name], under) for name, under in paths) for row in rows]


def _cell(value: Any, under: str) -> Any:
    return value[under] if under and value is not None else value


@lru_cache(maxsize=MOST_SCANS)
def scan_for(asked: Question, vendor: str) -> "Scan":
    """The scan of a question on the database of `vendor`; those not asked for longest are forgotten."""
    return Scan(asked)


class Scan(Plan):
    """The rows that a list with the same filters has, as far as they are in scope: narrow, in no order."""

    def __init__(self, asked: Question) -> None:
        self.question, view = asked, asked.view
        self.shape = view.shape_for(asked.action, as_of=asked.as_of)
        self.ask, self._conditions = view.filterset_class.driven(asked.ask, asked)
        self.by = _split_by(asked)
        columns = Columns()
        self.depth = len(columns.places([OWNER, *(SPLITS[name] for name in self.by)]))
        parts = [(name, self.shape.parts[name]) for name in asked.names]
        self.fields = [(name, part, columns.places(part.columns)) for name, part in parts if name != BODY]
        self.width = len(columns.all)
        rows = self._filtered(asked.names, Q()).order_by()
        self.statement = CompiledQuery(rows.values_list(*columns.all))
        self.moved = columns.all.index(MOVED) if MOVED in columns.all else None
        # Those of all are not those of the subtree alone, in whose reach the caller is known to be.
        self.moves_of_few, self.moves_of_all = _moves(self.ask, among=KEYS), _moves(asked.ask)

    def nothing(self) -> Tallies:
        """The tallies of no recommendation."""
        return [{} for _ in range(self.width)]

    def counted(self, values: Values) -> dict[Key, Tallies]:
        """The tallies of each owner, and each combination of what is split by. One query, or two."""
        rows = self.statement.rows(values)
        moved = self._moves_of(rows, values)
        alike: dict[Key, list[Row]] = defaultdict(list)
        for row in rows:
            alike[row[: self.depth]].append(row)
        return {key: [Counter(column) for column in self._columns(own, moved)] for key, own in alike.items()}

    def _columns(self, rows: Iterable[Row], moved: Mapping[int, Row]) -> list[Sequence[Any]]:
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        if self.moved is not None:
            columns[self.moved] = [moved.get(key, UNMOVED) for key in columns[self.moved]]
        return columns

    def _moves_of(self, rows: Sequence[Row], values: Values) -> dict[int, Row]:
        """How many actions of a recommendation moved, and how often: of those with any."""
        if self.moved is None or not rows:
            return {}
        if len(rows) > FEW:
            found = self.moves_of_all.rows(values)
        else:
            found = self.moves_of_few.rows({**values, "keys": [row[self.moved] for row in rows]})
        return {row[0]: row[1:] for row in found}

    def objects(self, totals: Mapping[Key, Tallies], tree: Tree) -> Iterator[dict[str, Any]]:
        """The rows: everything first, then the organisations by their slugs."""
        known = [_codes(name, tree) for name in self.by]

        def place(key: Key) -> tuple[Any, ...]:
            split = zip(key[1:], known, strict=True)
            return tree.place(key[0]), *(codes.index(_public(value, codes)) for value, codes in split)

        for key in sorted(totals, key=place):
            split = zip(self.by, key[1:], known, strict=True)
            row: dict[str, Any] = {BODY: tree.briefs[key[0]]} if BODY in self.question.names else {}
            if self.by:
                row[SPLIT] = {name: _public(value, codes) for name, value, codes in split}
            for name, field, places in self.fields:
                row[name] = field.value([totals[key][place] for place in places], tree.judgements)
            yield row

    def columns(self, tree: Tree) -> list[Column]:
        """What a table of the rows has: dotted names, in the order of the fields."""
        kinds: dict[str, Kinds] = {
            name: self.shape.parts[name].kinds(tree.judgements) for name in self.question.names
        }
        split = {name: Kind.FLAG if name == "gap" else Kind.CODE for name in self.by}
        body = {BODY: kinds.pop(BODY)} if BODY in kinds else {}
        return [
            Column(f"{name}.{under}" if under else name, kind)
            for name, found in {**body, SPLIT: split, **kinds}.items()
            for under, kind in found.items()
        ]


def _split_by(asked: Question) -> list[str]:
    words = dict(asked.filters).get(SPLIT, ())
    names = {name for several in words for name in several.split(",")} if isinstance(words, tuple) else ()
    return [name for name in SPLITS if name in names]


def _codes(name: str, tree: Tree) -> tuple[Any, ...]:
    """The values by which rows are split, in order."""
    return {**CODES, "judgement": (NONE, *tree.judgements), "gap": (False, True)}[name]


def _public(value: Any, codes: tuple[Any, ...]) -> Any:
    return bool(value) if True in codes else value or NONE


def _moves(ask: Ask, *, among: Parameter | None = None) -> CompiledQuery:
    """Of each recommendation how many actions moved that the caller reads, and how often."""
    rows = visible(TargetRevision.objects.all(), ask.user, on=ask.today)
    if among:
        rows = rows.filter(action__recommendation__among=among)
    if ask.as_of:
        rows = rows.filter(recorded_at__lt=end_of(ask.as_of))
    counts = {"actions": Count("action", distinct=True), "moves": Count("pk")}
    return CompiledQuery(rows.order_by().values_list("action__recommendation").annotate(**counts))
