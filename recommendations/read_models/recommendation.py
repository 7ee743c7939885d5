"""One recommendation with all that a person may read of it, today or when a past day ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from recommendations.models import Action, Event, Evidence, Recommendation, User
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import in_scope, visible
from recommendations.read_models.as_of import put_back
from recommendations.read_models.outcome import Outcome, measures_read, outcome_in_words, outcomes
from recommendations.read_models.record_checks import RecordCheck, end_of_chain, hash_of, last_signed, vouched
from recommendations.read_models.related import RelatedFacts, related_facts
from recommendations.read_models.timeline import EntryKind, TimelineEntry, timeline_of
from recommendations.wording.statuses import standing_for

Narrow = Callable[[QuerySet], QuerySet]


@dataclass(frozen=True)
class DetailOptions:
    """Who asks, and about which day: `as_of` is a past day, or None for today."""

    user: User
    today: date
    as_of: date | None = None

    @property
    def on(self) -> date:
        return self.as_of or self.today


class RecommendationDetail:
    """What belongs to one recommendation; each part is read once, when it is first asked for.

    Out of reach there is the published part alone: every other part is empty.
    """

    def __init__(self, row: Any, asked: DetailOptions, with_more: Narrow | None = None) -> None:
        self.row, self.asked, self.with_more = row, asked, with_more

    @cached_property
    def beside(self) -> RelatedFacts:
        return related_facts(self.row, self.asked.user, today=self.asked.today, as_of=self.asked.as_of)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        asked = self.asked
        measures = measures_read(asked.user, today=asked.today, as_of=asked.as_of)
        return outcomes(
            measures.filter(recommendation=self.row),
            cases=self.row.inspection.sample_size,
            reads=self.row.reads_standing,
            bands=self.beside.bands,
        )

    @property
    def outcome(self) -> str:
        """All measures in one sentence."""
        return outcome_in_words(self.row, self.outcomes)

    @cached_property
    def said(self) -> list[TimelineEntry]:
        if not self.row.in_scope:
            return []
        return timeline_of(self.row, self.asked.user, today=self.asked.today, as_of=self.asked.as_of)

    def of_kind(self, kind: EntryKind) -> list[TimelineEntry]:
        """Responses, updates, revisions or reviews, oldest first."""
        return [one for one in self.said if one.kind is kind]

    @property
    def actions(self) -> list[Any]:
        return self.work[0]

    @property
    def evidence(self) -> list[Evidence]:
        return self.work[1]

    def events(self, *, narrow: Narrow | None = None) -> list[Event]:
        """The record of it, newest first, as far as the reader may read it; `narrow` may cut it short."""
        if not self.row.in_scope:
            return []
        rows = visible(Event.objects.all(), self.asked.user, on=self.asked.today)
        rows = rows.filter(recommendation=self.row).select_related("actor", "payload")
        if self.asked.as_of:
            rows = rows.filter(at__lt=end_of(self.asked.as_of))
        rows = rows.order_by("-sequence")
        return list(narrow(rows) if narrow else rows)

    @property
    def vouched(self) -> RecordCheck | None:
        return vouched(self.row.signed, self.row.hash_of_signed)

    @cached_property
    def work(self) -> tuple[list[Any], list[Evidence]]:
        """Actions and evidence; read together, as a past day is put back for both at once."""
        if not self.row.in_scope:
            return [], []
        about = {"recommendation": self.row}
        actions: QuerySet = visible(Action.objects.filter(**about), self.asked.user, on=self.asked.today)
        actions = actions.select_related("lead", "person")
        evidence = visible(Evidence.objects.filter(**about), self.asked.user, on=self.asked.today)
        evidence = evidence.select_related("attached_by", "judged_by")
        as_of = self.asked.as_of
        if as_of:
            actions = actions.filter(created_at__lt=end_of(as_of))
            evidence = evidence.filter(attached_at__lt=end_of(as_of))
        if self.with_more:
            actions = self.with_more(actions)
        steps, pieces = list(actions.order_by("pk")), list(evidence.order_by("pk"))
        for one in steps:
            one.recommendation = self.row
        return steps, pieces

    def take_back(self, day: date) -> None:
        """Put the row, its actions and its evidence back to how they were when `day` ended."""
        if self.row.in_scope:
            put_back([self.row, *self.actions, *self.evidence], recommendation=self.row, day=day)


def recommendation_detail(
    reference: str, asked: DetailOptions, *, with_more: Narrow | None = None
) -> RecommendationDetail | None:
    """The recommendation with this reference, as far as its reader may see; None where there is none.

    With a past day, None too where it had not been recorded by then. `with_more` may annotate the actions.
    """
    signed = last_signed()
    rows = Recommendation.objects.annotate(in_scope=in_scope(asked.user))
    rows = visible(rows, asked.user, on=asked.today)
    rows = standing_for(rows, asked.user, on=asked.today, as_of=asked.as_of)
    rows = rows.annotate(hash_of_signed=hash_of(signed), **end_of_chain())
    rows = rows.select_related("inspection__inspected", "addressee", "owner")
    row = rows.filter(reference=reference).first()
    if row is None:
        return None
    row.signed = signed
    found = RecommendationDetail(row, asked, with_more)
    if asked.as_of:
        found.take_back(asked.as_of)
    return found
