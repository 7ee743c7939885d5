"""The needs of workflow steps. One function for each need yields a sentence for each missing thing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from recommendations import workflow
from recommendations.access import took_part, works_for
from recommendations.models import Action, Answer, Evidence, Recommendation, Response, User
from recommendations.operations.validation import Draft, clean
from recommendations.queries.statuses import UnsupportedClaimReason, with_kept_statuses
from recommendations.workflow import Need, Step

Subject = Recommendation | Action
Problem = tuple[str, str]  # The field it concerns, and the sentence.
ANOTHER_ORGANISATION = (
    "You work for {owner}, or below it: somebody of another organisation decides on its work."
)


@dataclass(frozen=True)
class StepInput:
    """The statements of a person with a step. A statement that the step does not ask for is refused."""

    reason: str = ""
    outcome: str = ""
    risk_carrier: str = ""
    why_no_action: str = ""
    acknowledged: tuple[str, ...] = ()
    successor: Subject | None = None
    answer: str = ""
    accepted_part: str = ""
    dated: date | None = None


@dataclass(frozen=True)
class StepAttempt:
    """A person's try at a step. `subject` comes from `with_conditions`."""

    subject: Subject
    step: Step
    given: StepInput
    by: User
    on: date

    @property
    def recommendation(self) -> Recommendation:
        return self.subject.recommendation if isinstance(self.subject, Action) else self.subject

    def has(self, name: str) -> bool:
        """The annotation of this name of `with_conditions`."""
        return bool(getattr(self.subject, name))


def with_conditions(rows: QuerySet, step: Step, *, by: User, on: date) -> QuerySet:
    """Annotate rows with all that the needs of `step` read from the database: one query for all needs."""
    own = {"action" if rows.model is Action else "recommendation": OuterRef("pk")}
    evidence, actions = Evidence.objects.filter(**own), Action.objects.filter(recommendation=OuterRef("pk"))
    path = "recommendation" if rows.model is Action else "pk"
    responses = Response.objects.filter(recommendation=OuterRef("pk")).order_by("-number")
    annotations: dict[Need, tuple[str, Q | Exists | Subquery]] = {
        Need.ANSWER: ("last_response", Subquery(responses.values("number")[:1])),
        Need.CURRENT_EVIDENCE: ("has_current_evidence", Exists(evidence.current(on=on))),
        Need.ACCEPTED_EVIDENCE: ("has_accepted_evidence", Exists(evidence.accepted(on=on))),
        Need.NO_OPEN_ACTION: ("has_open_action", Exists(actions.open())),
        Need.CLOSED_ACTION: ("has_closed_action", Exists(actions.filter(status=workflow.CLOSED))),
        Need.ANOTHER_PERSON: ("took_part", took_part(by, path)),
        Need.ANOTHER_ORGANISATION: ("works_for_it", works_for(by, rows.model)),
    }
    if Need.REASONS_ACKNOWLEDGED in step.needs:
        rows = with_kept_statuses(rows, on=on)  # Only recommendations have such a step.
    return rows.annotate(**dict(annotations[need] for need in step.needs if need in annotations))


def missing(attempt: StepAttempt) -> dict[str, list[str]]:
    """Every reason to refuse the step, by field: its status, its needs, and statements not asked for."""
    problems: dict[str, list[str]] = {}
    for field, sentence in _all(attempt):
        problems.setdefault(field, []).append(sentence)
    return problems


def fields_of(step: Step) -> list[str]:
    """The names of the statements that this step asks for."""
    return [name for need in step.needs for name in ASKED.get(need, ())]


def unsupported_claim_reasons(recommendation: Recommendation, *, on: date) -> list[UnsupportedClaimReason]:
    """Why the claim of a recommendation is unsupported on the day `on`."""
    return _reasons_of(with_kept_statuses(Recommendation.objects.all(), on=on).get(pk=recommendation.pk))


def _reasons_of(row: Subject) -> list[UnsupportedClaimReason]:
    return [reason for reason in UnsupportedClaimReason if getattr(row, f"unsupported_{reason.value}")]


def _all(attempt: StepAttempt) -> Iterator[Problem]:
    subject, step = attempt.subject, attempt.step
    if subject.status not in step.sources:
        table = workflow.ACTION if isinstance(subject, Action) else workflow.RECOMMENDATION
        possible = ", ".join(f"“{one.name}”" for one in table.steps_from(subject.status)) or "none"
        yield (
            "step",
            f"{subject} is {subject.get_status_display().lower()}: “{step.name}” cannot be taken from"
            f" there. Possible are: {possible}.",
        )
    if isinstance(subject, Action) and not subject.is_open and attempt.recommendation.is_done:
        stands = attempt.recommendation.get_status_display().lower()
        yield "step", f"Its recommendation {attempt.recommendation} is {stands}: that is reopened first."
    for need in step.needs:
        yield from CONDITIONS[need](attempt)
    yield from _not_asked(attempt)


def _not_asked(attempt: StepAttempt) -> Iterator[Problem]:
    asked = fields_of(attempt.step)
    for name, value in vars(attempt.given).items():
        if value not in ("", (), None) and name not in asked:
            known = ", ".join(asked) or "nothing more"
            yield name, f"“{attempt.step.name}” does not ask for {name}. It asks for: {known}."
        elif isinstance(value, str):
            yield from ((name, sentence) for sentence in clean(value)[1])


def _answer(attempt: StepAttempt) -> Iterator[Problem]:
    given = attempt.given
    if given.answer not in Answer.values:
        yield "answer", f"Give an answer: {', '.join(Answer.values)}."
    if given.answer == Answer.NOT_AGREED and attempt.subject.status == workflow.NOT_AGREED:
        yield "answer", "It is not agreed already. A new response agrees, wholly or partly."
    if given.answer == Answer.PARTLY_AGREED and not clean(given.accepted_part)[0]:
        yield "accepted_part", "Say which part is accepted."
    if given.answer != Answer.PARTLY_AGREED and clean(given.accepted_part)[0]:
        yield "accepted_part", "Only a partly agreed recommendation has an accepted part."
    if given.answer in (Answer.PARTLY_AGREED, Answer.NOT_AGREED) and not clean(given.reason)[0]:
        yield "reason", "Say why it is not agreed, or not wholly."
    if given.dated:
        draft = Draft(Recommendation)
        draft.past_day("dated", given.dated, attempt.on, "Give the day of the answer.")
        yield from (("dated", sentence) for sentence in draft.problems.get("dated", []))


def _stated(field: str, ask: str, longest: int | None = None) -> Callable[[StepAttempt], Iterator[Problem]]:
    def condition(attempt: StepAttempt) -> Iterator[Problem]:
        words = clean(getattr(attempt.given, field))[0]
        if not words:
            yield field, ask
        elif longest and len(words) > longest:
            yield field, f"This has {len(words)} characters; at most {longest} can be kept."

    return condition


def _current_evidence(attempt: StepAttempt) -> Iterator[Problem]:
    if not attempt.has("has_current_evidence"):
        yield (
            "evidence",
            "There is no current evidence: attach at least one piece that is neither rejected nor expired.",
        )


def _accepted_evidence(attempt: StepAttempt) -> Iterator[Problem]:
    if not attempt.has("has_accepted_evidence"):
        yield "evidence", "No evidence is accepted and unexpired: judge what is attached, or return the work."


def _no_open_action(attempt: StepAttempt) -> Iterator[Problem]:
    if attempt.has("has_open_action"):
        labels = Action.objects.filter(recommendation=attempt.recommendation).open().values_list("label")
        yield "actions", f"These actions are still open: {', '.join(label for (label,) in labels)}."


def _a_closed_action(attempt: StepAttempt) -> Iterator[Problem]:
    closed, explained = attempt.has("has_closed_action"), clean(attempt.given.why_no_action)[0]
    if not closed and not explained:
        yield "why_no_action", "No action of it was closed: say why it is done nevertheless."
    if closed and explained:
        yield "why_no_action", "An action of it was closed: nothing is to be explained."


def _reasons_acknowledged(attempt: StepAttempt) -> Iterator[Problem]:
    declared = _reasons_of(attempt.subject)
    for reason in declared:
        if reason.value not in attempt.given.acknowledged:
            yield (
                "acknowledged",
                f"Acknowledge that it is {reason.label[0].lower()}{reason.label[1:]} ({reason.value}).",
            )
    for code in attempt.given.acknowledged:
        if code not in declared:
            yield "acknowledged", f"“{code}” is no reason that {attempt.recommendation} has."


def _successor(attempt: StepAttempt) -> Iterator[Problem]:
    subject, successor = attempt.subject, attempt.given.successor
    if successor is None or type(successor) is not type(subject):
        yield "successor", f"Name the {subject._meta.verbose_name} that takes its place."
    elif successor == subject:
        yield "successor", "Nothing takes its own place: name another."
    elif successor.status == "superseded":
        yield "successor", f"{successor} is superseded itself: name the one that took its place."
    elif isinstance(successor, Action) and successor.recommendation_id != attempt.recommendation.pk:
        yield "successor", f"{successor} belongs to another recommendation than {subject}."


def _another_person(attempt: StepAttempt) -> Iterator[Problem]:
    if attempt.has("took_part"):
        yield (
            "another_person",
            "You submitted, updated or are responsible for some of this work: another person decides on it.",
        )


def _another_organisation(attempt: StepAttempt) -> Iterator[Problem]:
    if attempt.has("works_for_it"):
        lead = f" or {attempt.subject.lead}" if isinstance(attempt.subject, Action) else ""
        owner = f"{attempt.recommendation.owner}{lead}"
        yield "another_organisation", ANOTHER_ORGANISATION.format(owner=owner)


CONDITIONS: dict[Need, Callable[[StepAttempt], Iterator[Problem]]] = {
    Need.ANSWER: _answer,
    Need.REASON: _stated("reason", "Give the reason."),
    Need.OUTCOME: _stated("outcome", "State the outcome: what is different now?"),
    Need.CURRENT_EVIDENCE: _current_evidence,
    Need.ACCEPTED_EVIDENCE: _accepted_evidence,
    Need.NO_OPEN_ACTION: _no_open_action,
    Need.CLOSED_ACTION: _a_closed_action,
    Need.REASONS_ACKNOWLEDGED: _reasons_acknowledged,
    Need.RISK_CARRIER: _stated("risk_carrier", "Name the post that carries the risk.", longest=200),
    Need.SUCCESSOR: _successor,
    Need.ANOTHER_PERSON: _another_person,
    Need.ANOTHER_ORGANISATION: _another_organisation,
}
# The statements that each need asks for.
ASKED: dict[Need, tuple[str, ...]] = {
    Need.ANSWER: ("answer", "accepted_part", "reason", "dated"),
    Need.REASON: ("reason",),
    Need.OUTCOME: ("outcome",),
    Need.CLOSED_ACTION: ("why_no_action",),
    Need.REASONS_ACKNOWLEDGED: ("acknowledged",),
    Need.RISK_CARRIER: ("risk_carrier",),
    Need.SUCCESSOR: ("successor",),
}
