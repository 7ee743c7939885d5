"""Records the owner's formal answer: a step of the workflow that adds a response."""

from datetime import date, datetime

from django.db import transaction

from recommendations.models import Recommendation, Response, User
from recommendations.operations.conditions import StepInput
from recommendations.operations.transitions import take_step


def respond(
    *,
    recommendation: Recommendation,
    version: int,
    answer: str,
    accepted_part: str = "",
    reason: str = "",
    dated: date | None = None,
    by: User,
    at: datetime,
) -> Response:
    """Answer a recommendation that was read at `version`; every version of the answer is kept.

    `dated` is the day of the answer, which may precede publication. Raises as `take_step` does: partly
    agreed needs the accepted part, and all but agreed the reason.
    """
    given = StepInput(answer=answer, accepted_part=accepted_part, reason=reason, dated=dated)
    with transaction.atomic():  # No other answer may come before the response is read.
        take_step(subject=recommendation, step="respond", version=version, given=given, by=by, at=at)
        return Response.objects.filter(recommendation=recommendation).latest("number")
