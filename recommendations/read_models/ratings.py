"""The ratings of an inspection with their reasons, and the ratings that the latest readings would give."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from recommendations.framework.explanation import (
    AlternativeRating,
    ExplainedRating,
    KeyQuestionFigure,
    Total,
    total_of,
    with_readings,
)
from recommendations.framework.method import Method, RatingLevel, StandardDefinition
from recommendations.models import Inspection, StandardRating
from recommendations.read_models.outcome import Outcome, latest_percentage
from recommendations.wording.dates import day


@dataclass(frozen=True)
class Rated:
    """The rating of one standard in the report, and the guidance rating of the latest readings."""

    explained: ExplainedRating
    source: str
    since: ExplainedRating | None

    @property
    def reread(self) -> tuple[KeyQuestionFigure, ...]:
        return tuple(one for one in self.since.figures if one.taken_on) if self.since else ()


@dataclass(frozen=True)
class UnratedStandard:
    """A standard that is measured and not rated."""

    standard: str
    figures: tuple[KeyQuestionFigure, ...]


@dataclass(frozen=True)
class Ratings:
    """The ratings of a report, added up and explained."""

    standards: tuple[Rated, ...]
    unrated: tuple[UnratedStandard, ...]
    total: Total
    method: Method

    @property
    def reread(self) -> list[Rated]:
        return [one for one in self.standards if one.since]

    @property
    def unconfirmed(self) -> list[RatingLevel]:
        """Ratings with a boundary that no imported report prints."""
        lowest = min(rating.score for rating in self.method.ratings)
        return [
            rating
            for rating in self.method.ratings
            if rating.score > lowest and not (rating.percentage_confirmed and rating.total_confirmed)
        ]

    @property
    def alternatives(self) -> list[AlternativeRating]:
        return self.total.alternatives


def ratings_of(inspection: Inspection, outcomes: Iterable[Outcome]) -> Ratings:
    """The ratings of `inspection`, explained; `outcomes` are those of its measures that may be read.

    Four queries: the standards' ratings, the key questions' results, the two scales.
    """
    rows = inspection.standard_ratings.select_related("standard", "awarded", "guidance")
    awarded = list(rows.order_by("standard__number"))
    figures = _figures(inspection)
    method = _method(inspection, awarded)
    latest = _latest(outcomes)
    standards = tuple(_rated(one, method, figures.pop(str(one.standard), ()), latest) for one in awarded)
    return Ratings(
        standards=standards,
        unrated=tuple(UnratedStandard(name, found) for name, found in figures.items()),
        total=total_of([one.explained for one in standards]),
        method=method,
    )


def _figures(inspection: Inspection) -> dict[str, tuple[KeyQuestionFigure, ...]]:
    """Name of a standard → the results of its key questions."""
    results = inspection.key_question_results.select_related("key_question__standard")
    found: dict[str, tuple[KeyQuestionFigure, ...]] = {}
    for one in results.order_by("key_question__number"):
        figure = KeyQuestionFigure(one.key_question.number, one.percentage)
        name = str(one.key_question.standard)
        found[name] = (*found.get(name, ()), figure)
    return found


def _rated(
    row: StandardRating,
    method: Method,
    figures: Sequence[KeyQuestionFigure],
    latest: Mapping[str, KeyQuestionFigure],
) -> Rated:
    explained = ExplainedRating(
        standard=_standard(row),
        awarded=row.awarded.as_part(),
        guidance=row.guidance.as_part() if row.guidance else None,
        reason=row.reason,
        figures=tuple(figures),
        method=method,
    )
    return Rated(explained, row.get_guidance_source_display(), with_readings(explained, latest))


def _latest(outcomes: Iterable[Outcome]) -> dict[str, KeyQuestionFigure]:
    """The latest reading of each key question, for any recommendation."""
    found: dict[str, tuple[int, date]] = {}
    for one in outcomes:
        reading = latest_percentage(one)
        number = one.measure.key_question.number if one.measure.key_question else ""
        if reading and number and (number not in found or found[number][1] < reading[1]):
            found[number] = reading
    return {
        number: KeyQuestionFigure(number, percentage, day(taken_on))
        for number, (percentage, taken_on) in found.items()
    }


def _method(inspection: Inspection, awarded: Sequence[StandardRating]) -> Method:
    """The framework of the report, with the standards that the report rates and no key questions."""
    framework = inspection.framework
    return Method(
        slug=framework.slug,
        version=framework.version,
        name=framework.name,
        domains=(),
        ratings=tuple(rating.as_part() for rating in framework.ratings.all()),
        judgements=tuple(judgement.as_part() for judgement in framework.judgements.all()),
        standards=tuple(_standard(row) for row in awarded),
        discretion_points=framework.discretion_points,
    )


def _standard(row: StandardRating) -> StandardDefinition:
    standard = row.standard
    return StandardDefinition(
        standard.number, standard.name, standard.domain, standard.rated, key_questions=()
    )
