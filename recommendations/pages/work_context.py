"""Actions, evidence, reviews and events of a recommendation, as its page and its pack show them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from recommendations.models import (
    Action,
    Event,
    Evidence,
    EvidenceLevel,
    ProgressUpdate,
    Review,
    TargetRevision,
    Verdict,
)
from recommendations.models.base import in_words
from recommendations.read_models.recommendation import RecommendationDetail
from recommendations.wording.dates import day, moment, person, times
from recommendations.wording.evidence import where_it_is
from recommendations.wording.statuses import claim_in_words

EVENT_VERBS = {
    "respond": "Response given",
    "start": "Action started",
    "submit": "Submitted for assurance",
    "withdraw": "Submission withdrawn",
    "return": "Returned to the owner",
    "close": "Closed",
    "reopen": "Reopened",
    "supersede": "Superseded",
    "decline": "Asked not to do it",
    "accept_decline": "Accepted that it is not done",
    "plan": "Action planned",
    "revise": "Action changed",
    "revise target": "Target date moved",
    "update": "Progress update",
    "attach": "Evidence attached",
    "judge evidence": "Verdict on evidence",
    "reading": "Reading of a measure",
    "review": "Review recorded",
    "redact": "Redacted",
    "link": "Linked to another recommendation",
    "change owner": "Owner changed",
    "hand over": "Handed over",
    "record recommendation": "Recorded from the report",
    "record curated data": "Baselines recorded",
}
NO_PERSON = "the tracker itself"


@dataclass(frozen=True)
class ActionCard:
    action: Any
    due: str
    late: str
    revisions: list[TargetRevision]
    contributors: list[str]
    evidence: list[Evidence]
    updates: list[ProgressUpdate]

    @property
    def anchor(self) -> str:
        return f"action-{self.action.label}"


@dataclass(frozen=True)
class EvidenceItem:
    """A piece of evidence: its place, level and verdict."""

    row: Evidence
    label: str
    where: str
    level: str
    verdict: str
    judged: str
    attached: str

    @property
    def anchor(self) -> str:
        return f"evidence-{self.row.pk}"


@dataclass(frozen=True)
class ReviewItem:
    """A review, the claim that it judged, and a note if another review corrects it or it corrects one."""

    row: Review
    claim: list[tuple[str, str]]
    note: str


@dataclass(frozen=True)
class EventItem:
    """One event for the timeline."""

    event: Event
    verb: str
    when: str
    who: str

    @property
    def reason(self) -> str:
        return "The text was redacted." if self.event.is_redacted else self.event.reason


def action_cards(detail: RecommendationDetail) -> list[ActionCard]:
    revisions: dict[int, list[TargetRevision]] = defaultdict(list)
    updates: dict[int | None, list[ProgressUpdate]] = defaultdict(list)
    evidence: dict[int | None, list[Evidence]] = defaultdict(list)
    for revision in detail.target_revisions:
        revisions[revision.action_id].append(revision)
    for update in detail.updates:
        updates[update.action_id].append(update)
    for piece in detail.evidence:
        evidence[piece.action_id].append(piece)
    return [
        ActionCard(
            action=action,
            due=due_in_words(action, times_moved=len(revisions[action.pk]), on=detail.options.on),
            late=late_at_first(action, on=detail.options.on),
            revisions=revisions[action.pk],
            contributors=sorted(organisation.name for organisation in action.contributors.all()),
            evidence=evidence[action.pk],
            updates=updates[action.pk],
        )
        for action in detail.actions
    ]


def due_in_words(action: Action, *, times_moved: int, on: date) -> str:
    """ "Due 30 June 2026, first due 31 March 2026, moved twice"."""
    words = action.due_in_words(on=on)
    if not times_moved:
        return words
    first = _first_due(action)
    if first:
        words += f", first due {first}"
    return f"{words}, moved {times(times_moved)}"


def late_at_first(action: Action, *, on: date) -> str:
    """How far an open action is past the first date that it had, if that date moved."""
    first, now = action.original_latest, action.target_latest
    if not action.is_open or first is None or first == now or first >= on:
        return ""
    days = (on - first).days
    return f"{days} day{'s' if days > 1 else ''} past the first date"


def evidence_items(detail: RecommendationDetail) -> list[EvidenceItem]:
    labels = {action.pk: action.label for action in detail.actions}
    return [
        EvidenceItem(
            row=row,
            label=labels.get(row.action_id or 0, ""),
            where=where_it_is(row),
            level=EvidenceLevel(row.level).name.capitalize(),
            verdict=_verdict(row, on=detail.options.on),
            judged=f"{person(row.judged_by)}, {moment(row.judged_at)}" if row.judged_at else "",
            attached=f"{person(row.attached_by)}, {moment(row.attached_at)}",
        )
        for row in detail.evidence
    ]


def review_items(detail: RecommendationDetail) -> list[ReviewItem]:
    """Reviews, newest first."""
    corrections = {review.corrects_id: review for review in detail.reviews if review.corrects_id}
    by_key = {review.pk: review for review in detail.reviews}
    titles = {row.pk: row.title for row in detail.evidence}
    return [
        ReviewItem(review, claim_in_words(review.claim, titles), _correction(review, corrections, by_key))
        for review in sorted(detail.reviews, key=lambda review: (review.dated, review.pk), reverse=True)
    ]


def event_items(events: Iterable[Event]) -> list[EventItem]:
    return [
        EventItem(
            event=event,
            verb=EVENT_VERBS.get(event.verb, event.verb.replace("_", " ").capitalize()),
            when=moment(event.at),
            who=f"{person(event.actor)}, {event.role}" if event.role else NO_PERSON,
        )
        for event in events
    ]


def _first_due(action: Action) -> str:
    if action.original_earliest is None or action.original_latest is None:
        return f"“{action.original_words}”" if action.original_words else ""
    return in_words(action.original_earliest, action.original_latest, action.original_precision)


def _verdict(row: Evidence, *, on: date) -> str:
    if row.redacted_at:
        return "Redacted"
    verdict = str(Verdict(row.verdict).label)
    expired = row.expires is not None and row.expires < on
    return f"{verdict}, expired {day(row.expires)}" if expired else verdict


def _correction(review: Review, corrections: dict[int, Review], by_key: dict[int, Review]) -> str:
    if review.pk in corrections:
        return f"Corrected by the review of {day(corrections[review.pk].dated)}."
    corrected = by_key.get(review.corrects_id or 0)
    if corrected:
        return f"Corrects the review of {day(corrected.dated)}."
    return ""
