"""What stands beside a recommendation: standards, key questions, other recommendations, rating bands.

And the bodies that contribute to its actions: all of it in one query, as a page shows it together.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, TextField
from django.db.models import Value as Constant
from django.db.models.functions import Cast, Coalesce

from recommendations.framework import RatingLevel
from recommendations.models import (
    Action,
    Event,
    KeyQuestionResult,
    LinkKind,
    Recommendation,
    RecommendationLink,
    StandardRating,
)
from recommendations.models import Rating as RatingRow
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import published, visible
from recommendations.wording.links import BACKWARD, FORWARD

STANDARD, QUESTION, BAND, CONTRIBUTOR = "standard", "question", "band", "with"
TO, FROM = "to", "from"


@dataclass(frozen=True)
class RestsOn:
    """A standard or key question that it rests on, and what the report found there: a rating, a figure."""

    number: str
    name: str
    found: str


@dataclass(frozen=True)
class LinkedRecommendation:
    """Another recommendation: how it bears on this one, in words in which `{reference}` stands for it."""

    before: str
    reference: str
    after: str
    text: str
    is_repeat: bool


@dataclass(frozen=True)
class RelatedFacts:
    standards: tuple[RestsOn, ...]
    questions: tuple[RestsOn, ...]
    links: tuple[LinkedRecommendation, ...]
    bands: tuple[RatingLevel, ...]
    contributors: dict[int, list[str]]


# Kind, key, number, name, what was found there.
Row = tuple[str, int, str, str, str]


def related_facts(
    recommendation: Recommendation, user: Any, *, today: date, as_of: date | None = None
) -> RelatedFacts:
    """What stands beside `recommendation`, as far as `user` may read it. One query.

    With a past day, of the links those that were there when it ended.
    """
    links = _links_by(as_of).filter
    parts = [
        _standards(recommendation),
        _questions(recommendation),
        _links(links(published(user, "target__inspection__", on=today), source=recommendation), "target", TO),
        _links(
            links(published(user, "source__inspection__", on=today), target=recommendation), "source", FROM
        ),
        _bands(recommendation),
        _contributors(recommendation, user, today),
    ]
    first, *others = parts
    rows: list[Row] = list(first.union(*others, all=True))
    return RelatedFacts(
        standards=tuple(RestsOn(*row[2:]) for row in _of(rows, STANDARD, by=lambda row: row[2])),
        questions=tuple(RestsOn(*row[2:]) for row in _of(rows, QUESTION, by=lambda row: row[2])),
        links=tuple(
            _link(row) for kind in (TO, FROM) for row in _of(rows, kind, by=lambda row: (row[1], row[4]))
        ),
        bands=tuple(_band(row) for row in _of(rows, BAND, by=lambda row: row[1])),
        contributors=_named(_of(rows, CONTRIBUTOR, by=lambda row: row[3])),
    )


def _of(rows: Iterable[Row], kind: str, *, by: Callable[[Row], Any]) -> list[Row]:
    return sorted((row for row in rows if row[0] == kind), key=by)


def _named(rows: Iterable[Row]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for _, action, _, name, _ in rows:
        found.setdefault(action, []).append(name)
    return found


def _band(row: Row) -> RatingLevel:
    """A rating with the lowest percentage of its band: what measures are set against."""
    _, percentage_from, code, name, confirmed = row
    return RatingLevel(
        code=code,
        name=name,
        score=0,
        percentage_from=percentage_from,
        total_from=0,
        percentage_confirmed=confirmed == "1",
        total_confirmed=False,
    )


def _link(row: Row) -> LinkedRecommendation:
    kind, _, reference, text, how = row
    words, name = (FORWARD, "{target}") if kind == TO else (BACKWARD, "{source}")
    before, _, after = words[LinkKind(how)].partition(name)
    return LinkedRecommendation(before, reference, after, text, is_repeat=how == LinkKind.REPEATS)


def _columns(rows: QuerySet, kind: str, **columns: Any) -> QuerySet:
    named: dict[str, Any] = {
        "is_kind": Constant(kind, CharField()),
        "is_key": Constant(0, IntegerField()),
        "is_number": Constant("", TextField()),
        **{f"is_{name}": column for name, column in columns.items()},
    }
    order = ["is_kind", "is_key", "is_number", "is_name", "is_found"]
    return rows.order_by().annotate(**named).values_list(*order)


def _standards(recommendation: Recommendation) -> QuerySet:
    rating = StandardRating.objects.filter(
        inspection=recommendation.inspection_id, standard=OuterRef("standard")
    )
    return _columns(
        Recommendation.standards.through.objects.filter(recommendation=recommendation),
        STANDARD,
        number=F("standard__number"),
        name=F("standard__name"),
        found=Coalesce(
            Subquery(rating.values("awarded__name")[:1]), Constant("not rated"), output_field=TextField()
        ),
    )


def _questions(recommendation: Recommendation) -> QuerySet:
    result = KeyQuestionResult.objects.filter(
        inspection=recommendation.inspection_id, key_question=OuterRef("keyquestion")
    )
    percentage = Cast(Subquery(result.values("percentage")[:1]), TextField())
    return _columns(
        Recommendation.key_questions.through.objects.filter(recommendation=recommendation),
        QUESTION,
        number=F("keyquestion__number"),
        name=F("keyquestion__text"),
        found=Coalesce(percentage, Constant(""), output_field=TextField()),
    )


def _links_by(as_of: date | None) -> QuerySet[RecommendationLink]:
    """The links that were there when a day ended: an event tells of each that was made since."""
    rows = RecommendationLink.objects.all()
    if as_of is None:
        return rows
    since = Event.objects.filter(at__gte=end_of(as_of))
    linked = since.filter(noun="recommendationlink", object_id=Cast(OuterRef("pk"), CharField()))
    superseded = since.filter(noun="recommendation", verb="supersede", recommendation=OuterRef("target"))
    return rows.exclude(Exists(linked)).exclude(Exists(superseded), kind=LinkKind.SUPERSEDES)


def _links(rows: QuerySet[RecommendationLink], far: str, kind: str) -> QuerySet:
    return _columns(
        rows,
        kind,
        key=Cast("pk", IntegerField()),
        number=F(f"{far}__reference"),
        name=F(f"{far}__text"),
        found=F("kind"),
    )


def _bands(recommendation: Recommendation) -> QuerySet:
    return _columns(
        RatingRow.objects.filter(framework=recommendation.inspection.framework_id),
        BAND,
        key=Cast("percentage_from", IntegerField()),
        number=F("code"),
        name=F("name"),
        found=Cast(Cast("percentage_confirmed", IntegerField()), TextField()),
    )


def _contributors(recommendation: Recommendation, user: Any, today: date) -> QuerySet:
    seen = visible(Action.objects.filter(recommendation=recommendation), user, on=today)
    return _columns(
        Action.contributors.through.objects.filter(action__in=seen.order_by().values("pk")),
        CONTRIBUTOR,
        key=Cast("action_id", IntegerField()),
        name=F("organisation__name"),
        found=Constant("", TextField()),
    )
