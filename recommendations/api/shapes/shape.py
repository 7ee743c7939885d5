"""An object of the API, declared once: its fields, trimmed to what is asked, as JSON or as a table."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from recommendations.api.renderers import to_line
from recommendations.api.shapes.compiled import Names, for_rows, mapping
from recommendations.api.shapes.parts import Cell, Expr, Part, Places, Reader, Side, Told
from recommendations.exports import Column
from recommendations.queries.compiled import CompiledQuery
from recommendations.queries.execute import Row
from recommendations.queries.parameters import ANYBODY as CALLER
from recommendations.queries.parameters import TODAY, DayParameter


@dataclass(frozen=True)
class Ask:
    """For whom and for which day a query is written; all of it is bound when it is asked."""

    user: Any = CALLER
    today: Any = TODAY
    as_of: DayParameter | None = None
    # Where the list is driven by the narrow table of reach: what stands there instead of a path.
    by_reach: bool = False
    from_one: bool = False
    everywhere: bool = False
    paths: Mapping[str, str] = field(default_factory=dict)
    # Is every row of the list in the caller's scope, because a filter says so?
    all_in_scope: bool = False
    # Has the caller a role that takes steps? To others none is open, and none is looked for.
    takes_steps: bool = True

    @property
    def day(self) -> DayParameter:
        """The day on which things are late or not."""
        return self.as_of or self.today

    @property
    def status(self) -> str:
        return "reach__status" if self.by_reach else "official_status"

    @property
    def due(self) -> str:
        return "reach__due" if self.by_reach else "fact_first_due"


Load = Callable[[Any, Ask], QuerySet]


@dataclass(frozen=True)
class Shape:
    """`parts` by public name, in order. `loads` annotate what parts need; `gates` name an annotation that
    must be true for a field to be there at all."""

    parts: dict[str, Part]
    loads: dict[str, Load] = field(default_factory=dict)
    gates: dict[str, str] = field(default_factory=dict)

    def loaded(self, rows: QuerySet, ask: Ask, names: Iterable[str], more: Iterable[str] = ()) -> QuerySet:
        """`rows` with what the fields `names` need, and what `more` names."""
        needed = {need for name in names for need in self.parts[name].needs} | set(more)
        needed |= {"scope" for name in names if name in self.gates}
        for name, load in self.loads.items():
            if name in needed:
                rows = load(rows, ask)
        return rows


class Columns:
    """The columns of a statement, each once, and where they stand."""

    def __init__(self) -> None:
        self.all: list[Expr] = []
        self._known: dict[Any, int] = {}

    def places(self, columns: Sequence[Expr]) -> Places:
        return [self._place(column) for column in columns]

    def _place(self, column: Expr) -> int:
        if column not in self._known:
            self._known[column] = len(self.all)
            self.all.append(column)
        return self._known[column]


def keyed(part: Part, columns: Columns) -> list[tuple[Side, int]]:
    """The sides of a part, each with the place of its key."""
    return [(side, columns.places([key])[0]) for side, key in part.sides()]


class Layout:
    """How the rows of one statement become objects."""

    def __init__(self, shape: Shape, names: Sequence[str], columns: Columns) -> None:
        self.sides: list[tuple[Side, int]] = []
        known = Names()
        groups: list[tuple[int | None, list[tuple[str, str]]]] = []
        for name in names:
            part = shape.parts[name]
            gate = columns.places([shape.gates[name]])[0] if name in shape.gates else None
            if not groups or groups[-1][0] != gate:
                groups.append((gate, []))
            groups[-1][1].append((name, part.code(columns.places(part.columns), connection.vendor, known)))
            self.sides += keyed(part, columns)
        made = _gated(groups)
        self._made = for_rows(made, known)
        # Each object is written and let go of at once: a block of them is a heap of small things.
        self._written = for_rows(f"{known.give(to_line)}({made})", known)

    def objects(self, rows: Sequence[Row], told: Told) -> list[dict[str, Any]]:
        return self._made(rows, told)

    def lines(self, rows: Sequence[Row], told: Told) -> bytes:
        """The objects as NDJSON."""
        return b"".join(self._written(rows, told))


def _gated(groups: list[tuple[int | None, list[tuple[str, str]]]]) -> str:
    """The expression of an object some of whose fields are there only where their gate is open."""
    if len(groups) == 1 and groups[0][0] is None:
        return mapping(groups[0][1])
    pieces = [
        f"**{mapping(entries)}" if gate is None else f"**({mapping(entries)} if row[{gate}] else {{}})"
        for gate, entries in groups
    ]
    return "{" + ", ".join(pieces) + "}"


class Table:
    """How the rows of one statement become rows of a table."""

    def __init__(self, shape: Shape, names: Sequence[str], columns: Columns) -> None:
        self.columns: list[Column] = []
        self.sides: list[tuple[Side, int]] = []
        self._cells: list[tuple[int, Reader | None, int | None]] = []
        gated = any(name in shape.gates for name in names)
        for name in names:
            part = shape.parts[name]
            gate = columns.places([shape.gates[name]])[0] if gated and name in shape.gates else None
            for cell in part.cells(name):
                self._add(cell, columns, gate)
            self.sides += keyed(part, columns)
        places = [place for place, read, gate in self._cells if read is None and gate is None]
        # As the driver gives it, where nothing is to be read, hidden or left out.
        self.is_plain = places == list(range(len(columns.all))) and len(places) == len(self._cells)

    def _add(self, cell: Cell, columns: Columns, gate: int | None) -> None:
        places = columns.places(cell.columns)
        read = cell.read(places, connection.vendor) if cell.read else None
        self.columns.append(Column(cell.name, cell.kind))
        self._cells.append((places[0], read, gate))

    def cells(self, rows: Sequence[Row], told: Told) -> Sequence[Row]:
        if self.is_plain or not rows:
            return rows
        given = list(zip(*rows, strict=True))
        return list(zip(*(_column(rows, given, told, *cell) for cell in self._cells), strict=True))


def _column(
    rows: Sequence[Row],
    given: list[tuple[Any, ...]],
    told: Told,
    place: int,
    read: Reader | None,
    gate: int | None,
) -> Sequence[Any]:
    """The cells of a column; nothing where the gate is shut."""
    if gate is None:
        return given[place] if read is None else [read(row, told) for row in rows]
    if read is None:
        return [row[place] if row[gate] else None for row in rows]
    return [read(row, told) if row[gate] else None for row in rows]


class Sides:
    """The statements of what is loaded by key, and their rows for a page."""

    def __init__(self, sides: Iterable[tuple[Side, int]], ask: Ask) -> None:
        self._all = [(side, at, Loaded(side, ask)) for side, at in dict.fromkeys(sides)]

    def load(self, rows: Sequence[Row], told: Told, values: dict[str, Any]) -> None:
        """Into `told`, what belongs to `rows`: one query for each side, however many rows."""
        asked = []
        for side, at, loaded in self._all:
            told.sides[side] = {}
            if keys := list({row[at] for row in rows if row[at] is not None}):
                asked.append((side, loaded, {**values, "keys": keys}))
        found = [loaded.statement.rows(bound) for _, loaded, bound in asked]
        for (side, loaded, _), held in zip(asked, found, strict=True):
            told.sides[side] = loaded.by_key(held, told, values)


class Loaded:
    """The statement of a side, and how its rows are read."""

    def __init__(self, side: Side, ask: Ask) -> None:
        columns = Columns()
        columns.places([side.by])
        places = columns.places(side.item.columns)
        self.sides = Sides(keyed(side.item, columns), ask)
        rows = side.rows(ask)
        self.statement = CompiledQuery(rows if side.is_whole else rows.values_list(*columns.all))
        known = Names()
        self.read = for_rows(side.item.code(places, connection.vendor, known), known)

    def by_key(self, rows: Sequence[Row], told: Told, values: dict[str, Any]) -> dict[Any, list[Any]]:
        """The items that these rows give, by the key of what they belong to."""
        held: dict[Any, list[Any]] = defaultdict(list)
        self.sides.load(rows, told, values)
        for row, item in zip(rows, self.read(rows, told), strict=True):
            held[row[0]].append(item)
        return held


def names_of(shape: Shape, wanted: Iterable[str] | None, omitted: Iterable[str]) -> tuple[str, ...]:
    """The fields that are asked for, in the shape's own order."""
    chosen = set(shape.parts) if wanted is None else set(wanted)
    return tuple(name for name in shape.parts if name in chosen - set(omitted))
