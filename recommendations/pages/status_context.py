"""The statuses of a recommendation as its page shows them: claim, evidence, measured outcome, finding."""

from dataclasses import dataclass
from typing import Any

from recommendations import workflow
from recommendations.models import Answer, Evidence, Review, Verdict
from recommendations.queries.statuses import UnsupportedClaimReason
from recommendations.read_models.outcome import NOT_READ, Outcome, measures_without_change
from recommendations.read_models.recommendation import RecommendationDetail
from recommendations.wording.dates import day, person
from recommendations.wording.statuses import evidence_words, judgement_words

PATH = ("awaiting_response", "in_progress", "submitted", "closed")
OTHER_PATHS = {
    "not_agreed": ("awaiting_response", "not_agreed"),
    "superseded": ("awaiting_response", "superseded"),
}
NO_CLAIM = "The owner does not claim that it is done."


@dataclass(frozen=True)
class WorkflowState:
    """A state of the workflow: done, current, or to come."""

    name: str
    words: str
    is_current: bool


@dataclass(frozen=True)
class StatusCard:
    """Claim, evidence, measured outcome or finding: its status, and the facts behind it."""

    name: str
    status: str
    words: str
    more: str
    anchor: str


def workflow_states(status: str) -> list[WorkflowState]:
    """The states that a recommendation goes through, in order."""
    path = OTHER_PATHS.get(status, PATH)
    current = path.index(status)
    words = ["done", "current status", "to come"]
    return [
        WorkflowState(
            workflow.RECOMMENDATION.states[code],
            words[(number > current) - (number < current) + 1],
            is_current=number == current,
        )
        for number, code in enumerate(path)
    ]


def status_cards(detail: RecommendationDetail) -> list[StatusCard]:
    """Claim, evidence, measured outcome and finding, for a user who reads the owner's work."""
    row = detail.row
    claimed = row.status in workflow.CLAIMED
    answer = dict(Answer.choices).get(row.fact_answer)
    return [
        StatusCard(
            "Claim",
            row.get_status_display(),
            f"“{row.outcome}”" if claimed else NO_CLAIM,
            f"Response: {str(answer).lower()}." if answer else "No response yet.",
            "#response",
        ),
        StatusCard("Evidence", evidence_words(row), _evidence_counts(detail.evidence), "", "#evidence"),
        StatusCard("Measured outcome", _outcome_counts(detail.outcomes), detail.outcome, "", "#measures"),
        StatusCard("Finding", judgement_words(row), *_finding(detail), "#reviews"),
    ]


def unsupported_claim_reasons(detail: RecommendationDetail) -> list[tuple[str, str]]:
    """Each reason why the claim is unsupported, with the facts behind it."""
    if not detail.row.reads_standing:
        return []
    reasons = {
        UnsupportedClaimReason.JUDGED_SHORT: _judged(detail),
        UnsupportedClaimReason.NOTHING_ABOVE_OUTPUT: (
            f"{_evidence_counts(detail.evidence)} Nothing accepted shows practice or outcome."
        ),
        UnsupportedClaimReason.MEASURE_NOT_MOVED: _unmoved(detail.outcomes),
    }
    return [
        (str(reason.label), reasons[reason])
        for reason in UnsupportedClaimReason
        if getattr(detail.row, f"unsupported_{reason.value}")
    ]


def last_review(detail: RecommendationDetail) -> Review | None:
    """The latest review that no other review corrects."""
    corrected = {review.corrects_id for review in detail.reviews}
    valid = [review for review in detail.reviews if review.pk not in corrected]
    return max(valid, key=lambda review: (review.dated, review.pk), default=None)


def _finding(detail: RecommendationDetail) -> tuple[str, str]:
    review = last_review(detail)
    if review is None:
        return "No inspector has reviewed it since the report.", ""
    return f"“{review.narrative}”", f"{person(review.reviewer)}, {day(review.dated)}."


def _judged(detail: RecommendationDetail) -> str:
    review = last_review(detail)
    return f"{review.judgement.name}, {day(review.dated)}: “{review.narrative}”" if review else ""


def _evidence_counts(evidence: list[Evidence]) -> str:
    """ "4 pieces: 2 accepted, 1 rejected, 1 awaiting a verdict."."""
    if not evidence:
        return "Nothing is attached."
    counts: dict[Any, int] = dict.fromkeys(Verdict, 0)
    for piece in evidence:
        counts[Verdict(piece.verdict)] += 1
    words = {
        Verdict.ACCEPTED: "accepted",
        Verdict.REJECTED: "rejected",
        Verdict.PENDING: "awaiting a verdict",
    }
    said = ", ".join(f"{counts[verdict]} {name}" for verdict, name in words.items() if counts[verdict])
    return f"{len(evidence)} piece{'s' if len(evidence) > 1 else ''}: {said}."


def _outcome_counts(found: list[Outcome]) -> str:
    judged = [one for one in found if one.measure.better]
    if not judged:
        return "No figure"
    if not any(one.readings for one in judged):
        return "Not measured again"
    moved = sum(one.has_moved for one in judged)
    return f"{moved} of {len(judged)} moved"


def _unmoved(found: list[Outcome]) -> str:
    """ "Worse: … . Not measured again: 5 measures." Names measures with a reading, counts the others."""
    said: dict[str, list[str]] = {}
    for one in measures_without_change(found):
        said.setdefault(one.movement_in_words, []).append(one.measure.question)
    unread = len(said.pop(NOT_READ, []))
    named = [f"{words.capitalize()}: {'; '.join(questions)}." for words, questions in said.items()]
    counted = [f"{NOT_READ.capitalize()}: {unread} measure{'s' if unread > 1 else ''}."] if unread else []
    return " ".join(named + counted)
