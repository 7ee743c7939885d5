"""Filters of the record, and of what is kept version by version: responses, reviews, target dates."""

import django_filters

from recommendations.api.filtering import Changes, Day, FilterSet, Number
from recommendations.models import Answer, Event, Response, Review, Standard, TargetRevision


class OfRecommendation(FilterSet):
    recommendation = django_filters.CharFilter(
        "recommendation__reference", label="Reference of the recommendation."
    )
    inspection = django_filters.CharFilter(
        "recommendation__inspection__reference", label="Reference of the inspection."
    )


class ResponseFilter(OfRecommendation, Changes):
    answer = django_filters.ChoiceFilter(choices=Answer.choices)
    dated_from = Day("dated", lookup_expr="gte")
    dated_to = Day("dated", lookup_expr="lte")

    class Meta:
        model = Response
        fields: list[str] = []


class ReviewFilter(OfRecommendation, Changes):
    judgement = django_filters.CharFilter("judgement__code", label="Code of the judgement.")
    dated_from = Day("dated", lookup_expr="gte")
    dated_to = Day("dated", lookup_expr="lte")

    class Meta:
        model = Review
        fields: list[str] = []


class TargetRevisionFilter(Changes):
    action = Number("action")
    recommendation = django_filters.CharFilter(
        "action__recommendation__reference", label="Reference of the recommendation."
    )
    inspection = django_filters.CharFilter(
        "action__recommendation__inspection__reference", label="Reference of the inspection."
    )

    class Meta:
        model = TargetRevision
        fields: list[str] = []


class EventFilter(OfRecommendation):
    after = Number("sequence", lookup_expr="gt", label="Only what was recorded after this sequence.")
    action = Number("action")
    verb = django_filters.CharFilter("verb", label="What was done, such as “submit”.")
    actor = django_filters.CharFilter("actor__username", label="Username of who did it.")
    noun = django_filters.CharFilter("noun", label="To what kind of row, such as “action”.")

    class Meta:
        model = Event
        fields: list[str] = []


class StandardFilter(FilterSet):
    framework = django_filters.CharFilter("framework__slug", label="Slug of the framework.")
    number = django_filters.CharFilter("number", label="Number of the standard, such as 2.2.")

    class Meta:
        model = Standard
        fields: list[str] = []
