"""One recommendation with everything that a user may read of it, today or at the end of a past day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from recommendations.framework import RatingLevel
from recommendations.models import (
    Action,
    Event,
    Evidence,
    ProgressUpdate,
    Recommendation,
    Response,
    Review,
    TargetRevision,
    User,
)
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import in_scope, visible
from recommendations.read_models import related, timeline
from recommendations.read_models.as_of import restore_rows
from recommendations.read_models.outcome import Outcome, measures_with_readings, outcome_in_words, outcomes
from recommendations.read_models.record_checks import (
    RecordCheck,
    end_of_chain,
    hash_of,
    last_signed,
    record_check,
)
from recommendations.wording.statuses import standing_for

Noun = TypeVar("Noun", bound=Model)
ActionQuery = Callable[[QuerySet[Action]], QuerySet[Action]]
EventQuery = Callable[[QuerySet[Event]], QuerySet[Event]]


@dataclass(frozen=True)
class DetailOptions:
    """Which user reads the recommendation, and of which day: `as_of` is a past day, or None for today."""

    user: User
    today: date
    as_of: date | None = None

    @property
    def on(self) -> date:
        return self.as_of or self.today


class RecommendationDetail:
    """One recommendation and the rows that belong to it; each list is read once, when it is first used.

    Out of the user's scope only the published facts are there: the lists of work are empty.
    """

    def __init__(self, row: Any, options: DetailOptions, annotate_actions: ActionQuery | None = None) -> None:
        self.row, self.options, self.annotate_actions = row, options, annotate_actions

    @cached_property
    def standards(self) -> list[related.ReportResult]:
        return related.standards_of(self.row)

    @cached_property
    def key_questions(self) -> list[related.ReportResult]:
        return related.key_questions_of(self.row)

    @cached_property
    def bands(self) -> tuple[RatingLevel, ...]:
        return related.bands_of(self.row)

    @cached_property
    def links(self) -> list[related.LinkedRecommendation]:
        options = self.options
        return related.links_of(self.row, options.user, today=options.today, as_of=options.as_of)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        options = self.options
        measures = measures_with_readings(options.user, today=options.today, as_of=options.as_of)
        return outcomes(
            measures.filter(recommendation=self.row),
            cases=self.row.inspection.sample_size,
            reads=self.row.reads_standing,
            bands=self.bands,
        )

    @property
    def outcome(self) -> str:
        """All measures in one sentence."""
        return outcome_in_words(self.row, self.outcomes)

    @cached_property
    def responses(self) -> list[Response]:
        return self._in_scope(timeline.responses)

    @cached_property
    def updates(self) -> list[ProgressUpdate]:
        return self._in_scope(timeline.updates)

    @cached_property
    def target_revisions(self) -> list[TargetRevision]:
        return self._in_scope(timeline.target_revisions)

    @cached_property
    def reviews(self) -> list[Review]:
        return self._in_scope(timeline.reviews)

    def _in_scope(self, rows_of: Callable[..., QuerySet[Noun]]) -> list[Noun]:
        if not self.row.in_scope:
            return []
        options = self.options
        return list(rows_of(self.row, options.user, today=options.today, as_of=options.as_of))

    @property
    def actions(self) -> list[Any]:
        return self.work[0]

    @property
    def evidence(self) -> list[Evidence]:
        return self.work[1]

    def events(self, *, narrow: EventQuery | None = None) -> list[Event]:
        """The events about it that the user may read, newest first; `narrow` may slice the query."""
        if not self.row.in_scope:
            return []
        rows = visible(Event.objects.all(), self.options.user, on=self.options.today)
        rows = rows.filter(recommendation=self.row).select_related("actor", "payload")
        if self.options.as_of:
            rows = rows.filter(at__lt=end_of(self.options.as_of))
        rows = rows.order_by("-sequence")
        return list(narrow(rows) if narrow else rows)

    @property
    def record_check(self) -> RecordCheck | None:
        return record_check(self.row.signed, self.row.hash_of_signed)

    @cached_property
    def work(self) -> tuple[list[Any], list[Evidence]]:
        """Actions and evidence, loaded together so that one query restores a past day for both."""
        if not self.row.in_scope:
            return [], []
        of_row, options = {"recommendation": self.row}, self.options
        actions: QuerySet[Action] = visible(Action.objects.filter(**of_row), options.user, on=options.today)
        actions = actions.select_related("lead", "person").prefetch_related("contributors")
        evidence = visible(Evidence.objects.filter(**of_row), options.user, on=options.today)
        evidence = evidence.select_related("attached_by", "judged_by")
        if options.as_of:
            actions = actions.filter(created_at__lt=end_of(options.as_of))
            evidence = evidence.filter(attached_at__lt=end_of(options.as_of))
        if self.annotate_actions:
            actions = self.annotate_actions(actions)
        loaded = list(actions.order_by("pk")), list(evidence.order_by("pk"))
        for action in loaded[0]:
            action.recommendation = self.row
        return loaded

    def restore(self, day: date) -> None:
        """Give the row, its actions and its evidence the values that they had when `day` ended."""
        if self.row.in_scope:
            restore_rows([self.row, *self.actions, *self.evidence], recommendation=self.row, day=day)


def recommendation_detail(
    reference: str, options: DetailOptions, *, annotate_actions: ActionQuery | None = None
) -> RecommendationDetail | None:
    """The recommendation with this reference; None if it does not exist for the user.

    With a past day, None too if it was recorded later. `annotate_actions` may annotate the query of actions.
    """
    signed = last_signed()
    rows = Recommendation.objects.annotate(in_scope=in_scope(options.user))
    rows = visible(rows, options.user, on=options.today)
    rows = standing_for(rows, options.user, on=options.today, as_of=options.as_of)
    rows = rows.annotate(hash_of_signed=hash_of(signed), **end_of_chain())
    rows = rows.select_related("inspection__inspected", "addressee", "owner")
    row = rows.filter(reference=reference).first()
    if row is None:
        return None
    row.signed = signed
    detail = RecommendationDetail(row, options, annotate_actions)
    if options.as_of:
        detail.restore(options.as_of)
    return detail
