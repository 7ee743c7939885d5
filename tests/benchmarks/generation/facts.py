"""How a made-up recommendation stands, worked out from the rows in memory as `standing` does in SQL."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from recommendations import workflow
from recommendations.framework import Movement
from recommendations.models import (
    Action,
    Evidence,
    EvidenceLevel,
    Measure,
    Reading,
    Recommendation,
    Response,
    Review,
    Verdict,
)
from recommendations.models.action import DUE_SOON, ScheduleStatus
from recommendations.models.history import FACTS
from recommendations.queries.statuses import (
    NEVER,
    NO_RECENT_UPDATE_AFTER,
    AcceptedLevel,
    UnsupportedClaimReason,
)

Facts = dict[str, Any]
RUNGS = EvidenceLevel.values
ACCEPTED = Verdict.ACCEPTED.value


@dataclass
class Standing:
    """A recommendation with all that belongs to it, and the history row that says how it stands."""

    recommendation: Recommendation
    published: date
    actions: list[Action] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    answered_on: date | None = None
    updated_on: date | None = None
    present: dict[str, Any] | None = None

    def facts(self) -> Facts:
        """The facts, as `with_facts` annotates them."""
        row = self.recommendation
        still = [one for one in self.actions if one.status not in workflow.ACTION.ended]
        found = (
            row.status,
            row.owner_id,
            self.responses[-1].answer if self.responses else "",
            *map(self._shown_until, RUNGS),
            len(self.actions),
            len(still),
            _first(one.target_latest for one in still),
            _first(one.original_latest for one in still),
            self.updated_on or self.answered_on or self.published,
            *self._judged(),
            *self._measured(),
        )
        return dict(zip(FACTS, found, strict=True))

    def _shown_until(self, rung: str) -> date | None:
        return max(
            (one.expires or NEVER for one in self.evidence if one.level == rung and one.verdict == ACCEPTED),
            default=None,
        )

    def _judged(self) -> tuple[str, bool, bool]:
        """The code of the last review, and whether the last that judged found too little, or enough."""
        if not self.reviews:
            return "", False, False
        corrected = {one.corrects_id for one in self.reviews}
        standing = [one for one in self.reviews if one.pk not in corrected]
        standing.sort(key=lambda one: (one.dated, one.pk))
        judging = [one.judgement.verified for one in standing if one.judgement.order > 0]
        return standing[-1].judgement.code, judging[-1:] == [False], judging[-1:] == [True]

    def _measured(self) -> tuple[int, int, int]:
        """How many directed measures are unread, not shown to have moved, and worse."""
        if not self.measures:
            return 0, 0, 0
        last = {one.pk: self._last_movement(one) for one in self.measures if one.better}
        unread = sum(
            not last[one.pk] and (one.n is not None or not self._read(one))
            for one in self.measures
            if one.pk in last
        )
        told = list(last.values())
        return unread, told.count(Movement.NOT_SHOWN), told.count(Movement.WORSE)

    def _read(self, measure: Measure) -> list[Reading]:
        return [one for one in self.readings if one.measure_id == measure.pk]

    def _last_movement(self, measure: Measure) -> str:
        telling = [one for one in self._read(measure) if one.movement != Movement.CANNOT_SAY]
        return max(telling, key=lambda one: (one.taken_on, one.pk)).movement if telling else ""


def evidence_level(facts: Facts, *, on: date) -> str:
    """The highest rung with accepted evidence that has not expired."""
    shown = (rung for rung in reversed(RUNGS) if (facts[f"{rung}_until"] or date.min) >= on)
    return next(shown, AcceptedLevel.NONE.value)


def schedule_status(facts: Facts, *, on: date) -> str:
    due = facts["first_due"]
    if facts["status"] in workflow.RECOMMENDATION.ended:
        return ScheduleStatus.ENDED.value
    if due is None:
        return ScheduleStatus.NO_DATE.value
    if due < on:
        return ScheduleStatus.OVERDUE.value
    return (ScheduleStatus.DUE_SOON if due <= on + DUE_SOON else ScheduleStatus.ON_TIME).value


def has_no_recent_update(facts: Facts, *, on: date) -> bool:
    ended = facts["status"] in workflow.RECOMMENDATION.ended
    return not ended and facts["heard_on"] <= on - NO_RECENT_UPDATE_AFTER


def gaps(facts: Facts, *, on: date) -> list[str]:
    """The gaps of a recommendation that is claimed."""
    unmoved = facts["measures_unread"] + facts["measures_not_shown"] + facts["measures_worse"] > 0
    nothing = evidence_level(facts, on=on) in (AcceptedLevel.NONE, AcceptedLevel.OUTPUT)
    found = {
        UnsupportedClaimReason.JUDGED_SHORT: facts["judged_short"],
        UnsupportedClaimReason.NOTHING_ABOVE_OUTPUT: nothing,
        UnsupportedClaimReason.MEASURE_NOT_MOVED: unmoved,
    }
    return [reason.value for reason, there in found.items() if there]


def _first(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)
