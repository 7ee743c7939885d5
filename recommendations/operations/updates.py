"""Records progress updates."""

from datetime import date, datetime

from recommendations.models import Action, ProgressUpdate, Recommendation, User
from recommendations.operations.record import recording
from recommendations.operations.validation import Draft
from recommendations.roles import Capability


def record_update(
    *,
    recommendation: Recommendation,
    text: str,
    dated: date | None = None,
    action: Action | None = None,
    corrects: ProgressUpdate | None = None,
    by: User,
    at: datetime,
) -> ProgressUpdate:
    """Append a progress update; `dated` is the day it speaks of, the day of `at` unless given.

    Raises NotPermitted unless `by` works for the owner (or the action's lead), Invalid with every
    problem: an action or an update of another recommendation, a day to come, an empty text.
    """
    needs = Capability.REPORT_PROGRESS, action or recommendation
    with recording("update", by=by, at=at, needs=needs) as change:
        draft = Draft(ProgressUpdate)
        draft.text("text", text)
        draft.past_day("dated", dated or change.day, change.day, "An update says what has happened.")
        belongs(draft, action=action, recommendation=recommendation)
        if corrects and (corrects.recommendation_id, corrects.action_id) != (
            recommendation.pk,
            action and action.pk,
        ):
            draft.refuse("corrects", "That update is about something else. Correct it where it stands.")
        return change.add(
            ProgressUpdate(
                **draft.checked(),
                recommendation=recommendation,
                action=action,
                corrects=corrects,
                author=by,
                created_at=change.at,
            )
        )


def belongs(draft: Draft, *, action: Action | None, recommendation: Recommendation) -> None:
    """Refuse an action of another recommendation."""
    if action and action.recommendation_id != recommendation.pk:
        draft.refuse(
            "action",
            f"Action {action.label} belongs to another recommendation than {recommendation}.",
        )
