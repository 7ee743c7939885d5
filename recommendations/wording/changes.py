"""What events say has changed, in words: keys become names, codes become labels."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.text import capfirst

from recommendations.models import Event, User
from recommendations.models.stored_names import attribute, model_of, noun, to_attributes
from recommendations.wording.dates import day, moment, person

# By stored names: derived from other rows.
UNSHOWN_NOUNS = {"recommendationhistory"}
# Technical or secret fields.
UNSHOWN_FIELDS = {"id", "version", "created_at", "updated_at", "name_key", "digest", "token_key", "file_key"}
CHANGED_HEADINGS = ["Field", "Before", "Now", "By whom and when"]
Values = dict[str, Any]


@dataclass(frozen=True)
class FieldChange:
    """One field of one row, before and after, in words."""

    row: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Write:
    """The values that one event wrote to one row, by attribute, before and after."""

    before: Values
    after: Values
    event: Event


def changes_of(events: Iterable[Event]) -> dict[int, list[FieldChange]]:
    """Sequence of an event → its changes. One query for each model that the values name."""
    said = {event.pk: [*_rows(event)] for event in events}
    words = Words([row for rows in said.values() for row in rows])
    return {pk: [change for row in rows for change in words.changes(row)] for pk, rows in said.items()}


def writes_since(row: models.Model, version: int) -> list[Write]:
    """What was written to `row` after its version `version`, oldest first."""
    later = Event.objects.filter(noun=noun(row), object_id=str(row.pk), version_after__gt=version)
    return [
        Write(_values(said, "before"), _values(said, "after"), event)
        for event in later.select_related("payload", "actor").order_by("sequence")
        for said in _rows(event)
        if (said["noun"], said["id"]) == (event.noun, event.object_id)
    ]


def changed_since(row: models.Model, version: int) -> list[tuple[str, str, str, str]]:
    """Each field that others wrote after `version`: its name, before, now, by whom and when."""
    events = {write.event.pk: write.event for write in writes_since(row, version)}
    changes = changes_of(events.values())
    return [
        (change.field, change.before, change.after, f"{person(event.actor)}, {moment(event.at)}")
        for event in events.values()
        for change in changes[event.pk]
    ]


def changed_since_opened(row: models.Model) -> str:
    return f"This {row._meta.verbose_name} was changed since you opened it. Read what changed, then decide."


def _values(said: Values, end: str) -> Values:
    return to_attributes(said["noun"], said[end] or {})


def _rows(event: Event) -> Iterator[Values]:
    yield from (row for row in event.content["rows"] if row["noun"] not in UNSHOWN_NOUNS)


class Words:
    """Words for the values of recorded rows; it loads the rows that foreign keys name once."""

    def __init__(self, rows: Iterable[Values]) -> None:
        named: dict[type[models.Model], set[Any]] = defaultdict(set)
        for row in rows:
            for values in (row["before"] or {}, row["after"]):
                for name, value in values.items():
                    field = _field(row["noun"], name)
                    if field is not None and field.related_model and value is not None:
                        named[field.related_model].update(value if isinstance(value, list) else [value])
        self.names = {model: _named(model, keys) for model, keys in named.items()}

    def changes(self, row: Values) -> Iterator[FieldChange]:
        kind = model_of(row["noun"])._meta.verbose_name
        before, after = row["before"] or {}, row["after"]
        for name, value in after.items():
            field = _field(row["noun"], name)
            if name in UNSHOWN_FIELDS or field is None or (row["before"] is None and value in (None, "", [])):
                continue
            yield FieldChange(
                row=str(capfirst(kind)),
                field=str(capfirst(field.verbose_name)),
                before=self.value(field, before.get(name)),
                after=self.value(field, value),
            )

    def value(self, field: Any, value: Any) -> str:
        if value in (None, "", []):
            return "Nothing"
        if field.related_model:
            names = self.names[field.related_model]
            keys = value if isinstance(value, list) else [value]
            return ", ".join(names.get(str(key), str(key)) for key in keys)
        return plain_words(field, value)


def plain_words(field: Any, value: Any) -> str:
    """A recorded value that names no other row."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(field, models.JSONField):
        return "; ".join(map(str, value)) if isinstance(value, list) else "Kept whole with the row"
    if isinstance(field, models.DateTimeField):
        return moment(timezone.localtime(datetime.fromisoformat(value)))
    if isinstance(field, models.DateField):
        return day(date.fromisoformat(value))
    return str(dict(field.flatchoices).get(value, value))


def _field(noun: str, stored: str) -> Any:
    model, name = model_of(noun), attribute(noun, stored)
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return next((field for field in fields if name in (field.attname, field.name)), None)


def _named(model: type[models.Model], keys: set[Any]) -> dict[str, str]:
    parents = [field.name for field in model._meta.fields if field.name in ("recommendation", "user")]
    rows = model._default_manager.select_related(*parents).in_bulk(keys)
    return {str(key): person(row) if isinstance(row, User) else str(row) for key, row in rows.items()}
