"""From a serializer class: the columns of a query, and readers from the driver's rows to JSON and tables.

A field of the API is declared once, in the read serializers of its noun: one for lists, and subclasses for
details and past days. A reader walks the serializer's fields, collects the columns, annotations and related
rows that they need, and reads rows without model instances. It gives the same bytes as DRF's own rendering
(tests/api/test_rows.py).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from recommendations.api import row_fields
from recommendations.api.field_readers import FieldReader, Layout
from recommendations.api.renderers import to_line
from recommendations.api.row_fields import Cells, ColumnValues, Read, RowSelection, load_related
from recommendations.api.serializers.base import RowSerializer
from recommendations.api.serializers.declarations import QueryContext, RowContext
from recommendations.exports import Column
from recommendations.queries.execute import Row
from recommendations.queries.parameters import Values


class Reader:
    """Base of the readers. `gates` of the serializer maps a field to the annotation that must be true for the
    caller to see it."""

    def __init__(self, serializer: type[RowSerializer], names: Iterable[str], query: QueryContext) -> None:
        self.layout = Layout(serializer, query)
        known = serializer().fields
        self.fields = {name: known[name] for name in names}
        gates = getattr(serializer, "gates", {})
        self.gates = {name: gates[name] for name in self.fields if name in gates}
        self.gate_places = {gate: self.layout.place(gate) for gate in dict.fromkeys(self.gates.values())}
        self.model = serializer.Meta.model

    def cells_of(self, rows: Sequence[Row], values: Values, context: RowContext) -> Cells:
        """The columns of a page of rows. Loads the related rows into `context`."""
        cells = list(zip(*rows, strict=True))
        load_related(self.layout.related, cells, values, context)
        return cells


class RowReader(Reader):
    """Reads rows as JSON objects with the fields `names`, in that order."""

    def __init__(self, serializer: type[RowSerializer], names: Iterable[str], query: QueryContext) -> None:
        super().__init__(serializer, names, query)
        reader = FieldReader(self.layout)
        self.readers = {name: reader.read(field, "", self.model) for name, field in self.fields.items()}
        self._by_gates: dict[tuple[bool, ...], Read] = {}

    def objects(
        self, rows: Sequence[Row], values: Values, context: RowContext
    ) -> Sequence[dict[str, object]]:
        """The objects of a page of rows."""
        if not rows:
            return []
        cells = self.cells_of(rows, values, context)
        # Rows with the same open gates have the same fields, and are read together.
        gates = list(zip(*(cells[place] for place in self.gate_places.values()), strict=True))
        groups = set(gates)
        if len(groups) < 2:
            return self._reader_for(groups.pop() if groups else ())(cells, context)
        found: list[Any] = [None] * len(rows)
        for group in groups:
            chosen = [at for at, one in enumerate(gates) if one == group]
            made = self._reader_for(group)(RowSelection(cells, chosen), context)
            for at, one in zip(chosen, made, strict=True):
                found[at] = one
        return found

    def lines(self, rows: Sequence[Row], values: Values, context: RowContext) -> bytes:
        """The objects as NDJSON."""
        return b"".join(map(to_line, self.objects(rows, values, context)))

    def _empty(self, cells: Cells, context: RowContext) -> ColumnValues:
        """Empty objects, for rows whose requested fields are all hidden from the caller."""
        return [{} for _ in cells[next(iter(self.gate_places.values()))]]

    def _reader_for(self, gates: tuple[bool, ...]) -> Read:
        """The reader of rows with these gates, in the order of `gate_places`; true shows the fields."""
        if gates not in self._by_gates:
            shut = {gate for gate, is_open in zip(self.gate_places, gates, strict=True) if not is_open}
            shown = {name: read for name, read in self.readers.items() if self.gates.get(name) not in shut}
            self._by_gates[gates] = row_fields.nested(shown) if shown else self._empty
        return self._by_gates[gates]


class TableReader(Reader):
    """Reads rows as rows of a table, whose columns are `table`."""

    def __init__(self, serializer: type[RowSerializer], names: Iterable[str], query: QueryContext) -> None:
        super().__init__(serializer, names, query)
        reader = FieldReader(self.layout)
        self.table: list[Column] = []
        self._readers: list[tuple[Read, int | None]] = []
        for name, field in self.fields.items():
            gate = self.gate_places[self.gates[name]] if name in self.gates else None
            for column, read in reader.cells(name, field, "", self.model):
                self.table.append(column)
                self._readers.append((read, gate))

    def cells(self, rows: Sequence[Row], values: Values, context: RowContext) -> Sequence[Row]:
        """The table's rows; a cell is empty where the caller may not see the field."""
        if not rows:
            return []
        cells = self.cells_of(rows, values, context)
        return list(zip(*(_column(read, gate, cells, context) for read, gate in self._readers), strict=True))


def _column(read: Read, gate: int | None, cells: Cells, context: RowContext) -> ColumnValues:
    if gate is None:
        return read(cells, context)
    shown = zip(read(cells, context), cells[gate], strict=True)
    return [value if is_open else None for value, is_open in shown]
