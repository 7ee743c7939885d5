"""Work on recommendations, done by the operations alone: to bring a row to where a test begins."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from recommendations import roles
from recommendations.errors import StepRefused
from recommendations.models import (
    Action,
    Evidence,
    Framework,
    Judgement,
    KeyQuestion,
    KeyQuestionResult,
    Membership,
    Organisation,
    Rating,
    Recommendation,
    Standard,
    StandardRating,
    User,
)
from recommendations.operations.accounts import create_account, end_role, grant_role, system_actor
from recommendations.operations.actions import plan_action
from recommendations.operations.conditions import StepInput, unsupported_claim_reasons
from recommendations.operations.evidence import attach_evidence, judge_evidence
from recommendations.operations.transitions import take_step
from recommendations.operations.updates import record_update
from tests.factories import NOW, TODAY, Bodies, People

Subject = Recommendation | Action
Row = TypeVar("Row", bound=Model)
OF_THE_REPORT = (Framework, Rating, Judgement, Standard, KeyQuestion, StandardRating, KeyQuestionResult)
OUTCOME = "Assessments now name the risk to each child."
REASON = "Ten cases of June show it."


def fresh(row: Row) -> Row:
    return type(row)._default_manager.get(pk=row.pk)


def take(subject: Any, step: str, by: User, *, at: datetime = NOW, **given: Any) -> Any:
    """Take a step with the row as it stands now; returns the row."""
    row = fresh(subject)
    return take_step(subject=row, step=step, version=row.version, given=StepInput(**given), by=by, at=at)


def refusal(subject: Any, step: str, by: User, *, at: datetime = NOW, **given: Any) -> dict[str, list[str]]:
    """The problems for which a step is refused; nothing at all is written."""
    stood = everything()
    with pytest.raises(StepRefused) as refused:
        take(subject, step, by, at=at, **given)
    assert everything() == stood
    return refused.value.problems


def everything() -> dict[str, list[Any]]:
    """Every row of every table that people's work writes to, events and history included."""
    models = apps.get_app_config("recommendations").get_models()
    return {
        model.__name__: list(model._base_manager.order_by("pk").values_list())
        for model in models
        if model not in OF_THE_REPORT
    }


def plan(recommendation: Recommendation, by: User, *, at: datetime = NOW, **given: Any) -> Action:
    plain: dict[str, Any] = {
        "description": "Train every practitioner.",
        "lead": recommendation.owner,
        "responsible_post": "Head of PDU",
    }
    return plan_action(recommendation=recommendation, **{**plain, **given}, by=by, at=at)


def attach(subject: Subject, by: User, *, at: datetime = NOW, **given: Any) -> Evidence:
    action = subject if isinstance(subject, Action) else None
    plain: dict[str, Any] = {
        "title": "Case audit",
        "level": "practice",
        "represents": min(TODAY, timezone.localdate(at)),
        "declared_no_personal_data": True,
        "url": "https://example.org/audit",
    }
    return attach_evidence(
        recommendation=action.recommendation if action else subject,
        action=action,
        **{**plain, **given},
        by=by,
        at=at,
    )


def judge(
    evidence: Evidence, by: User, verdict: str = "accepted", *, at: datetime = NOW, reason: str = REASON
) -> Evidence:
    held = fresh(evidence)
    return judge_evidence(evidence=held, version=held.version, verdict=verdict, reason=reason, by=by, at=at)


def update(subject: Subject, by: User, *, at: datetime = NOW, **given: Any) -> Any:
    action = subject if isinstance(subject, Action) else None
    return record_update(
        recommendation=action.recommendation if action else subject,
        action=action,
        **{"text": "Half of them are trained.", **given},
        by=by,
        at=at,
    )


def person(name: str, role: str, home: Organisation, reach: Organisation | None = None) -> User:
    """Another person, with one role."""
    user = create_account(username=name, password=None, by=system_actor(), at=NOW)
    also(user, role, home, reach)
    return user


def also(user: User, role: str, home: Organisation, reach: Organisation | None = None) -> None:
    grant_role(user=user, role=role, home=home, reach=reach or home, by=system_actor(), at=NOW)


def ends(user: User, role: str) -> None:
    """From now on `user` holds `role` no more."""
    for held in Membership.objects.current().filter(user=user, role=role):
        end_role(membership=held, by=system_actor(), at=NOW)


def second_assurer(bodies: Bodies, name: str = "assurer-2") -> User:
    return person(name, roles.ASSURER, bodies.assurance, bodies.national)


def enough(subject: Subject, step: str) -> dict[str, Any]:
    """All that a person must state for `step` to be taken with `subject` as it stands."""
    if step == "respond":
        return {"answer": "agreed"}
    if step == "submit":
        return {"outcome": OUTCOME}
    if step == "decline":
        return {"reason": REASON, "risk_carrier": "Head of PDU"}
    if step == "supersede":
        return {"reason": REASON, "successor": another(subject)}
    if step == "close" and isinstance(subject, Recommendation):
        closed = subject.actions.filter(status="closed").exists()
        return {
            "reason": REASON,
            "why_no_action": "" if closed else "It was done within the day-to-day work.",
            "acknowledged": tuple(reason.value for reason in unsupported_claim_reasons(subject, on=TODAY)),
        }
    return {} if step == "start" else {"reason": REASON}


def another(subject: Subject) -> Subject:
    if isinstance(subject, Recommendation):
        return subject.inspection.recommendations.exclude(pk=subject.pk).earliest("number")
    others = subject.recommendation.actions.exclude(pk=subject.pk).exclude(status="superseded")
    return others.first() or plan(subject.recommendation, _owner_of(subject), description="Coach them.")


def _owner_of(action: Action) -> User:
    """Whoever planned it plans another beside it."""
    return action.events.earliest("sequence").actor


# How each state is reached: the steps before it, and who takes them.
Way = list[tuple[str, str]]
TO_RECOMMENDATION: dict[str, Way] = {
    "awaiting_response": [],
    "in_progress": [("respond", "contributor")],
    "submitted": [("respond", "contributor"), ("attach", "contributor"), ("submit", "contributor")],
    "superseded": [("supersede", "inspector")],
}
TO_RECOMMENDATION["closed"] = [*TO_RECOMMENDATION["submitted"], ("judge", "assurer"), ("close", "assurer")]
TO_RECOMMENDATION["not_agreed"] = [("disagree", "contributor")]
TO_ACTION: dict[str, Way] = {
    "not_started": [],
    "in_progress": [("start", "contributor")],
    "submitted": [("attach", "contributor"), ("submit", "contributor")],
    "submitted_decline": [("decline", "contributor")],
    "superseded": [("supersede", "inspector")],
}
TO_ACTION["closed"] = [*TO_ACTION["submitted"], ("judge", "assurer"), ("close", "assurer")]
TO_ACTION["will_not_do"] = [*TO_ACTION["submitted_decline"], ("accept_decline", "assurer")]


def reach(subject: Any, state: str, people: People, *, at: datetime = NOW) -> Any:
    """Bring a recommendation of the PDU, or an action of one, to `state`; returns it as it stands then."""
    ways = TO_RECOMMENDATION if isinstance(subject, Recommendation) else TO_ACTION
    for step, who in ways[state]:
        DEEDS.get(step, _step(step))(fresh(subject), getattr(people, who), at)
    found = fresh(subject)
    assert found.status == state
    return found


def _step(name: str) -> Callable[[Any, User, datetime], Any]:
    return lambda row, by, at: take(row, name, by, at=at, **enough(row, name))


def _judge_all(row: Subject, by: User, at: datetime) -> None:
    for piece in row.evidence.filter(verdict="pending"):
        judge(piece, by, at=at)


DEEDS: dict[str, Callable[[Any, User, datetime], Any]] = {
    "attach": lambda row, by, at: attach(row, by, at=at),
    "judge": _judge_all,
    "disagree": lambda row, by, at: take(row, "respond", by, at=at, answer="not_agreed", reason=REASON),
}
