"""Model instances with everything that DRF's own rendering of a read serializer needs.

Annotations and related rows come from the serializer's declarations. To-one relations are left to Django,
which loads each when it is read.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Model, QuerySet
from rest_framework import serializers

from recommendations.api.field_readers import related_of, source
from recommendations.api.serializers.base import FoldOf
from recommendations.api.serializers.declarations import QueryContext, RelatedValues
from recommendations.queries.callers import values_of
from recommendations.queries.compiled import CompiledQuery
from recommendations.queries.parameters import AS_OF, CALLERS, TODAY, Values


def rendered(view: Any, serializer: type[Any]) -> dict[Any, dict[str, Any]]:
    """Every row that exists for the caller of `view`, as DRF renders it, by the key in its address."""
    query = QueryContext(view.request.user, today=view.today, as_of=view.as_of)
    rows = instances(serializer(), view.rows(query), query)
    assert not (missing := {name for row in rows for name in missing_sources(serializer(), row)}), missing
    context = view.get_serializer_context()
    return {getattr(row, view.lookup_field): serializer(row, context=context).data for row in rows}


def missing_sources(serializer: Any, row: Model) -> list[str]:
    """Fields whose value the row lacks. DRF would leave out an optional one, and show null for others."""
    fields = {name: field for name, field in serializer.fields.items() if not isinstance(field, FoldOf)}
    return [
        name for name, field in fields.items() if not all(hasattr(row, one) for one in field.source_attrs[:1])
    ]


def instances(serializer: Any, rows: QuerySet, query: QueryContext) -> list[Any]:
    """`rows` with the annotations of the serializer and the rows that belong to them."""
    for annotation in getattr(serializer, "annotations", ()):
        rows = annotation.annotate(rows, query)
    found = list(rows)
    related = getattr(serializer, "related", {})
    for field in serializer.fields.values():
        if isinstance(field, serializers.ManyRelatedField | serializers.ListSerializer):
            _attach_many(field, found, query)
        elif field.field_name in related:
            _attach_one(field, found, query)
    for name, values in related.items():
        if isinstance(values, RelatedValues):
            _attach_values(name, values, found, query)
    return found


def _attach_many(field: Any, owners: Sequence[Model], query: QueryContext) -> None:
    """The rows of a list, as Django keeps those that were prefetched."""
    if not owners:
        return
    name, items = source(field), defaultdict(list)
    relation: Any = owners[0]._meta.get_field(name)
    through = relation.remote_field.through if relation.many_to_many else relation.related_model
    key = relation.m2m_field_name() if relation.many_to_many else relation.field.name
    rows = related_of(field).rows(through._default_manager.filter(**{f"{key}__in": owners}), query)
    if hasattr(field, "child") and not relation.many_to_many:
        rows = instances(field.child, rows, query)
    for row in rows:
        item = getattr(row, relation.m2m_reverse_field_name()) if relation.many_to_many else row
        items[getattr(row, f"{key}_id")].append(item)
    for owner in owners:
        held: dict[str, Any] = owner.__dict__.setdefault("_prefetched_objects_cache", {})
        held[name] = items[owner.pk]


def _attach_one(field: Any, owners: Iterable[Model], query: QueryContext) -> None:
    """The row that the caller may see, or None."""
    name = source(field)
    for owner in owners:
        model: Any = owner._meta.get_field(name).related_model
        rows = model._default_manager.filter(pk=getattr(owner, f"{name}_id"))
        found = instances(field, related_of(field).rows(rows, query), query)
        setattr(owner, name, found[0] if found else None)


def _attach_values(name: str, values: RelatedValues, owners: Sequence[Model], query: QueryContext) -> None:
    """The tuples that methods read; they take parameters, as KEYS is one."""
    bound = replace(query, user=CALLERS["anybody"], today=TODAY, as_of=AS_OF if query.as_of else None)
    given = Values(values_of(query.user), today=query.today, as_of=query.as_of)
    tuples = defaultdict(list)
    for key, *others in CompiledQuery(values.rows(bound)).rows(given.among([one.pk for one in owners])):
        tuples[key].append(tuple(others))
    for owner in owners:
        setattr(owner, name, tuples[owner.pk])
