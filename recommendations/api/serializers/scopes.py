"""The rows that a caller may name in what they post: what they may read, and nothing else exists."""

from typing import Any

from django.db.models import QuerySet

from recommendations.models import (
    Action,
    Measure,
    Organisation,
    ProgressUpdate,
    Recommendation,
    Review,
)
from recommendations.queries.parameters import TODAY
from recommendations.queries.visibility import visible


def organisations(user: Any) -> QuerySet[Organisation]:
    return Organisation.objects.all()


def recommendations(user: Any) -> QuerySet[Recommendation]:
    return visible(Recommendation.objects.all(), user, on=TODAY)


def actions(user: Any) -> QuerySet[Action]:
    return visible(Action.objects.all(), user, on=TODAY)


def updates(user: Any) -> QuerySet[ProgressUpdate]:
    return visible(ProgressUpdate.objects.all(), user, on=TODAY)


def reviews(user: Any) -> QuerySet[Review]:
    return visible(Review.objects.all(), user, on=TODAY)


def measures(user: Any) -> QuerySet[Measure]:
    return visible(Measure.objects.all(), user, on=TODAY)
