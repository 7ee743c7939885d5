"""Where a recommendation stands, laid out: claim beside evidence, outcome and finding."""

from dataclasses import dataclass
from typing import Any

from recommendations import workflow
from recommendations.models import Answer, Evidence, Verdict
from recommendations.queries.statuses import UnsupportedClaimReason
from recommendations.read_models.outcome import NOT_READ, Outcome, unmoved
from recommendations.read_models.recommendation import RecommendationDetail
from recommendations.read_models.timeline import EntryKind, TimelineEntry
from recommendations.wording.dates import day
from recommendations.wording.statuses import evidence_words, judgement_words, statuses_in_words

PATH = ("awaiting_response", "in_progress", "submitted", "closed")
ASIDE = {"not_agreed": ("awaiting_response", "not_agreed"), "superseded": ("awaiting_response", "superseded")}
NO_CLAIM = "The owner does not claim that it is done."


@dataclass(frozen=True)
class Place:
    """A state on the way of a recommendation: behind it, here, or to come."""

    name: str
    words: str
    is_here: bool


@dataclass(frozen=True)
class Side:
    """One of the four things that are compared: its name, its status, what stands behind it."""

    name: str
    status: str
    words: str
    more: str
    anchor: str


def places(status: str) -> list[Place]:
    """Where a recommendation stands on its way, for an ordered list."""
    path = ASIDE.get(status, PATH)
    here = path.index(status)
    words = ["done", "it stands here", "to come"]
    return [
        Place(
            workflow.RECOMMENDATION.states[code],
            words[(number > here) - (number < here) + 1],
            is_here=number == here,
        )
        for number, code in enumerate(path)
    ]


def sides(whole: RecommendationDetail) -> list[Side]:
    """Claim, evidence, measured outcome and finding of a recommendation whose owner is in reach."""
    row = whole.row
    claimed = row.status in workflow.CLAIMED
    answer = dict(Answer.choices).get(row.fact_answer)
    return [
        Side(
            "Claim",
            row.get_status_display(),
            f"“{row.outcome}”" if claimed else NO_CLAIM,
            f"Response: {str(answer).lower()}." if answer else "No response yet.",
            "#response",
        ),
        Side("Evidence", evidence_words(row), _pieces(whole.evidence), "", "#evidence"),
        Side("Measured outcome", _moved(whole.outcomes), whole.outcome, "", "#measures"),
        Side("Finding", judgement_words(row), *_found(whole), "#reviews"),
    ]


def statuses(whole: RecommendationDetail) -> list[tuple[str, str]]:
    """The four statuses as pairs of name and words."""
    return statuses_in_words(whole.row)


def unsupported_claim_reasons(whole: RecommendationDetail) -> list[tuple[str, str]]:
    """Each reason why the claim is unsupported, with the facts behind it."""
    if not whole.row.reads_standing:
        return []
    reasons = {
        UnsupportedClaimReason.JUDGED_SHORT: _judged(whole),
        UnsupportedClaimReason.NOTHING_ABOVE_OUTPUT: (
            f"{_pieces(whole.evidence)} Nothing accepted shows practice or outcome."
        ),
        UnsupportedClaimReason.MEASURE_NOT_MOVED: _unmoved(whole.outcomes),
    }
    return [
        (str(reason.label), reasons[reason])
        for reason in UnsupportedClaimReason
        if getattr(whole.row, f"unsupported_{reason.value}")
    ]


def last_review(whole: RecommendationDetail) -> TimelineEntry | None:
    """The review that stands: the latest that no other corrects."""
    reviews = whole.of_kind(EntryKind.REVIEW)
    corrected = {one.corrects_id for one in reviews}
    standing = [one for one in reviews if one.pk not in corrected]
    return max(standing, key=lambda one: (one.dated, one.pk), default=None)


def _found(whole: RecommendationDetail) -> tuple[str, str]:
    review = last_review(whole)
    if review is None:
        return "No inspector has looked at it since the report.", ""
    return f"“{review.text}”", f"{review.by}, {day(review.dated)}."


def _judged(whole: RecommendationDetail) -> str:
    review = last_review(whole)
    return f"{review.code}, {day(review.dated)}: “{review.text}”" if review else ""


def _pieces(evidence: list[Evidence]) -> str:
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


def _moved(found: list[Outcome]) -> str:
    judged = [one for one in found if one.measure.better]
    if not judged:
        return "No figure"
    if not any(one.readings for one in judged):
        return "Not read again"
    moved = sum(one.has_moved for one in judged)
    return f"{moved} of {len(judged)} moved"


def _unmoved(found: list[Outcome]) -> str:
    """ "Worse: … . Not read again: 5 measures." What was read is named, the rest counted."""
    said: dict[str, list[str]] = {}
    for one in unmoved(found):
        said.setdefault(one.movement_in_words, []).append(one.measure.question)
    unread = len(said.pop(NOT_READ, []))
    named = [f"{words.capitalize()}: {'; '.join(questions)}." for words, questions in said.items()]
    counted = [f"{NOT_READ.capitalize()}: {unread} measure{'s' if unread > 1 else ''}."] if unread else []
    return " ".join(named + counted)
