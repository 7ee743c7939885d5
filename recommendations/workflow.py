"""The states of what is tracked and the steps between them: one table a noun, which everything reads.

Each step names who may take it (a capability), what it needs, and its effect in a sentence for the
person who takes it. How a need is checked stands in `operations.conditions`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from recommendations.roles import Capability, roles_with


class Need(StrEnum):
    """Something without which a step is refused."""

    ANSWER = "answer"
    REASON = "reason"
    OUTCOME = "outcome"
    CURRENT_EVIDENCE = "current evidence"
    ACCEPTED_EVIDENCE = "accepted evidence"
    NO_OPEN_ACTION = "no open action"
    A_CLOSED_ACTION = "a closed action"
    REASONS_ACKNOWLEDGED = "reasons of an unsupported claim acknowledged"
    RISK_CARRIER = "who carries the risk"
    SUCCESSOR = "the successor"
    ANOTHER_PERSON = "another person"
    ANOTHER_ORGANISATION = "another organisation"


APART = (Need.ANOTHER_PERSON, Need.ANOTHER_ORGANISATION)


@dataclass(frozen=True)
class Step:
    """A way from one of the states `sources` to `target`, open to who holds `capability`."""

    name: str
    label: str
    sources: frozenset[str]
    target: str
    capability: Capability
    needs: tuple[Need, ...]
    effect: str

    @property
    def is_judgement(self) -> bool:
        """Must it be taken by another person, of another organisation?"""
        return Need.ANOTHER_PERSON in self.needs


@dataclass(frozen=True)
class Workflow:
    """The states of one noun: code to plain words, in the order in which work passes through them."""

    states: dict[str, str]
    initial: str
    ended: frozenset[str]
    steps: tuple[Step, ...] = ()

    @property
    def choices(self) -> list[tuple[str, str]]:
        return list(self.states.items())

    @property
    def open(self) -> list[str]:
        """The codes of the states in which something is still to be done."""
        return [code for code in self.states if code not in self.ended]

    @property
    def step_names(self) -> list[str]:
        return [step.name for step in self.steps]

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def steps_from(self, state: str) -> list[Step]:
        """The steps that lead on from `state`, whoever may take them."""
        return [step for step in self.steps if state in step.sources]


def _step(
    name: str,
    label: str,
    sources: Iterable[str],
    target: str,
    capability: Capability,
    *needs: Need,
    effect: str,
) -> Step:
    return Step(name, label, frozenset(sources), target, capability, needs, effect)


# Where a recommendation or an action counts as claimed to be done.
CLAIMED = ("submitted", "closed")
NOT_AGREED = "not_agreed"
CLOSED = "closed"
SUPERSEDED = "superseded"
# Where work on a recommendation begins again only when it is reopened.
DONE = (CLOSED, SUPERSEDED)

_RECOMMENDATION_STATES = {
    "awaiting_response": "Awaiting response",
    NOT_AGREED: "Not agreed",
    "in_progress": "In progress",
    "submitted": "Submitted for assurance",
    CLOSED: "Closed",
    SUPERSEDED: "Superseded",
}
_ACTION_STATES = {
    "not_started": "Not started",
    "in_progress": "In progress",
    "submitted": "Submitted for assurance",
    "submitted_decline": "Decline submitted for assurance",
    CLOSED: "Closed",
    "will_not_do": "Will not be done",
    SUPERSEDED: "Superseded",
}

RECOMMENDATION = Workflow(
    states=_RECOMMENDATION_STATES,
    initial="awaiting_response",
    ended=frozenset({NOT_AGREED, CLOSED, SUPERSEDED}),
    steps=(
        _step(
            "respond",
            "Respond",
            ["awaiting_response", NOT_AGREED],
            "in_progress",  # Or not_agreed: the one target that the answer decides, in `Response.state`.
            Capability.RESPOND,
            Need.ANSWER,
            effect="The answer is kept as it is for good. If it is agreed, wholly or partly, work begins.",
        ),
        _step(
            "submit",
            "Submit for assurance",
            ["in_progress"],
            "submitted",
            Capability.SUBMIT,
            Need.OUTCOME,
            Need.CURRENT_EVIDENCE,
            Need.NO_OPEN_ACTION,
            effect="You claim that this is done. An assurer of another organisation will look at the"
            " evidence.",
        ),
        _step(
            "withdraw",
            "Withdraw the submission",
            ["submitted"],
            "in_progress",
            Capability.SUBMIT,
            Need.REASON,
            effect="The claim is taken back and work goes on.",
        ),
        _step(
            "return",
            "Return to the owner",
            ["submitted"],
            "in_progress",
            Capability.ASSURE,
            Need.REASON,
            *APART,
            effect="The claim is not accepted. The owner reads your reason and work goes on.",
        ),
        _step(
            "close",
            "Close",
            ["submitted"],
            CLOSED,
            Capability.ASSURE,
            Need.REASON,
            Need.ACCEPTED_EVIDENCE,
            Need.NO_OPEN_ACTION,
            Need.A_CLOSED_ACTION,
            Need.REASONS_ACKNOWLEDGED,
            *APART,
            effect="The recommendation counts as done. It stays on the record and can be reopened.",
        ),
        _step(
            "reopen",
            "Reopen",
            [CLOSED],
            "in_progress",
            Capability.REOPEN,
            Need.REASON,
            effect="The recommendation counts as not done, and work goes on.",
        ),
        _step(
            "supersede",
            "Supersede",
            set(_RECOMMENDATION_STATES) - {SUPERSEDED},
            SUPERSEDED,
            Capability.SUPERSEDE,
            Need.REASON,
            Need.SUCCESSOR,
            effect="Another recommendation takes its place, for good. It stays on the record.",
        ),
    ),
)
_OPEN_ACTION = ["not_started", "in_progress", "submitted", "submitted_decline"]
ACTION = Workflow(
    states=_ACTION_STATES,
    initial="not_started",
    ended=frozenset({CLOSED, "will_not_do", SUPERSEDED}),
    steps=(
        _step(
            "start",
            "Start",
            ["not_started"],
            "in_progress",
            Capability.SUBMIT,
            effect="The action counts as begun.",
        ),
        _step(
            "submit",
            "Submit for assurance",
            ["not_started", "in_progress"],
            "submitted",
            Capability.SUBMIT,
            Need.OUTCOME,
            Need.CURRENT_EVIDENCE,
            effect="You claim that this action is done. An assurer of another organisation will look at it.",
        ),
        _step(
            "withdraw",
            "Withdraw the submission",
            ["submitted"],
            "in_progress",
            Capability.SUBMIT,
            Need.REASON,
            effect="The claim is taken back and work goes on.",
        ),
        _step(
            "return",
            "Return to the owner",
            ["submitted", "submitted_decline"],
            "in_progress",
            Capability.ASSURE,
            Need.REASON,
            *APART,
            effect="The claim is not accepted. The owner reads your reason and work goes on.",
        ),
        _step(
            "close",
            "Close",
            ["submitted"],
            CLOSED,
            Capability.ASSURE,
            Need.REASON,
            Need.ACCEPTED_EVIDENCE,
            *APART,
            effect="The action counts as done. It stays on the record and can be reopened.",
        ),
        _step(
            "decline",
            "Ask not to do it",
            ["not_started", "in_progress"],
            "submitted_decline",
            Capability.SUBMIT,
            Need.REASON,
            Need.RISK_CARRIER,
            effect="You ask that this action is not done. An assurer of another organisation decides.",
        ),
        _step(
            "accept_decline",
            "Accept that it is not done",
            ["submitted_decline"],
            "will_not_do",
            Capability.ASSURE,
            Need.REASON,
            *APART,
            effect="The action ends undone. The post that carries the risk stays named.",
        ),
        _step(
            "reopen",
            "Reopen",
            [CLOSED, "will_not_do"],
            "in_progress",
            Capability.REOPEN,
            Need.REASON,
            effect="The action counts as not done, and work goes on.",
        ),
        _step(
            "supersede",
            "Supersede",
            _OPEN_ACTION,
            SUPERSEDED,
            Capability.SUPERSEDE,
            Need.REASON,
            Need.SUCCESSOR,
            effect="Another action takes its place, for good. It stays on the record.",
        ),
    ),
)

# The roles that take any step at all.
TAKES_STEPS = frozenset(
    role for table in (RECOMMENDATION, ACTION) for step in table.steps for role in roles_with(step.capability)
)
