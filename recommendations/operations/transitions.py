"""The only code that changes a status: takes a step of the workflow, or refuses it with every reason."""

from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import FilteredRelation, Q, QuerySet

from recommendations import workflow
from recommendations.access import granted
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
from recommendations.operations.conditions import StepAttempt, StepInput, missing, with_conditions
from recommendations.operations.record import recording
from recommendations.operations.validation import clean
from recommendations.roles import Capability
from recommendations.workflow import Need, Step

# Statements that no row keeps: the event holds them.
STATED = ("why_no_action", "acknowledged")
Stateful = TypeVar("Stateful", bound=Recommendation | Action)


def take_step(
    *,
    subject: Stateful | QuerySet[Stateful],
    step: str,
    version: int,
    given: StepInput,
    by: User,
    at: datetime,
) -> Stateful:
    """Take `step` with a recommendation or action that was read at `version`; return it as it now is.

    `subject` may be a queryset of the one row, such as those that a caller may read: then the row need
    not be read before. Raises Invalid if there is no such step, NotPermitted if no role of `by` takes it,
    StepRefused with *everything* that is missing, StaleVersion if another write came first, DoesNotExist
    if the queryset has no row.
    """
    rows: Any = subject if isinstance(subject, QuerySet) else _rows(subject)
    found = _found(rows.model, step)
    with recording(step, by=by, at=at, reason=clean(given.reason)[0]) as change:
        row = _read(change, rows, found)
        if given.successor is not None:  # Another person may just have ended it too.
            given = replace(given, successor=_read_successor(change, given.successor))
        if problems := missing(StepAttempt(row, found, given, by, change.day)):
            raise StepRefused(problems)
        change.subject = row
        change.stated |= {name: said for name in STATED if (said := getattr(given, name))}
        return change.update(row, version=version, **_values(change, row, found, given))


def _rows(row: Stateful) -> QuerySet[Stateful]:
    rows: Any = type(row)._default_manager.filter(pk=row.pk)
    return rows


def _read(change: Change, rows: Any, step: Step) -> Any:
    """The row, with all that the step asks of the database, by one query; raises NotPermitted."""
    rows = with_conditions(rows, step, by=change.by, on=change.day)
    if issubclass(rows.model, Action):
        return change.permitted(rows.select_related("recommendation__owner", "lead"), step.capability)
    current = FilteredRelation("history", condition=Q(history__valid_to=None))
    rows = rows.annotate(current=current).select_related("owner", "current")
    row = change.permitted(rows, step.capability)
    change.recommendations[row.pk], change.histories[row.pk] = row, row.current
    return row


def _read_successor(change: Change, successor: Recommendation | Action) -> Recommendation | Action:
    grant = granted(change.by, Capability.SUPERSEDE, type(successor), on=change.day)
    return _rows(successor).annotate(grant=grant).get()


def table_of(subject: Recommendation | Action) -> workflow.Workflow:
    return workflow.ACTION if isinstance(subject, Action) else workflow.RECOMMENDATION


def _found(model: type[Recommendation | Action], name: str) -> Step:
    table = workflow.ACTION if issubclass(model, Action) else workflow.RECOMMENDATION
    found = table.step(name)
    if found is None:
        raise Invalid({"step": [f"“{name}” is no step. Known are: {', '.join(table.step_names)}."]})
    return found


def _values(change: Change, row: Recommendation | Action, step: Step, given: StepInput) -> dict[str, Any]:
    """The columns that the step writes beside the version; adds the rows that go with it."""
    values: dict[str, Any] = {"status": step.target}
    if Need.OUTCOME in step.needs:
        values["outcome"] = clean(given.outcome)[0]
    if Need.RISK_CARRIER in step.needs:
        values["risk_carrier"] = clean(given.risk_carrier)[0]
    if isinstance(row, Recommendation) and Need.ANSWER in step.needs:
        values["status"] = _add_response(change, row, given).state
    if Need.SUCCESSOR in step.needs and isinstance(row, Action):
        values["successor"] = given.successor
    elif Need.SUCCESSOR in step.needs:
        _link_successor(change, row, given.successor)
    return values


def _add_response(change: Change, row: Any, given: StepInput) -> Response:
    return change.add(
        Response(
            recommendation=row,
            number=(row.last_response or 0) + 1,
            answer=Answer(given.answer),
            accepted_part=clean(given.accepted_part)[0],
            reason=clean(given.reason)[0],
            dated=given.dated or change.day,
            author=change.by,
            recorded_at=change.at,
        )
    )


def _link_successor(change: Change, row: Any, successor: Any) -> None:
    if successor.grant is None:
        raise NotPermitted(f"You may not name {successor} as the successor.")
    link = {"source": successor, "target": row, "kind": LinkKind.SUPERSEDES}
    if not RecommendationLink.objects.filter(**link).exists():
        change.add(RecommendationLink(**link))
