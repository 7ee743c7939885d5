"""Responses, progress updates, moved dates and reviews of a recommendation, each oldest first.

Every function returns the rows that `user` may read on the day `today`. With `as_of`, it returns only rows
that had been recorded when that day ended.
"""

from datetime import date
from typing import TypeVar

from django.db.models import Model, QuerySet

from recommendations.models import ProgressUpdate, Recommendation, Response, Review, TargetRevision, User
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import visible

Noun = TypeVar("Noun", bound=Model)


def responses(
    recommendation: Recommendation, user: User, *, today: date, as_of: date | None
) -> QuerySet[Response]:
    rows = Response.objects.filter(recommendation=recommendation).select_related("author")
    return _recorded(visible(rows, user, on=today), as_of)


def updates(
    recommendation: Recommendation, user: User, *, today: date, as_of: date | None
) -> QuerySet[ProgressUpdate]:
    rows = ProgressUpdate.objects.filter(recommendation=recommendation).select_related("author")
    return _recorded(visible(rows, user, on=today), as_of, at="created_at")


def target_revisions(
    recommendation: Recommendation, user: User, *, today: date, as_of: date | None
) -> QuerySet[TargetRevision]:
    rows = TargetRevision.objects.filter(action__recommendation=recommendation).select_related("author")
    return _recorded(visible(rows, user, on=today), as_of)


def reviews(
    recommendation: Recommendation, user: User, *, today: date, as_of: date | None
) -> QuerySet[Review]:
    rows = Review.objects.filter(recommendation=recommendation).select_related("judgement", "reviewer")
    return _recorded(visible(rows, user, on=today), as_of)


def _recorded(rows: QuerySet[Noun], as_of: date | None, *, at: str = "recorded_at") -> QuerySet[Noun]:
    if as_of:
        rows = rows.filter(**{f"{at}__lt": end_of(as_of)})
    return rows.order_by(at, "pk")
