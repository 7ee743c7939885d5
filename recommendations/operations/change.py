"""One change on its way into the record: rows written, and what the event will say of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import F
from django.utils import timezone

from recommendations.errors import StaleVersion
from recommendations.models import Membership, Recommendation, RecommendationHistory, RecordHead, User
from recommendations.models.base import Numbered, Recorded, Versioned
from recommendations.models.stored_names import noun
from recommendations.operations.event_header import parents, whereabouts
from recommendations.operations.snapshot import Values, relations, snapshot
from recommendations.operations.write_queries import insert, set_columns
from recommendations.record.chain import instant

Row = TypeVar("Row", bound=models.Model)
# What every signed-in user reads of a recommendation, by its stored names; all else tells of the work.
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
    """One change on its way into the record."""

    verb: str
    by: User
    at: datetime
    head: RecordHead
    acting: Membership | None = None
    reason: str = ""
    subject: models.Model | None = None
    rows: list[Values] = field(default_factory=list)
    # The recommendations that the rows are about; the rows that do not yet say that this event was the
    # last about them; the recommendations whose published part is among them.
    touched: set[int] = field(default_factory=set)
    told: dict[type[models.Model], set[Any]] = field(default_factory=lambda: defaultdict(set))
    published: set[int] = field(default_factory=set)
    versions: tuple[int | None, int | None] = (None, None)
    # What else the event says: what was stated and stands in no row, or which payloads were emptied.
    stated: Values = field(default_factory=dict)

    @property
    def sequence(self) -> int:
        """The sequence of the event that is to be written: the end of the record is held."""
        return self.head.sequence + 1

    @property
    def day(self) -> date:
        """The London day on which the change is made."""
        return timezone.localdate(self.at)

    @property
    def moves_reach(self) -> bool:
        """Can what was written change from where a recommendation is seen, or how it is sorted?"""
        return any(said["noun"] in {"action", "recommendation"} for said in self.rows)

    def add(self, row: Row, **sets: Iterable[Any]) -> Row:
        """Insert `row`, with its sets of other rows, and return it."""
        if isinstance(row, Versioned):
            row.created_at = row.updated_at = self.at
        self._tell(row)
        insert(row)
        for name, members in sets.items():
            getattr(row, name).set(members)
        self._note(row, None, snapshot(row))
        return row

    def add_all(self, model: type[Row], rows: Iterable[Row]) -> list[Row]:
        """Insert many rows of a model that has no sets."""
        rows = list(rows)
        for row in rows:
            self._tell(row)
        made = model._default_manager.bulk_create(rows)
        for row in made:
            self._note(row, None, snapshot(row))
        return made

    def update(self, row: Row, *, version: int | None = None, **values: Any) -> Row:
        """Write `values` to `row` if it still stands at `version`, and return it as it now is.

        Rows without a version are written as they stand: the record's end is held, so nobody writes
        beside us. Raises StaleVersion, with the row as another left it, if that write came first.
        """
        model = type(row)
        before = model._default_manager.get(pk=row.pk)
        held = snapshot(before)
        sets = {name: values.pop(name) for name in relations(model) if name in values}
        self._swap(before, version, values)
        current = model._default_manager.get(pk=row.pk)
        for name, members in sets.items():
            getattr(current, name).set(members)
        now = snapshot(current)
        changed = [name for name in now if now[name] != held[name]]
        self._note(current, {n: held[n] for n in changed}, {n: now[n] for n in changed})
        return current

    def end(self, present: RecommendationHistory) -> None:
        """Say that how a recommendation stood, as it was just read, has ended."""
        set_columns(RecommendationHistory, present.pk, valid_to=self.at)
        self._note(present, {"valid_to": None}, {"valid_to": instant(self.at)})

    def restate(self, row: models.Model) -> None:
        """Say the whole row again: what the record said of it before is emptied."""
        if isinstance(row, Recorded):
            self.told[type(row)].add(row.pk)
        self._note(row, None, snapshot(row))

    def _tell(self, row: models.Model) -> None:
        """A new row says by itself which event made it."""
        if isinstance(row, Recorded):
            row.sequence = self.sequence
        if isinstance(row, Recommendation):
            row.published_sequence = self.sequence

    def _swap(self, before: models.Model, version: int | None, values: Values) -> None:
        rows = type(before)._default_manager.filter(pk=before.pk)
        if isinstance(before, Numbered):
            rows = rows.filter(version=version)
            values["version"] = F("version") + 1
        if isinstance(before, Versioned):
            values["updated_at"] = self.at
        if isinstance(before, Recorded):
            values["sequence"] = self.sequence
        if not rows.update(**values):
            raise StaleVersion(before)

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
        if isinstance(row, Recommendation) and (before is None or PUBLISHED & set(after)):
            self.told[Recommendation].add(row.pk)
            self.published.add(row.pk)
        for model, key in parents(row):
            self.told[model].add(key)
        if recommendation := whereabouts(row)[0]:
            self.touched.add(recommendation)
