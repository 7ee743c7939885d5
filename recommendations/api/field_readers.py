"""Walks the fields of a read serializer and builds a reader for each (see `row_fields`)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import UnionType
from typing import Any, get_args, get_type_hints

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from rest_framework import serializers

from recommendations.api import row_fields
from recommendations.api.row_fields import Read, RelatedByName, RelatedRows
from recommendations.api.serializers.base import FoldOf, NullIf, RowSerializer
from recommendations.api.serializers.declarations import MethodInputs, QueryContext, Related
from recommendations.exports import Column, ColumnKind
from recommendations.queries.parameters import KEYS

Field = serializers.Field
MethodField = serializers.SerializerMethodField
# Nested serializers are instances, those of a list or row are classes.
SerializerOrClass = serializers.BaseSerializer | type[serializers.BaseSerializer]
AS_TEXT = (ColumnKind.DAY, ColumnKind.INSTANT)
OF_TYPE = {int: ColumnKind.NUMBER, bool: ColumnKind.FLAG, date: ColumnKind.DAY}


class Layout:
    """The columns of one query (each once), the names that it must annotate, and the related rows that are
    loaded by key: everything that a serializer's fields need."""

    def __init__(self, serializer: SerializerOrClass | None, query: QueryContext) -> None:
        self.annotations = getattr(serializer, "annotations", ())
        self.query = query
        self.columns: list[Any] = []
        self.names: set[str] = set()
        self.related: RelatedByName = {}
        self._places: dict[tuple[str, ColumnKind | None], int] = {}

    def place(self, path: str, kind: ColumnKind = ColumnKind.CODE) -> int:
        """The place in a row of the column at an ORM path; adds the column if it is new."""
        known = (path, kind if kind in AS_TEXT else None)
        if known not in self._places:
            self._places[known] = len(self.columns)
            self.columns.append(row_fields.column_of(path, kind))
            self.names.add(path.split("__")[0])
        return self._places[known]

    def annotated(self, rows: QuerySet, *more: str) -> QuerySet:
        """`rows` with the annotations that provide the columns and `more`, and those that they need."""
        wanted, chosen = self.names | set(more), []
        for annotation in reversed(self.annotations):
            if wanted & set(annotation.provides):
                chosen.append(annotation)
                wanted |= set(annotation.needs)
        for annotation in reversed(chosen):
            rows = annotation.annotate(rows, self.query)
        return rows


class FieldReader:
    """Builds readers over a layout. `path` leads from the query's rows to the row of `model` that the
    field's serializer stands for; it is empty or ends with two underscores."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def read(self, field: Field, path: str, model: type[Model]) -> Read:
        """The field's values as JSON has them."""
        match field:
            case FoldOf():
                sibling = self.read(parts_of(field.parent)[field.of], path, model)
                return row_fields.each(sibling, field.to_representation)
            case serializers.SerializerMethodField():
                return self._method(field, path, model)
            case serializers.HyperlinkedIdentityField():
                place = self.layout.place(f"{path}{field.lookup_field}")
                return row_fields.address(str(field.view_name), field.lookup_url_kwarg, place)
            case serializers.HyperlinkedRelatedField():
                place = self.layout.place(path + source(field))
                return row_fields.address(str(field.view_name), field.lookup_url_kwarg, place)
            case serializers.SlugRelatedField():
                return row_fields.column(self.layout.place(f"{path}{source(field)}__{field.slug_field}"))
            case serializers.ManyRelatedField() | serializers.ListSerializer():
                return self._many(field, path, model)
            case serializers.BaseSerializer():
                return self._one(field, path, model)
        return row_fields.plain(field, self.layout.place(path + source(field), row_fields.kind_of(field)))

    def cells(self, name: str, field: Field, path: str, model: type[Model]) -> Iterator[tuple[Column, Read]]:
        """The columns of a table that show the field, each with its reader."""
        match field:
            case serializers.SerializerMethodField():
                yield from self._method_cells(name, field, path, model)
            case serializers.ManyRelatedField() | serializers.ListSerializer():
                cell = related_of(field).cell
                read = self.read(field, path, model)
                yield (
                    Column(name, ColumnKind.TEXT),
                    row_fields.each(read, lambda items: list_cell(items, cell)),
                )
            case serializers.BaseSerializer() if is_restricted(field):
                yield from self._parts(name, field, self.read(field, path, model))
            case serializers.BaseSerializer():
                inner, target = inside(field, path, model)
                for part, one in parts_of(field).items():
                    for column, read in self.cells(f"{name}.{part}", one, inner, target):
                        yield column, self._optional(field, inner, read)
            case serializers.HyperlinkedRelatedField() | NullIf():
                yield Column(name, ColumnKind.CODE), self.read(field, path, model)
            case _:
                kind = row_fields.kind_of(field)
                plain = field.slug_field if isinstance(field, serializers.SlugRelatedField) else ""
                where = path + source(field) + (f"__{plain}" if plain else "")
                yield Column(name, kind), row_fields.column(self.layout.place(where, kind))

    def fields(self, serializer: Field, path: str, model: type[Model]) -> dict[str, Read]:
        return {name: self.read(field, path, model) for name, field in parts_of(serializer).items()}

    def _one(self, field: Field, path: str, model: type[Model]) -> Read:
        """Reads a nested object; null if it is optional and missing."""
        inner, target = inside(field, path, model)
        if is_restricted(field):
            place = self.layout.place(path + source(field))
            read = self._load(field, target, "pk", "", target, place)
            return row_fields.each(read, lambda items: items[0] if items else None)
        return self._optional(field, inner, row_fields.nested(self.fields(field, inner, target)))

    def _optional(self, field: Field, inner: str, read: Read) -> Read:
        if not field.allow_null:
            return read
        return row_fields.where_present(self.layout.place(inner.removesuffix("__")), read)

    def _many(self, field: Field, path: str, model: type[Model]) -> Read:
        relation: Any = model._meta.get_field(source(field))
        target: type[Model] = relation.related_model
        place = self.layout.place(f"{path}pk")
        if relation.many_to_many:
            inner, key = f"{relation.m2m_reverse_field_name()}__", relation.m2m_field_name()
            read = self._load(field, relation.remote_field.through, key, inner, target, place)
        else:
            read = self._load(field, target, relation.field.name, "", target, place)
        arrange = getattr(field, "arrange", list)
        return row_fields.each(read, arrange)

    def _load(
        self, field: Field, holder: type[Model], key: str, path: str, model: type[Model], place: int
    ) -> Read:
        """Loads the rows of `holder` whose `key` is in the column at `place`, and reads each with `field`."""
        child: Any = getattr(field, "child", field)
        layout = Layout(None if path else child, self.layout.query)
        key_place = layout.place(key)
        reader = FieldReader(layout)
        if isinstance(field, serializers.ManyRelatedField):
            slug: Any = field.child_relation
            read = row_fields.column(layout.place(f"{path}{slug.slug_field}"))
        else:
            read = row_fields.nested(reader.fields(child, path, model))
        rows = holder._default_manager.filter(**{f"{key}__among": KEYS})
        rows = layout.annotated(related_of(field).rows(rows, layout.query))
        loaded = RelatedRows(rows.values_list(*layout.columns), key_place, read, layout.related)
        where = related_of(field).where
        self.layout.related[field] = (loaded, place, self.layout.place(where) if where else None)
        return row_fields.related(field, place)

    def _method(self, field: MethodField, path: str, model: type[Model]) -> Read:
        parent: Any = type(field.parent)
        reading = reading_of(field)
        columns = [self._method_column(path, name, model) for name in reading.columns]
        columns += [self._related_values(parent, name, path) for name in reading.related]
        return row_fields.method(parent, field.method_name, reading, columns)

    def _method_column(self, path: str, name: str, model: type[Model]) -> Read:
        try:
            field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            return row_fields.column(self.layout.place(path + name))  # An annotation.
        kind = ColumnKind.DAY if field.get_internal_type() == "DateField" else ColumnKind.CODE
        return row_fields.for_method(self.layout.place(path + name, kind), field)

    def _related_values(self, parent: type[RowSerializer], name: str, path: str) -> Read:
        place = self.layout.place(f"{path}pk")
        if name not in self.layout.related:
            values: Any = parent.related[name]
            rows = values.rows(self.layout.query)
            loaded = RelatedRows(rows, 0, row_fields.tuples, {})
            self.layout.related[name] = (loaded, place, None)
        return row_fields.related(name, place)

    def _method_cells(
        self, name: str, field: MethodField, path: str, model: type[Model]
    ) -> Iterator[tuple[Column, Read]]:
        reading, read = reading_of(field), self.read(field, path, model)
        if reading.cell is None and isinstance(reading.shows, serializers.Serializer):
            yield from self._parts(name, reading.shows, read)
            return
        shown = get_type_hints(getattr(type(field.parent), field.method_name))["return"]
        first = get_args(shown)[0] if isinstance(shown, UnionType) else shown  # `int | None` is a number.
        kind = OF_TYPE.get(first, ColumnKind.TEXT)
        yield Column(name, kind), row_fields.each(read, reading.cell) if reading.cell else read

    def _parts(self, name: str, serializer: Field, read: Read) -> Iterator[tuple[Column, Read]]:
        """One column for each field of an object."""
        for part, field in parts_of(serializer).items():
            yield Column(f"{name}.{part}", row_fields.kind_of(field)), row_fields.part(read, part)


def parts_of(serializer: Field) -> Mapping[str, Field]:
    """The fields of a nested serializer: DRF's type stubs declare them on no common class."""
    nested: Any = serializer
    return nested.fields


def source(field: Field) -> str:
    """The ORM path of a field from the row of its serializer."""
    return "__".join(field.source_attrs)


def inside(field: Field, path: str, model: type[Model]) -> tuple[str, type[Model]]:
    """The path to the row that a nested serializer stands for, and its model."""
    target: Any = model
    for name in field.source_attrs if field.source != "*" else ():
        path, target = f"{path}{name}__", target._meta.get_field(name).related_model
    return path, target


def reading_of(field: MethodField) -> MethodInputs:
    """The columns that a method field declares with `@reads`; none without it."""
    return getattr(getattr(type(field.parent), field.method_name), "reading", MethodInputs(()))


def related_of(field: Field) -> Related:
    return getattr(field.parent, "related", {}).get(field.field_name, Related())


def is_restricted(field: Field) -> bool:
    """Whether the field is an optional row that the caller may not be allowed to read."""
    return field.field_name in getattr(field.parent, "related", {})


def list_cell(items: Iterable[Any], path: tuple[str, ...]) -> str:
    """The cell of a list: the value at `path` of each item, separated by semicolons."""
    return "; ".join(str(_under(item, path)) for item in items)


def _under(item: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        item = item[name]
    return item
