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


def organisations(user: Any) -> QuerySet[Organisation]:
    return Organisation.objects.all()


def recommendations(user: Any) -> QuerySet[Recommendation]:
    return Recommendation.objects.visible_to(user, on=TODAY)


def actions(user: Any) -> QuerySet[Action]:
    return Action.objects.visible_to(user)


def updates(user: Any) -> QuerySet[ProgressUpdate]:
    return ProgressUpdate.objects.visible_to(user)


def reviews(user: Any) -> QuerySet[Review]:
    return Review.objects.visible_to(user)


def measures(user: Any) -> QuerySet[Measure]:
    return Measure.objects.visible_to(user, on=TODAY)
