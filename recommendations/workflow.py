"""The states of what is tracked: one table per noun, which everything reads and nothing repeats.

The steps between states, who may take them and what they need join these tables with the rulebook.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Workflow:
    """The states of one noun: code to plain words, in the order in which work passes through them."""

    states: dict[str, str]
    initial: str
    ended: frozenset[str]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return list(self.states.items())

    @property
    def open(self) -> list[str]:
        """The codes of the states in which something is still to be done."""
        return [code for code in self.states if code not in self.ended]


RECOMMENDATION = Workflow(
    states={
        "awaiting_response": "Awaiting response",
        "not_agreed": "Not agreed",
        "in_progress": "In progress",
        "submitted": "Submitted for assurance",
        "closed": "Closed",
        "superseded": "Superseded",
    },
    initial="awaiting_response",
    ended=frozenset({"not_agreed", "closed", "superseded"}),
)
ACTION = Workflow(
    states={
        "not_started": "Not started",
        "in_progress": "In progress",
        "submitted": "Submitted for assurance",
        "submitted_decline": "Decline submitted for assurance",
        "closed": "Closed",
        "will_not_do": "Will not be done",
        "superseded": "Superseded",
    },
    initial="not_started",
    ended=frozenset({"closed", "will_not_do", "superseded"}),
)
