"""Standards, key questions and rating bands of a recommendation, and its links to others."""

from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from recommendations.framework import RatingLevel
from recommendations.models import (
    Event,
    KeyQuestionResult,
    LinkKind,
    Recommendation,
    RecommendationLink,
    StandardRating,
    User,
)
from recommendations.models import Rating as RatingRow
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import published
from recommendations.wording.links import BACKWARD, FORWARD


@dataclass(frozen=True)
class ReportResult:
    """A standard or key question, and its result in the report: a rating or a percentage."""

    number: str
    name: str
    result: str


@dataclass(frozen=True)
class LinkedRecommendation:
    """Another recommendation; `before` and `after` are the words around its reference in the sentence."""

    before: str
    reference: str
    after: str
    text: str
    is_repeat: bool


def standards_of(recommendation: Recommendation) -> list[ReportResult]:
    """The standards that the recommendation is about, with the ratings that the report gave. One query."""
    ratings = StandardRating.objects.filter(
        inspection=recommendation.inspection_id, standard=OuterRef("pk")
    ).values("awarded__name")
    rows = recommendation.standards.annotate(awarded=Subquery(ratings[:1]))
    found = [ReportResult(row.number, row.name, row.awarded or "not rated") for row in rows]
    return sorted(found, key=lambda one: one.number)


def key_questions_of(recommendation: Recommendation) -> list[ReportResult]:
    """The key questions that the recommendation is about, with the percentages of the report. One query."""
    percentages = KeyQuestionResult.objects.filter(
        inspection=recommendation.inspection_id, key_question=OuterRef("pk")
    ).values("percentage")
    rows = recommendation.key_questions.annotate(percentage=Subquery(percentages[:1]))
    found = [
        ReportResult(row.number, row.text, "" if row.percentage is None else str(row.percentage))
        for row in rows
    ]
    return sorted(found, key=lambda one: one.number)


def bands_of(recommendation: Recommendation) -> tuple[RatingLevel, ...]:
    """The rating scale of the inspection's framework, lowest percentage first. One query."""
    rows = RatingRow.objects.filter(framework=recommendation.inspection.framework_id)
    return tuple(row.as_part() for row in rows.order_by("percentage_from"))


def links_of(
    recommendation: Recommendation, user: User, *, today: date, as_of: date | None = None
) -> list[LinkedRecommendation]:
    """Links from this recommendation, then links to it, as far as `user` may read the other one. One query.

    With a past day, only the links that existed when it ended.
    """
    outgoing = Q(published(user, "target__inspection__", on=today), source=recommendation)
    incoming = Q(published(user, "source__inspection__", on=today), target=recommendation)
    links = _links_by(as_of).filter(outgoing | incoming).select_related("source", "target")
    ordered = sorted(links, key=lambda link: (link.source_id != recommendation.pk, link.pk))
    return [_linked(link, recommendation) for link in ordered]


def _links_by(as_of: date | None) -> QuerySet[RecommendationLink]:
    """The links that existed when a day ended: those that no later event made."""
    rows = RecommendationLink.objects.all()
    if as_of is None:
        return rows
    since = Event.objects.filter(at__gte=end_of(as_of))
    linked = since.filter(noun="recommendationlink", object_id=Cast(OuterRef("pk"), CharField()))
    superseded = since.filter(noun="recommendation", verb="supersede", recommendation=OuterRef("target"))
    return rows.exclude(Exists(linked)).exclude(Exists(superseded), kind=LinkKind.SUPERSEDES)


def _linked(link: RecommendationLink, recommendation: Recommendation) -> LinkedRecommendation:
    if link.source_id == recommendation.pk:
        other, words, name = link.target, FORWARD, "{target}"
    else:
        other, words, name = link.source, BACKWARD, "{source}"
    before, _, after = words[LinkKind(link.kind)].partition(name)
    is_repeat = link.kind == LinkKind.REPEATS
    return LinkedRecommendation(before, other.reference, after, other.text, is_repeat)
