"""The rows to which a request may refer: those that the caller may read."""

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
from recommendations.queries.visibility import Caller, visible


def organisations(user: Caller) -> QuerySet[Organisation]:
    return Organisation.objects.all()


def recommendations(user: Caller) -> QuerySet[Recommendation]:
    return visible(Recommendation.objects.all(), user, on=TODAY)


def actions(user: Caller) -> QuerySet[Action]:
    return visible(Action.objects.all(), user, on=TODAY)


def updates(user: Caller) -> QuerySet[ProgressUpdate]:
    return visible(ProgressUpdate.objects.all(), user, on=TODAY)


def reviews(user: Caller) -> QuerySet[Review]:
    return visible(Review.objects.all(), user, on=TODAY)


def measures(user: Caller) -> QuerySet[Measure]:
    return visible(Measure.objects.all(), user, on=TODAY)
