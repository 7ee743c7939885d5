"""A row as the record keeps it: plain values, the same whichever database they came from."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from recommendations.models import (
    Allowance,
    Event,
    EventPayload,
    IdempotencyKey,
    OrganisationPath,
    RecommendationVisibility,
    RecordHead,
)
from recommendations.models.stored_names import noun, to_stored
from recommendations.record.chain import instant

# Not part of the record: the record itself, what follows from other rows, the copies of answers, and
# what callers may still ask.
UNTRACKED_MODELS = (
    Event,
    EventPayload,
    RecordHead,
    OrganisationPath,
    RecommendationVisibility,
    IdempotencyKey,
    Allowance,
)
# Secrets, and what signing in writes.
UNTRACKED_FIELDS = {("user", "password"), ("user", "last_login"), ("accesstoken", "last_used_at")}
# Which event was the last about a row follows from the events.
PROJECTED_FIELDS = {"sequence", "published_sequence"}
UNTRACKED_RELATIONS = {"groups", "user_permissions"}

Values = dict[str, Any]


def is_tracked(model: type[models.Model]) -> bool:
    return not issubclass(model, UNTRACKED_MODELS)


def columns(model: type[models.Model]) -> list[models.Field]:
    name = noun(model)
    return [
        field
        for field in model._meta.concrete_fields
        if (name, field.name) not in UNTRACKED_FIELDS and field.name not in PROJECTED_FIELDS
    ]


def relations(model: type[models.Model]) -> list[str]:
    """The names of the sets of other rows that belong to a row."""
    return [f.name for f in model._meta.local_many_to_many if f.name not in UNTRACKED_RELATIONS]


def snapshot(row: models.Model, sets: Mapping[str, Sequence[int]] | None = None) -> Values:
    """The whole row by its stored names: every column, and its sets of other rows as sorted keys.

    `sets` holds the sets that the caller knows; the others are read.
    """
    values = {field.attname: plain(field, getattr(row, field.attname)) for field in columns(type(row))}
    known = sets or {}
    for name in relations(type(row)):
        values[name] = known[name] if name in known else keys_of(row, name)
    return to_stored(noun(row), values)


def keys_of(row: models.Model, name: str) -> list[int]:
    """The keys of the rows in a set of `row`, sorted. One query."""
    return sorted(getattr(row, name).order_by().values_list("pk", flat=True))


def plain(field: models.Field, value: Any) -> Any:
    """A value as JSON can hold it exactly: instants in UTC, decimals as text."""
    if value is None or isinstance(field, models.JSONField):
        return value
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    value = target.to_python(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        places = getattr(target, "decimal_places", 0)
        return str(value.quantize(Decimal(1).scaleb(-places)))
    return value
