"""Work as it stands after some steps, taken by the operations: where the tests of screens begin."""

from typing import Any

from recommendations.models import Action, Evidence, Recommendation
from recommendations.operations.conditions import StepInput
from recommendations.operations.evidence import Upload, attach_evidence, judge_evidence
from recommendations.operations.transitions import take_step
from tests.factories import NOW, TODAY, People

STEPS = {Action: "action", Recommendation: "recommendation"}


def step(row: Any, name: str) -> str:
    """The address of the page of a step."""
    return f"/admin/recommendations/{STEPS[type(row)]}/{row.pk}/step/{name}/"


def take(row: Any, name: str, by: Any, **given: Any) -> Any:
    held = type(row).objects.get(pk=row.pk)
    return take_step(subject=held, step=name, version=held.version, given=StepInput(**given), by=by, at=NOW)


def attached(row: Any, by: Any, **given: Any) -> Evidence:
    """A link as evidence of an action or a recommendation, unless `given` says otherwise."""
    action = row if isinstance(row, Action) else None
    plain = {
        "title": "Training log",
        "level": "output",
        "represents": TODAY,
        "declared_no_personal_data": True,
    }
    if not {"document_reference", "file"} & set(given):
        plain["url"] = "https://example.org/log"
    return attach_evidence(
        recommendation=action.recommendation if action else row,
        action=action,
        by=by,
        at=NOW,
        **(plain | given),
    )


def log_file(content: bytes = b"Name of course,Number of staff\nRisk,12\n", name: str = "log.csv") -> Upload:
    return Upload(name, [content])


def accepted(evidence: Evidence, by: Any) -> Evidence:
    held = Evidence.objects.get(pk=evidence.pk)
    return judge_evidence(
        evidence=held, version=held.version, verdict="accepted", reason="Seen and counted.", by=by, at=NOW
    )


def closed(action: Action, people: People) -> Action:
    """The action, claimed with evidence that is accepted, and closed."""
    accepted(attached(action, people.contributor), people.assurer)
    take(action, "submit", people.contributor, outcome="Everybody is trained.")
    return take(action, "close", people.assurer, reason="The log shows it.")


def answered(recommendation: Recommendation, people: People) -> Recommendation:
    return take(recommendation, "respond", people.contributor, answer="agreed")


def claimed(action: Action, people: People) -> Recommendation:
    """The action's recommendation, answered and submitted, with the action closed."""
    answered(action.recommendation, people)
    closed(action, people)
    return take(action.recommendation, "submit", people.contributor, outcome="Practice is safer.")
