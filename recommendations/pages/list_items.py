"""A recommendation as the lists of the pages write it: in words, and with where to read more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from recommendations import workflow
from recommendations.models.action import ScheduleStatus
from recommendations.models.base import late_in_words
from recommendations.models.response import Answer
from recommendations.queries.statuses import UNJUDGED, UnsupportedClaimReason
from recommendations.read_models.shortlists import ShortlistRow
from recommendations.wording.dates import shortened

NOT_ANSWERED, NOT_REVIEWED = "No response yet", "Not reviewed"
ANSWERS = {UNJUDGED: NOT_ANSWERED, **dict(Answer.choices)}


@dataclass(frozen=True)
class RecommendationItem:
    """One line of a list; `more` is what the list is about, in words."""

    reference: str
    address: str
    words: str
    owner: str
    status: str
    judgement: str
    schedule: str
    reasons: list[str]
    more: str = ""


def item(
    line: ShortlistRow, judgements: Mapping[str, str], *, query: str, more: str = ""
) -> RecommendationItem:
    """The line in words. `query` keeps its link on the same day."""
    stand = line.stand
    reasons = [
        str(reason.label)
        for reason, holds in zip(UnsupportedClaimReason, stand.unsupported_reasons, strict=True)
        if holds
    ]
    late = late_in_words(stand.late_by) if stand.late_by else str(ScheduleStatus(stand.schedule).label)
    return RecommendationItem(
        reference=line.reference,
        address=reverse("pages:recommendation", args=[line.reference]) + query,
        words=shortened(line.text),
        owner=line.owner,
        status=workflow.RECOMMENDATION.states[stand.status],
        judgement=judgements.get(stand.judgement, NOT_REVIEWED),
        schedule=f"{late}. No recent update" if stand.no_recent_update else late,
        reasons=reasons,
        more=more,
    )


def age_in_words(since: date, *, on: date) -> str:
    """How long ago: "3 years and 2 months", "5 months", "12 days"."""
    days = (on - since).days
    if days < 31:
        return f"{max(days, 0)} day{'' if days == 1 else 's'}"
    months = (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
    years, months = divmod(max(months, 1), 12)
    parts = [(years, "year"), (months, "month")]
    return " and ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in parts if count)
