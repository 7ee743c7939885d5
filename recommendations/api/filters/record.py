"""Filters of events, and of nouns that are append-only: responses, reviews, target revisions, standards."""

from recommendations.api.filters.base import Changes, Choice, Day, FilterSet, Text, WholeNumber
from recommendations.models import Answer, Event, Response, Review, Standard, TargetRevision


class OfRecommendation(FilterSet):
    recommendation = Text("recommendation__reference", label="Reference of the recommendation.")
    inspection = Text("recommendation__inspection__reference", label="Reference of the inspection.")


class ResponseFilter(OfRecommendation, Changes):
    answer = Choice(choices=Answer.choices)
    dated_from = Day("dated", lookup_expr="gte")
    dated_to = Day("dated", lookup_expr="lte")

    class Meta:
        model = Response
        fields: list[str] = []


class ReviewFilter(OfRecommendation, Changes):
    judgement = Text("judgement__code", label="Code of the judgement.")
    dated_from = Day("dated", lookup_expr="gte")
    dated_to = Day("dated", lookup_expr="lte")

    class Meta:
        model = Review
        fields: list[str] = []


class TargetRevisionFilter(Changes):
    action = WholeNumber("action__id")
    recommendation = Text("action__recommendation__reference", label="Reference of the recommendation.")
    inspection = Text("action__recommendation__inspection__reference", label="Reference of the inspection.")

    class Meta:
        model = TargetRevision
        fields: list[str] = []


class EventFilter(OfRecommendation):
    after = WholeNumber("sequence", lookup_expr="gt", label="Only events after this sequence.")
    action = WholeNumber("action__id")
    verb = Text("verb", label="Verb of the event, such as “submit”.")
    actor = Text("actor__username", label="Username of the person who made the change.")
    noun = Text("noun", label="Kind of row that was changed, such as “action”.")

    class Meta:
        model = Event
        fields: list[str] = []


class StandardFilter(FilterSet):
    framework = Text("framework__slug", label="Slug of the framework.")
    number = Text("number", label="Number of the standard, such as 2.2.")

    class Meta:
        model = Standard
        fields: list[str] = []
