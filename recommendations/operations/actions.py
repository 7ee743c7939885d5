"""Planning actions and keeping the plan up to date."""

from collections.abc import Sequence
from datetime import datetime
from string import ascii_lowercase

from django.db import transaction

from recommendations.access import require
from recommendations.intake.dates import UnclearTargetDate, read_target_date
from recommendations.models import Action, Organisation, Recommendation, User
from recommendations.operations.draft import Draft
from recommendations.operations.versions import change
from recommendations.roles import Capability

UNCHANGED = object()


@transaction.atomic
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

    `target_date` is kept as it was said: "30 June 2026", "summer 2026", "Ongoing", or empty.
    Raises NotPermitted unless `by` plans for the recommendation's owner, Invalid with every problem.
    """
    require(by, Capability.PLAN_ACTIONS, recommendation)
    draft = Draft(Action)
    draft.text("description", description)
    draft.text("responsible_post", responsible_post)
    _set_target(draft, target_date)
    # The lock that makes two plans at once take two letters: on SQLite the transaction holds it.
    held = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
    action = Action.objects.create(
        **draft.checked(),
        recommendation=held,
        label=next_label(held),
        lead=lead,
        person=person,
        created_at=at,
        updated_at=at,
    )
    action.contributors.set(contributors)
    return action


@transaction.atomic
def revise_action(
    *,
    action: Action,
    version: int,
    by: User,
    at: datetime,
    description: str | None = None,
    responsible_post: str | None = None,
    target_date: str | None = None,
    lead: Organisation | None = None,
    person: User | object | None = UNCHANGED,
    contributors: Sequence[Organisation] | None = None,
) -> Action:
    """Change what is given of an action that was read at `version`; None leaves a value as it is.

    Raises NotPermitted unless `by` works for the owner or the lead (the lead itself is changed by the
    owner's people only), Invalid with every problem, StaleVersion if another write came first.
    """
    require(by, Capability.PLAN_ACTIONS, action)
    if lead is not None and lead != action.lead:
        require(by, Capability.PLAN_ACTIONS, action.recommendation)
    draft = Draft(Action)
    if description is not None:
        draft.text("description", description)
    if responsible_post is not None:
        draft.text("responsible_post", responsible_post)
    if target_date is not None:
        _set_target(draft, target_date)
    if lead is not None:
        draft.values["lead"] = lead
    if person is not UNCHANGED:
        draft.values["person"] = person
    revised = change(action, version=version, at=at, **draft.checked())
    if contributors is not None:
        revised.contributors.set(contributors)
    return revised


def next_label(recommendation: Recommendation) -> str:
    """The number and the first letters not yet taken: 1a … 1z, 1aa, 1ab …"""
    position, letters = recommendation.actions.count() + 1, ""
    while position:
        position, letter = divmod(position - 1, len(ascii_lowercase))
        letters = ascii_lowercase[letter] + letters
    return f"{recommendation.number}{letters}"


def _set_target(draft: Draft, words: str) -> None:
    words = draft.text("target_words", words, required=False)
    if said := draft.problems.pop("target_words", None):
        draft.problems["target_date"] = said
        return
    try:
        target = read_target_date(words)
    except UnclearTargetDate as question:
        draft.refuse("target_date", str(question))
        return
    draft.values |= {
        "target_earliest": target.earliest,
        "target_latest": target.latest,
        "target_precision": target.precision,
    }
