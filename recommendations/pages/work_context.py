"""The work on a recommendation, laid out: actions with the dates they had, evidence, reviews, the record."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from recommendations.models import Action, Event, Evidence, EvidenceLevel, Verdict
from recommendations.models.base import in_words
from recommendations.read_models.recommendation import RecommendationDetail
from recommendations.read_models.timeline import EntryKind, TimelineEntry
from recommendations.wording.dates import day, moment, person
from recommendations.wording.evidence import where_it_is
from recommendations.wording.statuses import claim_in_words

DONE = {
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
NOBODY = "the tracker itself"


@dataclass(frozen=True)
class ActionCard:
    action: Any
    due: str
    late: str
    moves: list[TimelineEntry]
    contributors: list[str]
    evidence: list[Evidence]
    updates: list[TimelineEntry]

    @property
    def anchor(self) -> str:
        return f"action-{self.action.label}"


@dataclass(frozen=True)
class EvidenceItem:
    """A piece of evidence: where it is, its level, and the verdict."""

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
class Finding:
    """A review beside the claim as it stood on that day."""

    said: TimelineEntry
    claim: list[tuple[str, str]]
    note: str


@dataclass(frozen=True)
class Moment:
    """One event for the timeline."""

    event: Event
    done: str
    when: str
    who: str

    @property
    def reason(self) -> str:
        return "What it said was redacted." if self.event.is_redacted else self.event.reason


def action_cards(whole: RecommendationDetail) -> list[ActionCard]:
    moves, updates = (_by_action(whole.of_kind(kind)) for kind in (EntryKind.REVISION, EntryKind.UPDATE))
    pieces: dict[int | None, list[Evidence]] = defaultdict(list)
    for piece in whole.evidence:
        pieces[piece.action_id].append(piece)
    return [
        ActionCard(
            action=action,
            due=due_in_words(action, moves[action.pk], on=whole.asked.on),
            late=late_at_first(action, on=whole.asked.on),
            moves=moves[action.pk],
            contributors=whole.beside.contributors.get(action.pk, []),
            evidence=pieces[action.pk],
            updates=updates[action.pk],
        )
        for action in whole.actions
    ]


def due_in_words(action: Action, moves: list[TimelineEntry], *, on: date) -> str:
    """ "Due 30 June 2026, first due 31 March 2026, moved twice"."""
    words = action.due_in_words(on=on)
    first = _first_due(action)
    if moves and first:
        words += f", first due {first}"
    return f"{words}, moved {_times(len(moves))}" if moves else words


def late_at_first(action: Action, *, on: date) -> str:
    """How far an open action is past the first date that it had, where that date moved."""
    first, now = action.original_latest, action.target_latest
    if not action.is_open or first is None or first == now or first >= on:
        return ""
    days = (on - first).days
    return f"{days} day{'s' if days > 1 else ''} past the first date"


def pieces(whole: RecommendationDetail) -> list[EvidenceItem]:
    labels = {action.pk: action.label for action in whole.actions}
    return [
        EvidenceItem(
            row=row,
            label=labels.get(row.action_id or 0, ""),
            where=where_it_is(row),
            level=EvidenceLevel(row.level).name.capitalize(),
            verdict=_verdict(row, on=whole.asked.on),
            judged=f"{person(row.judged_by)}, {moment(row.judged_at)}" if row.judged_at else "",
            attached=f"{person(row.attached_by)}, {moment(row.attached_at)}",
        )
        for row in whole.evidence
    ]


def findings(whole: RecommendationDetail) -> list[Finding]:
    """Reviews, newest first."""
    reviews = whole.of_kind(EntryKind.REVIEW)
    later = {one.corrects_id: one for one in reviews if one.corrects_id}
    earlier = {one.pk: one for one in reviews}
    titles = {row.pk: row.title for row in whole.evidence}
    return [
        Finding(one, claim_in_words(one.claim, titles), _correction(one, later, earlier))
        for one in sorted(reviews, key=lambda one: (one.dated, one.pk), reverse=True)
    ]


def moments(events: Iterable[Event]) -> list[Moment]:
    return [
        Moment(
            event=event,
            done=DONE.get(event.verb, event.verb.replace("_", " ").capitalize()),
            when=moment(event.at),
            who=f"{person(event.actor)}, {event.role}" if event.role else NOBODY,
        )
        for event in events
    ]


def _by_action(said: Iterable[TimelineEntry]) -> dict[int | None, list[TimelineEntry]]:
    found: dict[int | None, list[TimelineEntry]] = defaultdict(list)
    for one in said:
        found[one.action_id].append(one)
    return found


def _first_due(action: Action) -> str:
    if action.original_earliest is None or action.original_latest is None:
        return f"“{action.original_words}”" if action.original_words else ""
    return in_words(action.original_earliest, action.original_latest, action.original_precision)


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _verdict(row: Evidence, *, on: date) -> str:
    if row.redacted_at:
        return "Redacted"
    verdict = str(Verdict(row.verdict).label)
    expired = row.expires is not None and row.expires < on
    return f"{verdict}, expired {day(row.expires)}" if expired else verdict


def _correction(
    one: TimelineEntry, later: dict[Any, TimelineEntry], earlier: dict[int, TimelineEntry]
) -> str:
    if one.pk in later:
        return f"Corrected by the review of {day(later[one.pk].dated)}."
    if one.corrects_id in earlier:
        return f"Corrects the review of {day(earlier[one.corrects_id].dated)}."
    return ""
