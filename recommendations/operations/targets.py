"""Target dates: read from words; each move is kept with the date before and the reason."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from recommendations.errors import Invalid
from recommendations.intake.dates import UnclearTargetDate, read_target_date
from recommendations.models import Action, TargetRevision, User
from recommendations.models.base import Precision
from recommendations.operations.change import Change
from recommendations.operations.record import recording
from recommendations.operations.validation import Draft
from recommendations.roles import Capability

ENDS = ("words", "earliest", "latest", "precision")
Target = dict[str, Any]


def revise_target(
    *, action: Action, version: int, target_date: str, reason: str, by: User, at: datetime
) -> Action:
    """Move the target date of an action that was read at `version`; the first one stays as it was.

    Raises NotPermitted unless `by` works for the owner or the lead, Invalid where the date is unclear,
    the same, or the reason missing, StaleVersion if another write came first.
    """
    with recording("revise target", by=by, at=at) as change:
        current = change.permitted(with_revisions(action), Capability.REVISE_TARGETS)
        draft = Draft(TargetRevision)
        refuse_ended(draft, current)
        change.subject = current
        values = move_target(change, draft, current, words=target_date, reason=reason)
        draft.checked()
        if not values:
            raise Invalid({"target_date": ["This is the target date already."]})
        return change.update(current, version=version, **values)


def with_revisions(action: Action) -> QuerySet[Action]:
    """The action, with the number of its last revision as `last_revision`."""
    revisions = TargetRevision.objects.filter(action=OuterRef("pk")).order_by("-number")
    rows = Action.objects.filter(pk=action.pk).select_related("recommendation", "person")
    return rows.annotate(last_revision=Subquery(revisions.values("number")[:1]))


def refuse_ended(draft: Draft, action: Action) -> None:
    """Refuse to change an action that has ended, because its words were judged: it must be reopened first."""
    if not action.is_open:
        stands = action.get_status_display().lower()
        draft.refuse("non_field_errors", f"{action} is {stands}: reopen it before you change it.")


def move_target(change: Change, draft: Draft, action: Any, *, words: str, reason: str) -> Target:
    """Add the revision of a target; return the new columns of `action`, which is from `with_revisions`.

    Returns an empty dict if the words are the same. The first words are no revision. The first *date* is the
    original target: “Ongoing” is not a date, so an action cannot be late against it.
    """
    now = read_target(draft, words)
    before = {end: getattr(action, f"target_{end}") for end in ENDS}
    if not now or now == before:
        return {}
    values = {f"target_{end}": value for end, value in now.items()}
    if action.original_latest is None and (now["latest"] or not action.original_words):
        values |= {f"original_{end}": value for end, value in now.items()}
    if not action.original_words:
        return values
    why = Draft(TargetRevision)
    why.text("reason", reason, required=False)
    if not why.values["reason"]:
        why.refuse("reason", f"Say why the target date moves from “{action.target_words}”.")
    for sentence in why.problems.get("reason", []):
        draft.refuse("reason", sentence)
    if not draft.problems:
        change.reason = why.values["reason"]
        change.add(
            TargetRevision(
                action=action,
                number=(action.last_revision or 0) + 1,
                **{f"before_{end}": value for end, value in before.items()},
                **{f"after_{end}": value for end, value in now.items()},
                reason=why.values["reason"],
                author=change.by,
                recorded_at=change.at,
            )
        )
    return values


def read_target(draft: Draft, words: str) -> Target:
    """`{"words", "earliest", "latest", "precision"}` of a date as it was said; empty where refused."""
    read = Draft(Action)
    words = read.text("target_words", words, required=False)
    try:
        target = read_target_date(words) if not read.problems else None
    except UnclearTargetDate as question:
        read.refuse("target_words", str(question))
        target = None
    for sentence in read.problems.get("target_words", []):
        draft.refuse("target_date", sentence)
    if target is None:
        return {}
    return {
        "words": words,
        "earliest": target.earliest,
        "latest": target.latest,
        "precision": Precision(target.precision),
    }
