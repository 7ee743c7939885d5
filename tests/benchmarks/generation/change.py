"""One made-up change: its rows go to the batch, and the event that says so to the spool.

It says of a change what `recording` would say, without asking the database for anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from django.db import models

from recommendations.access import Grant
from recommendations.models import RecommendationHistory, User
from recommendations.models.base import Numbered, Versioned
from recommendations.models.stored_names import noun, to_stored
from recommendations.operations.record import header_of, payload_of
from recommendations.operations.snapshot import Values, columns, plain, relations
from recommendations.record.chain import instant
from tests.benchmarks.generation.batch import Batch
from tests.benchmarks.generation.event_buffer import Spool
from tests.benchmarks.generation.facts import Facts, Standing

Row = TypeVar("Row", bound=models.Model)
# What the canonical text writes as `plain` would.
AS_IT_IS = {int, str, bool, type(None), date}


@dataclass(frozen=True)
class Actor:
    """Somebody who acts, with the role and the organisation that the record names."""

    user: User
    role: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class Pen:
    """Where what is made goes."""

    batch: Batch
    spool: Spool


class Change:
    """Collects the rows of one event; `close` writes the event down."""

    def __init__(
        self,
        pen: Pen,
        verb: str,
        *,
        by: Actor,
        at: datetime,
        subject: models.Model | None = None,
        reason: str = "",
    ) -> None:
        self.pen, self.verb, self.by, self.at, self.reason = pen, verb, by, at, reason
        self.day = at.date()  # Of office hours in UTC: the London day is the same.
        self.stamp = instant(at)
        self.subject = subject
        self.rows: list[Values] = []
        self.versions: tuple[int | None, int | None] = (None, None)
        self.stated: Values = {}

    def add(self, row: Row, **sets: Iterable[int]) -> Row:
        """Give the new row a key, and take it with the keys of its sets of other rows."""
        model = type(row)
        row.pk = self.pen.batch.key(model)
        if isinstance(row, Versioned):
            row.created_at = row.updated_at = self.at
        after = {name: self._plain(field, getattr(row, name)) for name, field in fields_of(model).items()}
        self.pen.batch.add(model, vars(row))
        self._note(row, None, after | self._join(row, sets))
        return row

    def change(
        self, row: models.Model, values: Values, *, sets: Mapping[str, Iterable[int]] | None = None
    ) -> None:
        """Write `values` to a row of this batch, by the names of its columns; its `sets` were empty."""
        if isinstance(row, Numbered):
            values = {**values, "version": row.version + 1}
        if isinstance(row, Versioned):
            values = {**values, "updated_at": self.at}
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        fields = fields_of(type(row))
        before = {name: plain(fields[name], getattr(row, name)) for name in changed}
        after = {name: self._plain(fields[name], value) for name, value in changed.items()}
        for name, value in changed.items():
            setattr(row, name, value)
        joined = {name: keys for name, keys in self._join(row, sets or {}).items() if keys}
        self._note(row, before | {name: [] for name in joined}, after | joined)

    def close(self, standing: Standing | None = None) -> None:
        """Write the event down, with how the recommendation stands now where that is new."""
        if standing:
            self._keep_history(standing, standing.facts())
        assert self.subject is not None
        text = payload_of(reason=self.reason, rows=self.rows, stated=self.stated)
        header = header_of(
            self.subject,
            verb=self.verb,
            actor=self.by.user.pk,
            acting=Grant(self.by.role, self.by.organisation),
            versions=self.versions,
            payload=text,
        )
        self.pen.spool.add(self.day, header | {"at": self.stamp}, text)

    def _plain(self, field: models.Field, value: Any) -> Any:
        # As `plain` gives them: most values stand as they are, and most instants are that of the change.
        if type(value) in AS_IT_IS:
            return value
        return self.stamp if value is self.at else plain(field, value)

    def _join(self, row: models.Model, sets: Mapping[str, Iterable[int]]) -> dict[str, list[int]]:
        """The keys of each set of other rows, in order; their joining rows go to the batch."""
        joined: dict[str, list[int]] = {}
        for name in relations(type(row)):
            joined[name] = sorted(sets.get(name, ()))
            through, own, other = joining(type(row), name)
            for key in joined[name]:
                values = {"id": self.pen.batch.key(through), own: row.pk, other: key}
                self.pen.batch.add(through, values)
        return joined

    def _note(self, row: models.Model, before: Values | None, after: Values) -> None:
        if self.subject is None:
            self.subject = row
        if row is self.subject:
            was = before.get("version") if before else None
            self.versions = (self.versions[0] or was, after.get("version"))
        self._say(type(row), row.pk, before, after)

    def _keep_history(self, standing: Standing, facts: Facts) -> None:
        present = standing.present
        if present and all(present[name] == value for name, value in facts.items()):
            return
        if present:
            present["valid_to"] = self.at
            self._say(RecommendationHistory, present["id"], {"valid_to": None}, {"valid_to": self.stamp})
        key = self.pen.batch.key(RecommendationHistory)
        of = {"id": key, "recommendation_id": standing.recommendation.pk, "valid_to": None}
        standing.present = {**of, "valid_from": self.at, **facts}
        self.pen.batch.add(RecommendationHistory, standing.present)
        fields = fields_of(RecommendationHistory)
        said = {name: self._plain(fields[name], value) for name, value in facts.items()}
        self._say(RecommendationHistory, key, None, {**of, "valid_from": self.stamp, **said})

    def _say(self, model: type[models.Model], key: Any, before: Values | None, after: Values) -> None:
        """Note what happened to a row; the event says it by stored names."""
        name = noun(model)
        stored = {"before": before and to_stored(name, before), "after": to_stored(name, after)}
        self.rows.append({"noun": name, "id": str(key), **stored})


@cache
def fields_of(model: type[models.Model]) -> dict[str, models.Field]:
    """The tracked columns of a model, by their names in the database's terms."""
    return {field.attname: field for field in columns(model)}


@cache
def joining(model: type[models.Model], name: str) -> tuple[type[models.Model], str, str]:
    """The model that joins a row to a set of others, and its columns for the one and the other."""
    relation: Any = model._meta.get_field(name)
    return (
        relation.remote_field.through,
        f"{relation.m2m_field_name()}_id",
        f"{relation.m2m_reverse_field_name()}_id",
    )
