"""One change while an operation makes it: it writes rows and collects what the event will say of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

from recommendations.access import Grant, grant_of, granted, required
from recommendations.errors import StaleVersion
from recommendations.models import (
    Action,
    Measure,
    Recommendation,
    RecommendationHistory,
    RecommendationLink,
    RecordHead,
    User,
)
from recommendations.models.base import Numbered, Recorded, Versioned
from recommendations.models.stored_names import noun
from recommendations.operations.snapshot import Values, relations, snapshot
from recommendations.record.chain import instant
from recommendations.roles import Capability

Row = TypeVar("Row", bound=models.Model)
# The fields of a recommendation that every signed-in user reads, by their stored names. The others are
# about the work.
PUBLISHED = frozenset(
    {
        "inspection_id",
        "number",
        "reference",
        "text",
        "addressee_id",
        "addressee_as_printed",
        "owner_id",
        "standards",
        "key_questions",
        "measurement_note",
    }
)


@dataclass
class Change:
    """Rows that one operation writes. The end of the record is locked until its transaction ends."""

    verb: str
    by: User
    at: datetime
    head: RecordHead
    acting: Grant | None = None
    reason: str = ""
    subject: models.Model | None = None
    rows: list[Values] = field(default_factory=list)
    # Keys of the recommendations that the rows are about; by model, of the rows whose `sequence` must be
    # that of the event, and of those that have it already.
    touched: set[int] = field(default_factory=set)
    outdated: dict[type[models.Model], set[int]] = field(default_factory=lambda: defaultdict(set))
    written: dict[type[models.Model], set[int]] = field(default_factory=lambda: defaultdict(set))
    # Recommendations, and current rows of their history, that the operation read anyway: by key.
    recommendations: dict[int, Recommendation] = field(default_factory=dict)
    histories: dict[int, RecommendationHistory] = field(default_factory=dict)
    versions: tuple[int | None, int | None] = (None, None)
    # What else the event says: statements that no row keeps, or which payloads were emptied.
    stated: Values = field(default_factory=dict)

    @property
    def sequence(self) -> int:
        """The sequence of the event that will be written."""
        return self.head.sequence + 1

    @property
    def day(self) -> date:
        """The London day on which the change is made."""
        return timezone.localdate(self.at)

    def current(self, row: Row) -> Row:
        """Read `row` again. No other transaction can change it until this one ends. One query."""
        return type(row)._default_manager.get(pk=row.pk)

    def permitted(self, rows: models.QuerySet[Row], capability: Capability) -> Row:
        """Read the one recommendation or action of `rows` and the grant to do this to it. One query.

        The event will name the grant. Raises NotPermitted, and DoesNotExist if `rows` has no row.
        """
        model: Any = rows.model
        row: Any = rows.annotate(grant=granted(self.by, capability, model, on=self.day)).get()
        self.acting = required(grant_of(row.grant), capability, row)
        return row

    def add(self, row: Row, **sets: Sequence[models.Model]) -> Row:
        """Insert `row`, with its sets of other rows, and return it."""
        if isinstance(row, Versioned):
            row.created_at = row.updated_at = self.at
        self._set_sequence(row)
        row.save(force_insert=True)
        for name, members in sets.items():
            getattr(row, name).set(members)
        known = dict.fromkeys(relations(type(row)), ()) | sets
        self._note(row, None, snapshot(row, {name: _keys(members) for name, members in known.items()}))
        return row

    def add_all(self, model: type[Row], rows: Iterable[Row]) -> list[Row]:
        """Insert many rows of a model that has no sets."""
        rows = list(rows)
        for row in rows:
            self._set_sequence(row)
        made = model._default_manager.bulk_create(rows)
        for row in made:
            self._note(row, None, snapshot(row))
        return made

    def update(self, row: Row, *, version: int | None = None, **values: Any) -> Row:
        """Write `values` to `row`, which was read after the record was locked, and return it.

        Raises StaleVersion, with the current row, unless that is still at `version`. Rows without a version
        need none, because the record is locked.
        """
        if isinstance(row, Numbered) and row.version != version:
            raise StaleVersion(row)
        model = type(row)
        sets = {name: values.pop(name) for name in relations(model) if name in values}
        others = dict.fromkeys(set(relations(model)) - set(sets), ())  # Not read: they stay as they are.
        before = snapshot(row, others)
        for name, value in values.items():
            setattr(row, name, value)
        columns = [*values, *self._set_version(row)]
        now = snapshot(row, {**others, **{name: _keys(members) for name, members in sets.items()}})
        changed = [name for name in now if now[name] != before[name]]
        if isinstance(row, Recommendation) and PUBLISHED & set(changed):
            row.published_sequence = self.sequence
            columns.append("published_sequence")
        rows = model._default_manager.filter(pk=row.pk)
        if version is not None:
            rows = rows.filter(version=version)
        if not rows.update(**{name: getattr(row, name) for name in columns}):
            raise StaleVersion(self.current(row))
        for name, members in sets.items():
            getattr(row, name).set(members)
        self._note(row, {n: before[n] for n in changed}, {n: now[n] for n in changed})
        return row

    def end_history(self, row: RecommendationHistory) -> None:
        """End the current row of a recommendation's history."""
        RecommendationHistory.objects.filter(pk=row.pk).update(valid_to=self.at)
        self._note(row, {"valid_to": None}, {"valid_to": instant(self.at)})

    def restate(self, row: models.Model) -> None:
        """Have the event hold the whole row, because earlier payloads about it are emptied."""
        if isinstance(row, Recorded):
            self._set_sequence(row)
            published = ["published_sequence"] if isinstance(row, Recommendation) else []
            row.save(update_fields=["sequence", *published])
        self._note(row, None, snapshot(row))

    def _set_version(self, row: models.Model) -> list[str]:
        """Raise the version of an updated row; the names of the columns that were set."""
        columns = []
        if isinstance(row, Numbered):
            row.version += 1
            columns.append("version")
        if isinstance(row, Versioned):
            row.updated_at = self.at
            columns.append("updated_at")
        if isinstance(row, Recorded):
            row.sequence = self.sequence
            columns.append("sequence")
        return columns

    def _set_sequence(self, row: models.Model) -> None:
        if isinstance(row, Recorded):
            row.sequence = self.sequence
        if isinstance(row, Recommendation):
            row.published_sequence = self.sequence

    def _note(self, row: models.Model, before: Values | None, after: Values) -> None:
        if self.subject is None:
            self.subject = row
        if row == self.subject:
            was = before.get("version") if before else None
            now = after.get("version", getattr(row, "version", None))
            self.versions = (self.versions[0] or was, now)
        self.rows.append({"noun": noun(row), "id": str(row.pk), "before": before, "after": after})
        if isinstance(row, RecommendationHistory):
            return
        self.written[type(row)].add(row.pk)
        for model, key in parents(row):
            self.outdated[model].add(key)
        if recommendation := whereabouts(row)[0]:
            self.touched.add(recommendation)


def _keys(members: Sequence[models.Model]) -> list[int]:
    return sorted(member.pk for member in members)


def whereabouts(row: models.Model) -> tuple[int | None, int | None]:
    """The keys of the recommendation and of the action that a row is about, each None if it is about none."""
    if isinstance(row, Recommendation):
        return row.pk, None
    if isinstance(row, Action):
        return row.recommendation_id, row.pk
    measure = getattr(row, "measure", None)
    if isinstance(measure, Measure):
        return measure.recommendation_id, None
    action = getattr(row, "action", None)
    if isinstance(action, Action):
        return action.recommendation_id, action.pk
    return getattr(row, "recommendation_id", getattr(row, "target_id", None)), None


def parents(row: models.Model) -> list[tuple[Any, int]]:
    """The rows that `row` belongs to, as model and key: their `sequence` follows its changes."""
    recommendation, action = whereabouts(row)
    found: list[tuple[Any, int]] = []
    if isinstance(row, RecommendationLink):
        found.append((Recommendation, row.source_id))
    if recommendation:
        found.append((Recommendation, recommendation))
    if action:
        found.append((Action, action))
    return [(model, key) for model, key in found if not (isinstance(row, model) and row.pk == key)]
