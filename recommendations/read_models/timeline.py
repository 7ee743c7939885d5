"""What was said about a recommendation, version by version: answers, updates, moved dates, findings.

Four nouns in one query, as a page shows them together.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import orjson
from django.db.models import (
    CharField,
    F,
    IntegerField,
    QuerySet,
    TextField,
)
from django.db.models import Value as Constant
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from recommendations.models import Answer, ProgressUpdate, Recommendation, Response, Review, TargetRevision
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import visible

NOBODY = Cast(Constant(None), IntegerField())


class EntryKind(StrEnum):
    RESPONSE = "response"
    UPDATE = "update"
    REVISION = "revision"
    REVIEW = "review"


@dataclass(frozen=True)
class TimelineEntry:
    """One statement, by whom and when it was recorded.

    Response: `number`, `code` (the answer), `text` (accepted part), `more` (reason), `dated`.
    Update: `text`, `dated`, `corrects_id`, `action_id`. Revision: `number`, `before` and `after` (words as
    given), `text` (reason), `action_id`.
    Review: `code` (the judgement), `number` (1 where it counts as verified), `text`, `claim`, `dated`,
    `corrects_id`.
    """

    kind: EntryKind
    pk: int
    action_id: int | None
    number: int
    code: str
    text: str
    more: str
    before: str
    after: str
    dated: date
    at: datetime
    corrects_id: int | None
    username: str
    first_name: str
    last_name: str

    @property
    def by(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.username

    @property
    def moved(self) -> str:
        """ "From 31 March 2026 to 30 June 2026", in the words that were given."""
        return f"From {self.before or 'no date'} to {self.after or 'no date'}"

    @property
    def answer(self) -> str:
        return str(dict(Answer.choices).get(self.code, self.code))

    @property
    def verified(self) -> bool:
        return self.kind is EntryKind.REVIEW and self.number == 1

    @property
    def claim(self) -> dict[str, Any]:
        """What the owner claimed on the day of a review."""
        return orjson.loads(self.more)


def timeline_of(
    recommendation: Recommendation, user: Any, *, today: date, as_of: date | None
) -> list[TimelineEntry]:
    """All that was said which `user` may read, oldest first. One query.

    With `as_of`, what had been recorded when that day ended.
    """
    parts = (_responses, _updates, _revisions, _reviews)
    first, *others = (part(recommendation, user, today, as_of) for part in parts)
    found = [TimelineEntry(EntryKind(kind), *rest) for kind, *rest in first.union(*others, all=True)]
    return sorted(found, key=lambda one: (one.at, one.pk))


def _responses(recommendation: Recommendation, user: Any, today: date, as_of: date | None) -> QuerySet:
    return _rows(
        visible(Response.objects.filter(recommendation=recommendation), user, on=today),
        EntryKind.RESPONSE,
        as_of,
        number=F("number"),
        code=F("answer"),
        text=F("accepted_part"),
        more=F("reason"),
    )


def _updates(recommendation: Recommendation, user: Any, today: date, as_of: date | None) -> QuerySet:
    return _rows(
        visible(ProgressUpdate.objects.filter(recommendation=recommendation), user, on=today),
        EntryKind.UPDATE,
        as_of,
        at="created_at",
        action_id=F("action_id"),
        text=F("text"),
        corrects_id=F("corrects_id"),
    )


def _revisions(recommendation: Recommendation, user: Any, today: date, as_of: date | None) -> QuerySet:
    return _rows(
        visible(TargetRevision.objects.filter(action__recommendation=recommendation), user, on=today),
        EntryKind.REVISION,
        as_of,
        action_id=F("action_id"),
        number=F("number"),
        text=F("reason"),
        before=F("before_words"),
        after=F("after_words"),
        dated=TruncDate("recorded_at", tzinfo=timezone.get_default_timezone()),
    )


def _reviews(recommendation: Recommendation, user: Any, today: date, as_of: date | None) -> QuerySet:
    return _rows(
        visible(Review.objects.filter(recommendation=recommendation), user, on=today),
        EntryKind.REVIEW,
        as_of,
        by="reviewer",
        number=Cast("judgement__verified", IntegerField()),
        code=F("judgement__name"),
        text=F("narrative"),
        more=Cast("claim", TextField()),
        corrects_id=F("corrects_id"),
    )


def _rows(
    rows: QuerySet,
    kind: EntryKind,
    as_of: date | None,
    *,
    at: str = "recorded_at",
    by: str = "author",
    **values: Any,
) -> QuerySet:
    """The columns of Said in its order; those that a noun has not are empty."""
    if as_of:
        rows = rows.filter(**{f"{at}__lt": end_of(as_of)})
    columns = {
        "kind": Constant(kind.value, CharField()),
        "pk": F("pk"),
        "action_id": NOBODY,
        "number": Constant(0, IntegerField()),
        **dict.fromkeys(("code", "text", "more", "before", "after"), Constant("", TextField())),
        "dated": F("dated"),
        "at": F(at),
        "corrects_id": NOBODY,
        **{name: F(f"{by}__{name}") for name in ("username", "first_name", "last_name")},
        **values,
    }
    # Under other names, as several are those of columns of a noun.
    named = {f"said_{name}": column for name, column in columns.items()}
    return rows.order_by().annotate(**named).values_list(*named)
