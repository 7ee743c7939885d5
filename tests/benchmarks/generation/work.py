"""The deeds of made-up work: each writes one event, and what the operation of its name would write."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recommendations import workflow
from recommendations.models import (
    Action,
    Evidence,
    LinkKind,
    ProgressUpdate,
    Recommendation,
    RecommendationLink,
    Response,
    TargetRevision,
    Verdict,
)
from recommendations.operations.actions import letters
from recommendations.workflow import Need, Step
from tests.benchmarks.generation.change import Actor, Change, Pen
from tests.benchmarks.generation.facts import Standing, gaps
from tests.benchmarks.generation.timestamps import target_of

ENDS = ("words", "earliest", "latest", "precision")


@dataclass
class Slot:
    """The place of an action that will be planned."""

    row: Action | None = None
    revisions: int = 0


@dataclass
class Piece:
    """The place of a piece of evidence that will be attached."""

    row: Evidence | None = None


@dataclass
class Work:
    """What is done about one recommendation, in the order of time."""

    pen: Pen
    standing: Standing
    owner: Actor
    assurer: Actor
    inspector: Actor

    @property
    def recommendation(self) -> Recommendation:
        return self.standing.recommendation

    def respond(self, at: datetime, *, answer: str, accepted_part: str, reason: str) -> None:
        change = self.change("respond", self.owner, at, self.recommendation, reason)
        row = Response(
            recommendation=self.recommendation,
            number=len(self.standing.responses) + 1,
            answer=answer,
            accepted_part=accepted_part,
            reason=reason,
            dated=change.day,
            author_id=self.owner.user.pk,
            recorded_at=at,
        )
        self.standing.responses.append(change.add(row))
        self.standing.answered_on = change.day
        change.change(self.recommendation, {"status": row.state})
        change.close(self.standing)

    def plan(
        self, at: datetime, *, slot: Slot, target: str, named: bool, contributors: list[int], **said: Any
    ) -> None:
        """Plan the action of `slot`; `said` are the columns that are stated as they are kept."""
        ends = dict(zip(ENDS, target_of(target), strict=True))
        row = Action(
            recommendation=self.recommendation,
            label=f"{self.recommendation.number}{letters(len(self.standing.actions) + 1)}",
            person_id=self.owner.user.pk if named else None,
            **{f"{stem}_{end}": value for stem in ("target", "original") for end, value in ends.items()},
            **said,
        )
        change = self.change("plan", self.owner, at)
        slot.row = change.add(row, contributors=contributors)
        self.standing.actions.append(row)
        change.close(self.standing)

    def revise(self, at: datetime, *, slot: Slot, words: str, reason: str) -> None:
        """Move a target; nothing where it is the same, or no words were ever given."""
        action = _row(slot)
        before, after = [getattr(action, f"target_{end}") for end in ENDS], target_of(words)
        if tuple(before) == after or not action.original_words:
            return
        slot.revisions += 1
        change = self.change("revise target", self.owner, at, action, reason)
        change.add(
            TargetRevision(
                action=action,
                number=slot.revisions,
                **{f"before_{end}": value for end, value in zip(ENDS, before, strict=True)},
                **{f"after_{end}": value for end, value in zip(ENDS, after, strict=True)},
                reason=reason,
                author_id=self.owner.user.pk,
                recorded_at=at,
            )
        )
        values = {f"target_{end}": value for end, value in zip(ENDS, after, strict=True)}
        if action.original_latest is None and values["target_latest"]:
            values |= {f"original_{end}": value for end, value in zip(ENDS, after, strict=True)}
        change.change(action, values)
        change.close(self.standing)

    def update(self, at: datetime, *, slot: Slot | None, text: str) -> None:
        change = self.change("update", self.owner, at)
        change.add(
            ProgressUpdate(
                recommendation=self.recommendation,
                action=_row(slot) if slot else None,
                text=text,
                dated=change.day,
                author_id=self.owner.user.pk,
                created_at=at,
            )
        )
        self.standing.updated_on = change.day
        change.close(self.standing)

    def attach(self, at: datetime, *, slot: Slot | None, piece: Piece, **said: Any) -> None:
        """Attach evidence to the action of `slot`, or to the whole; `piece` then holds it."""
        change = self.change("attach", self.owner, at)
        piece.row = Evidence(
            recommendation=self.recommendation,
            action=_row(slot) if slot else None,
            declared_no_personal_data=True,
            attached_by_id=self.owner.user.pk,
            attached_at=at,
            **said,
        )
        self.standing.evidence.append(change.add(piece.row))
        change.close()  # Nobody has judged it: how the recommendation stands is the same.

    def judge(self, at: datetime, *, piece: Piece, verdict: Verdict, reason: str) -> None:
        assert piece.row is not None
        change = self.change("judge evidence", self.assurer, at, piece.row, reason)
        judged = {"judged_by_id": self.assurer.user.pk, "judged_at": at}
        change.change(piece.row, {"verdict": verdict.value, "verdict_reason": reason, **judged})
        change.close(self.standing)

    def step(
        self,
        at: datetime,
        *,
        name: str,
        by: Actor,
        slot: Slot | None = None,
        reason: str = "",
        successor: Slot | Recommendation | None = None,
        **stated: Any,
    ) -> None:
        """Take a step of the workflow's table; `stated` are the columns that it asks for."""
        subject: Action | Recommendation = _row(slot) if slot else self.recommendation
        step = _step_from(subject, name)
        change = self.change(name, by, at, subject, reason)
        if isinstance(successor, Slot):
            stated["successor_id"] = _row(successor).pk
        elif successor:
            ends = {"source": successor, "target": subject}
            change.add(RecommendationLink(**ends, kind=LinkKind.SUPERSEDES.value))
        change.change(subject, {"status": step.target, **stated})
        if Need.REASONS_ACKNOWLEDGED in step.needs:
            self._acknowledge(change)
        change.close(self.standing)

    def change(self, verb: str, by: Actor, at: datetime, subject: Any = None, reason: str = "") -> Change:
        return Change(self.pen, verb, by=by, at=at, subject=subject, reason=reason)

    def _acknowledge(self, change: Change) -> None:
        if declared := gaps(self.standing.facts(), on=change.day):
            change.stated["acknowledged"] = declared


def _row(slot: Slot) -> Action:
    assert slot.row is not None
    return slot.row


def _step_from(subject: Action | Recommendation, name: str) -> Step:
    """The step of this name; raises ValueError where the plan takes it from a state that it is not for."""
    table = workflow.ACTION if isinstance(subject, Action) else workflow.RECOMMENDATION
    step = table.step(name)
    if step is None or subject.status not in step.sources:
        raise ValueError(f"{subject} is {subject.status}: “{name}” was drawn too early, or too late.")
    return step
