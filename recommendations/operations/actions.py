"""Planning actions and keeping the plan up to date."""

from collections.abc import Sequence
from datetime import datetime
from string import ascii_lowercase

from django.db import transaction
from django.utils import timezone

from recommendations.access import require
from recommendations.errors import Invalid
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
    require(by, Capability.PLAN_ACTIONS, recommendation, on=timezone.localdate(at))
    draft = _drafted(description, responsible_post, target_date)
    held = hold(recommendation)
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
    today = timezone.localdate(at)
    require(by, Capability.PLAN_ACTIONS, action, on=today)
    if lead is not None and lead != action.lead:
        require(by, Capability.PLAN_ACTIONS, action.recommendation, on=today)
    draft = _drafted(description, responsible_post, target_date)
    if lead is not None:
        draft.values["lead"] = lead
    if person is not UNCHANGED:
        draft.values["person"] = person
    if not draft.values and not draft.problems and contributors is None:
        raise Invalid({"non_field_errors": ["There is nothing to change: give at least one field."]})
    revised = change(action, version=version, at=at, **draft.checked())
    if contributors is not None:
        revised.contributors.set(contributors)
    return revised


def hold(recommendation: Recommendation) -> Recommendation:
    """Lock it until the transaction ends, so that two plans at once take two letters.

    On SQLite the transaction itself is that lock.
    """
    return Recommendation.objects.select_for_update().get(pk=recommendation.pk)


def next_label(recommendation: Recommendation) -> str:
    """The number and the first letters not yet taken: 1a … 1z, 1aa, 1ab …"""
    position, letters = recommendation.actions.count() + 1, ""
    while position:
        position, letter = divmod(position - 1, len(ascii_lowercase))
        letters = ascii_lowercase[letter] + letters
    return f"{recommendation.number}{letters}"


def _drafted(description: str | None, post: str | None, target_date: str | None) -> Draft:
    """The draft of what is given; None leaves a value as it is."""
    draft = Draft(Action)
    if description is not None:
        draft.text("description", description)
    if post is not None:
        draft.text("responsible_post", post)
    if target_date is not None:
        _set_target(draft, target_date)
    return draft


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
