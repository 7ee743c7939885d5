"""From key-question percentages to a guidance rating, and from ratings to the overall one.

The bands are data of a framework version. HM Inspectorate of Probation prints the boundary of
50 per cent in its reports; boundaries that no source we read prints are marked unconfirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class RatingLevel:
    """One step of the rating scale, with the lowest figure of each of its two bands."""

    code: str
    name: str
    score: int
    percentage_from: int
    total_from: int
    percentage_confirmed: bool
    total_confirmed: bool


@dataclass(frozen=True)
class JudgementLevel:
    """One step of the scale on which a later review judges progress."""

    code: str
    name: str
    order: int
    verified: bool
    definition: str


@dataclass(frozen=True)
class KeyQuestionDefinition:
    """A question put to every inspected case; its figure is the percentage answered 'Yes'."""

    number: str
    text: str


@dataclass(frozen=True)
class StandardDefinition:
    """A standard of the framework; an unrated one is measured and left out of the score."""

    number: str
    name: str
    domain: int
    rated: bool
    key_questions: tuple[KeyQuestionDefinition, ...]


@dataclass(frozen=True)
class Method:
    """A framework version: its standards, its scales and how a rating follows from figures."""

    slug: str
    version: int
    name: str
    domains: tuple[tuple[int, str], ...]
    ratings: tuple[RatingLevel, ...]
    judgements: tuple[JudgementLevel, ...]
    standards: tuple[StandardDefinition, ...]
    discretion_points: int

    def rating_for_percentage(self, percentage: int) -> RatingLevel:
        """The rating of the band that a percentage falls in. ValueError unless it is 0 to 100."""
        if not 0 <= percentage <= 100:
            raise ValueError(f"a percentage is 0 to 100, not {percentage}")
        reached = (rating for rating in self.ratings if rating.percentage_from <= percentage)
        return max(reached, key=lambda rating: rating.percentage_from)

    def guidance(self, percentages: Sequence[int]) -> RatingLevel | None:
        """The rating that the *lowest* key question gives; None without figures.

        Raises ValueError for a percentage outside 0 to 100.
        """
        found = [self.rating_for_percentage(percentage) for percentage in percentages]
        return min(found, key=lambda rating: rating.percentage_from, default=None)

    def within_discretion(self, percentage: int, *, awarded: RatingLevel) -> bool:
        """Whether a lowest percentage allows the awarded rating, with or without discretion.

        Discretion may lift a percentage over a boundary at most `discretion_points` above it, never lower it.
        """
        guided = self.rating_for_percentage(percentage)
        lifted_by = awarded.percentage_from - percentage
        return awarded == guided or 0 < lifted_by <= self.discretion_points

    def overall(self, total: int) -> RatingLevel:
        """The overall rating of a total score. ValueError unless it is 0 to `maximum()`."""
        if not 0 <= total <= self.maximum():
            raise ValueError(f"a total score is 0 to {self.maximum()}, not {total}")
        reached = (rating for rating in self.ratings if rating.total_from <= total)
        return max(reached, key=lambda rating: rating.total_from)

    def maximum(self) -> int:
        """The highest total: every rated standard at the highest score."""
        rated = sum(standard.rated for standard in self.standards)
        return rated * max(rating.score for rating in self.ratings)

    def rating_named(self, words: str) -> RatingLevel | None:
        """The rating with this name or code, in any case; None if the scale has none."""
        wanted = " ".join(words.split()).casefold()
        matches = (r for r in self.ratings if wanted in (r.name.casefold(), r.code.casefold()))
        return next(matches, None)

    def standard(self, number: str) -> StandardDefinition | None:
        """The standard with this number ("2.3"), or None."""
        return next((s for s in self.standards if s.number == number), None)
