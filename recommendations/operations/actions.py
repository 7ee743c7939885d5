"""Planning actions, keeping the plan up to date, and moving target dates."""

from collections.abc import Sequence
from datetime import datetime
from string import ascii_lowercase
from typing import Any

from recommendations.access import colleagues, require
from recommendations.errors import Invalid
from recommendations.models import Action, Organisation, Recommendation, User
from recommendations.operations.record import recording
from recommendations.operations.targets import move_target, read_target, refuse_ended, with_revisions
from recommendations.operations.validation import Draft
from recommendations.roles import Capability

UNCHANGED = object()


def plan_action(
    *,
    recommendation: Recommendation,
    description: str,
    lead: Organisation,
    responsible_post: str,
    target_date: str = "",
    person: User | None = None,
    contributors: Sequence[Organisation] = (),
    by: User,
    at: datetime,
) -> Action:
    """Add an action, labelled with the recommendation's number and the next free letter.

    `target_date` is kept as it was said: "30 June 2026", "summer 2026", "Ongoing", or empty. It is the
    first target, against which every later one is counted. Raises NotPermitted unless `by` plans for
    the recommendation's owner, Invalid with every problem.
    """
    with recording("plan", by=by, at=at) as change:
        rows = Recommendation.objects.filter(pk=recommendation.pk)
        current = change.permitted(rows, Capability.PLAN_ACTIONS)
        draft = _drafted(description, responsible_post)
        target = read_target(draft, target_date)
        _check_person(draft, person, by=by)
        if current.is_done:
            draft.refuse(
                "recommendation", f"{current} is {current.get_status_display().lower()}: reopen it first."
            )
        action = Action(
            **draft.checked(),
            **{f"{stem}_{end}": value for stem in ("target", "original") for end, value in target.items()},
            recommendation=current,
            label=next_label(current),
            lead=lead,
            person=person,
        )
        return change.add(action, contributors=contributors)


def revise_action(
    *,
    action: Action,
    version: int,
    by: User,
    at: datetime,
    description: str | None = None,
    responsible_post: str | None = None,
    target_date: str | None = None,
    reason: str = "",
    lead: Organisation | None = None,
    person: User | object | None = UNCHANGED,
    contributors: Sequence[Organisation] | None = None,
) -> Action:
    """Change the given values of an action that was read at `version`; None leaves a value as it is.

    A target date that moves needs a `reason`, and is kept as a revision. Raises NotPermitted unless
    `by` works for the owner or the lead (the lead itself is changed by the owner's people only),
    Invalid with every problem, StaleVersion if another write came first.
    """
    with recording("revise", by=by, at=at) as change:
        current = change.permitted(with_revisions(action), Capability.PLAN_ACTIONS)
        if lead is not None and lead.pk != current.lead_id:
            require(by, Capability.PLAN_ACTIONS, current.recommendation, on=change.day)
        draft = _drafted(description, responsible_post)
        refuse_ended(draft, current)
        sets: dict[str, Any] = {} if contributors is None else {"contributors": contributors}
        if lead is not None:
            draft.values["lead"] = lead
        if person is not UNCHANGED:
            draft.values["person"] = person
            if person != current.person:
                _check_person(draft, person, by=by)
        if target_date is None and not draft.values and not draft.problems and not sets:
            raise Invalid({"non_field_errors": ["There is nothing to change: give at least one field."]})
        change.subject = current
        if target_date is not None:
            draft.values |= move_target(change, draft, current, words=target_date, reason=reason)
        return change.update(current, version=version, **draft.checked(), **sets)


def next_label(recommendation: Recommendation) -> str:
    """The number and the first letters not yet taken: 1a … 1z, 1aa, 1ab …"""
    return f"{recommendation.number}{letters(recommendation.actions.count() + 1)}"


def letters(position: int) -> str:
    """a … z, aa, ab …, counted from 1."""
    found = ""
    while position:
        position, letter = divmod(position - 1, len(ascii_lowercase))
        found = ascii_lowercase[letter] + found
    return found


def _drafted(description: str | None, post: str | None) -> Draft:
    """The draft of the given values; None leaves a value as it is."""
    draft = Draft(Action)
    if description is not None:
        draft.text("description", description)
    if post is not None:
        draft.text("responsible_post", post)
    return draft


def _check_person(draft: Draft, person: Any, *, by: User) -> None:
    """Refuse a person outside the organisations that `by` covers: for `by` they do not exist."""
    if person is not None and not colleagues(by).filter(pk=person.pk).exists():
        draft.refuse("person", "There is nobody of this name whom you may name here.")
