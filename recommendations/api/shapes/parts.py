"""What a row of an answer is made of: columns of a query, and how they become JSON and cells of a table.

A part names the columns that it needs and reads them from the driver's own row. The databases give some
values differently: SQLite has days and instants as text, and 0 and 1 for no and yes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial, reduce
from operator import getitem
from typing import Any

import orjson
from django.db.models import F, QuerySet, TextField
from django.db.models import Value as Constant

from recommendations.api.shapes.columns import Bare, BareDay, BareInstant, Joined
from recommendations.api.shapes.compiled import Names, for_a_row, mapping
from recommendations.exports import Kind
from recommendations.queries.execute import Row
from recommendations.queries.parameters import Parameter

# A column: an ORM path, or an expression.
Expr = Any
NONE: Mapping[str, Kind] = {}
BARE = {Kind.DAY: BareDay, Kind.INSTANT: BareInstant, Kind.FLAG: Bare}
ROOT = Parameter("root", TextField())


@dataclass
class Told:
    """What a part knows beside the row: the address of the API, the day, and what was loaded by key."""

    root: str
    today: date
    as_of: date | None = None
    sides: dict["Side", dict[Any, Any]] = field(default_factory=dict)


Reader = Callable[[Row, Told], Any]
# Where each column of a part stands in the row.
Places = Sequence[int]


@dataclass(frozen=True)
class Cell:
    """A column of a table: its name, its kind, and how it is read, where it is not the column itself."""

    name: str
    kind: Kind
    columns: tuple[Expr, ...]
    read: Callable[[Places, str], Reader] | None = None


class Part:
    """One field of an object."""

    columns: tuple[Expr, ...] = ()
    # What must be annotated before the columns can be named: keys of the shape's `loads`.
    needs: tuple[str, ...] = ()

    def code(self, places: Places, vendor: str, names: Names) -> str:
        """The expression that reads the field from `row`, in which the columns stand at `places`.

        It may speak of `told`, and of what is given to `names`.
        """
        raise NotImplementedError

    def reader(self, places: Places, vendor: str) -> Reader:
        """The same as a function of a row and what is told."""
        names = Names()
        return for_a_row(self.code(places, vendor, names), names)

    def cells(self, name: str) -> Iterator[Cell]:
        """The columns of a table that say the same."""
        raise NotImplementedError

    def sides(self) -> Iterator[tuple["Side", Expr]]:
        """What is to be loaded for a page of rows at once, and the column that has its key."""
        return iter(())


class Value(Part):
    """A column as it is."""

    def __init__(self, column: Expr, kind: Kind = Kind.CODE, *, needs: tuple[str, ...] = ()) -> None:
        bare = isinstance(column, str) and kind in BARE
        self.columns, self.kind, self.needs = (BARE[kind](column) if bare else column,), kind, needs

    def code(self, places: Places, vendor: str, names: Names) -> str:
        change = PLAIN.get((vendor, self.kind))
        cell = f"row[{places[0]}]"
        return cell if change is None else f"(None if {cell} is None else {names.give(change)}({cell}))"

    def cells(self, name: str) -> Iterator[Cell]:
        yield Cell(name, self.kind, self.columns)


class Raw(Part):
    """Several columns as they are, for what is folded; shown by itself nowhere."""

    def __init__(self, *columns: Expr) -> None:
        self.columns = columns

    def code(self, places: Places, vendor: str, names: Names) -> str:
        return "(" + "".join(f"row[{place}], " for place in places) + ")"


class Json(Value):
    """A column that holds JSON; in a table, its text."""

    def __init__(self, column: Expr) -> None:
        super().__init__(column, Kind.TEXT)

    def code(self, places: Places, vendor: str, names: Names) -> str:
        return f"{names.give(orjson.loads)}(row[{places[0]}])"


class Address(Part):
    """The address of a row of `resource`, from the column that names it there."""

    def __init__(self, resource: str, column: Expr, ending: str = "/") -> None:
        self.columns, self.resource, self.ending = (column,), resource, ending

    def code(self, places: Places, vendor: str, names: Names) -> str:
        key = f"row[{places[0]}]"
        return f"(None if {key} is None else f'{{told.root}}{self.resource}/{{{key}}}{self.ending}')"

    def cells(self, name: str) -> Iterator[Cell]:
        stem = Joined(ROOT, Constant(f"{self.resource}/"))
        column = F(self.columns[0]) if isinstance(self.columns[0], str) else self.columns[0]
        yield Cell(name, Kind.CODE, (Joined(stem, column, Constant(self.ending)),))


class Object(Part):
    """A small object made of parts; null where its first column is, if it may be missing."""

    def __init__(
        self, first: Mapping[str, Part] | None = None, *, optional: bool = False, **parts: Part
    ) -> None:
        self.parts, self.optional = {**(first or {}), **parts}, optional
        parts = self.parts
        self.columns = tuple(column for part in parts.values() for column in part.columns)
        self.needs = tuple(need for part in parts.values() for need in part.needs)

    def code(self, places: Places, vendor: str, names: Names) -> str:
        entries, first = [], places[0]
        for name, part in self.parts.items():
            own, places = places[: len(part.columns)], places[len(part.columns) :]
            entries.append((name, part.code(own, vendor, names)))
        whole = mapping(entries)
        return f"(None if row[{first}] is None else {whole})" if self.optional else whole

    def cells(self, name: str) -> Iterator[Cell]:
        for own, part in self.parts.items():
            yield from part.cells(f"{name}.{own}")

    def sides(self) -> Iterator[tuple["Side", Expr]]:
        for part in self.parts.values():
            yield from part.sides()


class Flat(Part):
    """A field that a table shows in a cell made by `flat`, or in one cell for each of `columns_of`."""

    kind = Kind.TEXT
    flat: Callable[[Any], Any] | None = None
    columns_of: Mapping[str, Kind] = NONE

    def cells(self, name: str) -> Iterator[Cell]:
        if not self.columns_of:
            yield Cell(name, self.kind, self.columns, partial(self._cell, self.flat))
        for one, kind in self.columns_of.items():
            yield Cell(f"{name}.{one}", kind, self.columns, partial(self._cell, _under(one)))

    def _cell(self, flat: Callable[[Any], Any] | None, places: Places, vendor: str) -> Reader:
        reader = self.reader(places, vendor)
        return reader if flat is None else lambda row, told: flat(reader(row, told))


def _under(name: str) -> Callable[[Any], Any]:
    return lambda found: None if found is None else found.get(name)


class Made(Flat):
    """Made in Python of several columns: `make(values, told)`, each value read as its own part reads it."""

    def __init__(
        self,
        make: Callable[[list[Any], Told], Any],
        *parts: Part,
        kind: Kind = Kind.TEXT,
        needs: tuple[str, ...] = (),
        flat: Callable[[Any], Any] | None = None,
        columns_of: Mapping[str, Kind] = NONE,
    ) -> None:
        self.make, self.parts, self.kind, self.flat = make, parts, kind, flat
        self.columns = tuple(column for part in parts for column in part.columns)
        self.needs, self.columns_of = needs, columns_of

    def code(self, places: Places, vendor: str, names: Names) -> str:
        values = []
        for part in self.parts:
            own, places = places[: len(part.columns)], places[len(part.columns) :]
            values.append(part.code(own, vendor, names))
        return f"{names.give(self.make)}([{', '.join(values)}], told)"

    def sides(self) -> Iterator[tuple["Side", Expr]]:
        for part in self.parts:
            yield from part.sides()


@dataclass(frozen=True, eq=False)
class Side:
    """What belongs to rows and is loaded for a page of them at once, by one query.

    `rows(ask)` gives a queryset of those whose column `by` is among KEYS, in order; `item` reads one.
    """

    rows: Callable[[Any], QuerySet]
    item: Part
    by: Expr
    # Its rows are chosen already: the key, and then the columns of the item.
    is_whole: bool = False


class Beside(Flat):
    """The field that `fold` makes of what a side has for the row whose key is `key`."""

    def __init__(
        self,
        side: Side,
        fold: Callable[[list[Any]], Any] = list,
        *,
        key: Expr = "pk",
        flat: Callable[[Any], Any] | None = None,
        columns_of: Mapping[str, Kind] = NONE,
        kind: Kind = Kind.TEXT,
    ) -> None:
        self.side, self.fold, self.columns = side, fold, (key,)
        self.flat, self.columns_of, self.kind = flat, columns_of, kind

    def code(self, places: Places, vendor: str, names: Names) -> str:
        held = f"told.sides[{names.give(self.side)}].get(row[{places[0]}], ())"
        return f"{names.give(self.fold)}({held})"

    def sides(self) -> Iterator[tuple[Side, Expr]]:
        yield self.side, self.columns[0]


def listing(*path: str) -> Callable[[list[Any]], str]:
    """The cell of a table for a list of objects: what each has under `path`, with semicolons between."""

    def flat(items: list[Any]) -> str:
        return "; ".join(str(reduce(getitem, path, item)) for item in items)

    return flat


# How a value is read that the driver does not give as JSON has it.
PLAIN: dict[tuple[str, Kind], Callable[[Any], Any]] = {("sqlite", Kind.FLAG): bool}
