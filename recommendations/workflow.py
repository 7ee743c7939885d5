"""The states of recommendations and actions, and the steps between them: one table for each.

`operations.conditions` checks the needs of a step.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from recommendations.roles import Capability, roles_with


class Need(StrEnum):
    """A condition without which a step is refused."""

    ANSWER = "answer"
    REASON = "reason"
    OUTCOME = "outcome"
    CURRENT_EVIDENCE = "current evidence"
    ACCEPTED_EVIDENCE = "accepted evidence"
    NO_OPEN_ACTION = "no open action"
    CLOSED_ACTION = "a closed action"
    REASONS_ACKNOWLEDGED = "reasons of an unsupported claim acknowledged"
    RISK_CARRIER = "who carries the risk"
    SUCCESSOR = "the successor"
    ANOTHER_PERSON = "another person"
    ANOTHER_ORGANISATION = "another organisation"


INDEPENDENCE = (Need.ANOTHER_PERSON, Need.ANOTHER_ORGANISATION)


@dataclass(frozen=True)
class Step:
    """Leads from any of the states `sources` to `target`; its `effect` is a sentence for people."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    capability: Capability
    needs: tuple[Need, ...] = ()
    effect: str = field(kw_only=True)

    @property
    def is_judgement(self) -> bool:
        """Whether a person outside the work, of another organisation, must take it."""
        return Need.ANOTHER_PERSON in self.needs


@dataclass(frozen=True)
class Workflow:
    """The states of one noun, code → label, in the order in which work passes through them."""

    states: dict[str, str]
    initial: str
    ended: frozenset[str]
    steps: tuple[Step, ...] = ()

    @property
    def choices(self) -> list[tuple[str, str]]:
        return list(self.states.items())

    @property
    def open(self) -> list[str]:
        """The codes of the states in which work remains."""
        return [code for code in self.states if code not in self.ended]

    @property
    def step_names(self) -> list[str]:
        return [step.name for step in self.steps]

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def steps_from(self, state: str) -> list[Step]:
        """The steps from `state`, for any role."""
        return [step for step in self.steps if state in step.sources]


# In these states somebody claims that the work is done.
CLAIMED = ("submitted", "closed")
NOT_AGREED = "not_agreed"
CLOSED = "closed"
SUPERSEDED = "superseded"
# From these states, work begins again only if the recommendation is reopened.
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
        Step(
            "respond",
            "Respond",
            ("awaiting_response", NOT_AGREED),
            "in_progress",  # Or not_agreed: `Response.state` decides by the answer.
            Capability.RESPOND,
            needs=(Need.ANSWER,),
            effect="The answer is kept as it is for good. If it is agreed, wholly or partly, work begins.",
        ),
        Step(
            "submit",
            "Submit for assurance",
            ("in_progress",),
            "submitted",
            Capability.SUBMIT,
            needs=(Need.OUTCOME, Need.CURRENT_EVIDENCE, Need.NO_OPEN_ACTION),
            effect="You claim that this is done. An assurer of another organisation checks the evidence.",
        ),
        Step(
            "withdraw",
            "Withdraw the submission",
            ("submitted",),
            "in_progress",
            Capability.SUBMIT,
            needs=(Need.REASON,),
            effect="The claim is taken back and work goes on.",
        ),
        Step(
            "return",
            "Return to the owner",
            ("submitted",),
            "in_progress",
            Capability.ASSURE,
            needs=(Need.REASON, *INDEPENDENCE),
            effect="The claim is not accepted. The owner reads your reason and work goes on.",
        ),
        Step(
            "close",
            "Close",
            ("submitted",),
            CLOSED,
            Capability.ASSURE,
            needs=(
                Need.REASON,
                Need.ACCEPTED_EVIDENCE,
                Need.NO_OPEN_ACTION,
                Need.CLOSED_ACTION,
                Need.REASONS_ACKNOWLEDGED,
                *INDEPENDENCE,
            ),
            effect="The recommendation counts as done. It stays on the record and can be reopened.",
        ),
        Step(
            "reopen",
            "Reopen",
            (CLOSED,),
            "in_progress",
            Capability.REOPEN,
            needs=(Need.REASON,),
            effect="The recommendation counts as not done, and work goes on.",
        ),
        Step(
            "supersede",
            "Supersede",
            tuple(code for code in _RECOMMENDATION_STATES if code != SUPERSEDED),
            SUPERSEDED,
            Capability.SUPERSEDE,
            needs=(Need.REASON, Need.SUCCESSOR),
            effect="Another recommendation takes its place, for good. It stays on the record.",
        ),
    ),
)
_OPEN_ACTION = ("not_started", "in_progress", "submitted", "submitted_decline")
ACTION = Workflow(
    states=_ACTION_STATES,
    initial="not_started",
    ended=frozenset({CLOSED, "will_not_do", SUPERSEDED}),
    steps=(
        Step(
            "start",
            "Start",
            ("not_started",),
            "in_progress",
            Capability.SUBMIT,
            effect="The action counts as begun.",
        ),
        Step(
            "submit",
            "Submit for assurance",
            ("not_started", "in_progress"),
            "submitted",
            Capability.SUBMIT,
            needs=(Need.OUTCOME, Need.CURRENT_EVIDENCE),
            effect="You claim that this action is done. An assurer of another organisation checks it.",
        ),
        Step(
            "withdraw",
            "Withdraw the submission",
            ("submitted",),
            "in_progress",
            Capability.SUBMIT,
            needs=(Need.REASON,),
            effect="The claim is taken back and work goes on.",
        ),
        Step(
            "return",
            "Return to the owner",
            ("submitted", "submitted_decline"),
            "in_progress",
            Capability.ASSURE,
            needs=(Need.REASON, *INDEPENDENCE),
            effect="The claim is not accepted. The owner reads your reason and work goes on.",
        ),
        Step(
            "close",
            "Close",
            ("submitted",),
            CLOSED,
            Capability.ASSURE,
            needs=(Need.REASON, Need.ACCEPTED_EVIDENCE, *INDEPENDENCE),
            effect="The action counts as done. It stays on the record and can be reopened.",
        ),
        Step(
            "decline",
            "Ask not to do it",
            ("not_started", "in_progress"),
            "submitted_decline",
            Capability.SUBMIT,
            needs=(Need.REASON, Need.RISK_CARRIER),
            effect="You ask that this action is not done. An assurer of another organisation decides.",
        ),
        Step(
            "accept_decline",
            "Accept that it is not done",
            ("submitted_decline",),
            "will_not_do",
            Capability.ASSURE,
            needs=(Need.REASON, *INDEPENDENCE),
            effect="The action ends undone. The post that carries the risk stays named.",
        ),
        Step(
            "reopen",
            "Reopen",
            (CLOSED, "will_not_do"),
            "in_progress",
            Capability.REOPEN,
            needs=(Need.REASON,),
            effect="The action counts as not done, and work goes on.",
        ),
        Step(
            "supersede",
            "Supersede",
            _OPEN_ACTION,
            SUPERSEDED,
            Capability.SUPERSEDE,
            needs=(Need.REASON, Need.SUCCESSOR),
            effect="Another action takes its place, for good. It stays on the record.",
        ),
    ),
)

# Roles without one of these can skip the queries that find a person's next steps.
TAKES_STEPS = frozenset(
    role for table in (RECOMMENDATION, ACTION) for step in table.steps for role in roles_with(step.capability)
)
