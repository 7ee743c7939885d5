"""The only code that changes a status: one step of the workflow's table, or every reason why not."""

from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from recommendations import workflow
from recommendations.access import can, require
from recommendations.errors import Invalid, NotPermitted, StepRefused
from recommendations.models import (
    Action,
    Answer,
    LinkKind,
    Recommendation,
    RecommendationLink,
    Response,
    User,
)
from recommendations.operations.change import Change
from recommendations.operations.conditions import StepAttempt, StepInput, missing
from recommendations.operations.record import recording
from recommendations.operations.text import clean
from recommendations.roles import Capability
from recommendations.workflow import Need, Step

# What a person states with a step and no row keeps: the event does.
STATED = ("why_no_action", "acknowledged")
Stateful = TypeVar("Stateful", bound=Recommendation | Action)


def take_step(
    *, subject: Stateful, step: str, version: int, given: StepInput, by: User, at: datetime
) -> Stateful:
    """Take `step` with a recommendation or action that was read at `version`; return it as it now is.

    Raises Invalid where there is no such step, NotPermitted where no role of `by` takes it,
    StepRefused with *everything* that is missing, StaleVersion if another write came first.
    """
    found = _found(subject, step)
    with recording(step, by=by, at=at, reason=clean(given.reason)[0]) as change:
        held: Any = type(subject)._default_manager.select_related(*_parents(subject)).get(pk=subject.pk)
        change.acting = require(by, found.capability, held, on=change.day)
        if given.successor is not None:  # As it stands now: another may just have ended it too.
            given = replace(
                given, successor=type(given.successor)._default_manager.get(pk=given.successor.pk)
            )
        if problems := missing(StepAttempt(held, found, given, by, change.day)):
            raise StepRefused(problems)
        change.subject = held
        change.stated |= {name: said for name in STATED if (said := getattr(given, name))}
        return change.update(held, version=version, **_values(change, held, found, given))


def table_of(subject: Recommendation | Action) -> workflow.Workflow:
    return workflow.ACTION if isinstance(subject, Action) else workflow.RECOMMENDATION


def _found(subject: Recommendation | Action, name: str) -> Step:
    table = table_of(subject)
    found = table.step(name)
    if found is None:
        raise Invalid({"step": [f"“{name}” is no step. Known are: {', '.join(table.step_names)}."]})
    return found


def _parents(subject: Recommendation | Action) -> list[str]:
    return ["recommendation__owner", "lead"] if isinstance(subject, Action) else ["owner"]


def _values(change: Change, held: Any, step: Step, given: StepInput) -> dict[str, Any]:
    """What the step writes beside the version; rows that go with it are added to the change."""
    values: dict[str, Any] = {"status": step.target}
    if Need.OUTCOME in step.needs:
        values["outcome"] = clean(given.outcome)[0]
    if Need.RISK_CARRIER in step.needs:
        values["risk_carrier"] = clean(given.risk_carrier)[0]
    if Need.ANSWER in step.needs:
        values["status"] = _answered(change, held, given).state
    if Need.SUCCESSOR in step.needs:
        values |= _succeeded(change, held, given.successor)
    return values


def _answered(change: Change, recommendation: Recommendation, given: StepInput) -> Response:
    response = Response(
        recommendation=recommendation,
        number=recommendation.responses.count() + 1,
        answer=Answer(given.answer),
        accepted_part=clean(given.accepted_part)[0],
        reason=clean(given.reason)[0],
        dated=given.dated or change.day,
        author=change.by,
        recorded_at=change.at,
    )
    return change.add(response)


def _succeeded(change: Change, held: Any, successor: Any) -> dict[str, Any]:
    if isinstance(held, Action):
        return {"successor": successor}
    if not can(change.by, Capability.SUPERSEDE, successor, on=change.day):
        raise NotPermitted(f"{successor} is not yours to name.")
    link = {"source": successor, "target": held, "kind": LinkKind.SUPERSEDES}
    if not RecommendationLink.objects.filter(**link).exists():
        change.add(RecommendationLink(**link))
    return {}
