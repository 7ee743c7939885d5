"""Explains the ratings of a report, and which figures would give another rating."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from recommendations.framework.method import Method, RatingLevel, StandardDefinition


@dataclass(frozen=True)
class KeyQuestionFigure:
    """The figure of a key question; `taken_on` is empty if the report gives it."""

    number: str
    percentage: int
    taken_on: str = ""

    def __str__(self) -> str:
        return f"{self.number} ({self.percentage} per cent)"


@dataclass(frozen=True)
class AlternativeRating:
    """A sentence on which figures would give another rating. `confirmed`: is its boundary in print?"""

    rating: RatingLevel
    sentence: str
    confirmed: bool


@dataclass(frozen=True)
class ExplainedRating:
    """The rating of one standard: its figures, the rating by guidance and the awarded rating."""

    standard: StandardDefinition
    awarded: RatingLevel
    guidance: RatingLevel | None
    reason: str
    figures: tuple[KeyQuestionFigure, ...]
    method: Method

    @property
    def lowest(self) -> tuple[KeyQuestionFigure, ...]:
        """The lowest figures, which decide; none in domain one."""
        least = min((one.percentage for one in self.figures), default=0)
        return tuple(one for one in self.figures if one.percentage == least)

    @property
    def differs(self) -> bool:
        return self.guidance is not None and self.guidance.code != self.awarded.code

    @property
    def decided_by(self) -> str:
        if not self.lowest:
            return "No figure decides this rating: it was judged from evidence of other kinds."
        share = "share the lowest figure" if len(self.lowest) > 1 else "is the lowest figure"
        return f"{_joined(self.lowest)} {share}, and the lowest decides."

    @property
    def difference(self) -> str:
        """How the awarded rating differs from the guidance, in a sentence, or ""."""
        if not self.differs or self.guidance is None:
            return ""
        words = f"Guidance gives {self.guidance.name}; {self.awarded.name} was awarded."
        if not self.lowest:
            return words
        lift = self.awarded.percentage_from - self.lowest[0].percentage
        if 0 < lift <= self.method.discretion_points:
            short = f"{lift} point{'s' if lift > 1 else ''} below"
            words += (
                f" The lowest figure lies {short} the boundary of {self.awarded.percentage_from} per cent:"
                f" discretion may lift a figure that is at most {self.method.discretion_points} below."
            )
        return words

    @property
    def alternatives(self) -> list[AlternativeRating]:
        """The other ratings, lowest first, with the figures that would give them; none without figures."""
        if not self.figures:
            return []
        given = self.method.guidance([one.percentage for one in self.figures])
        return [self._alternative(rating) for rating in _in_order(self.method) if rating != given]

    def _alternative(self, rating: RatingLevel) -> AlternativeRating:
        short = tuple(one for one in self.figures if one.percentage < rating.percentage_from)
        if short:
            each = "each have to" if len(short) > 1 else "have to"
            sentence = f"{_joined(short)} would {each} reach {rating.percentage_from} per cent."
            return AlternativeRating(rating, sentence, rating.percentage_confirmed)
        above = next(one for one in _in_order(self.method) if one.percentage_from > rating.percentage_from)
        sentence = f"The lowest figure would have to fall below {above.percentage_from} per cent."
        return AlternativeRating(rating, sentence, above.percentage_confirmed)


@dataclass(frozen=True)
class Total:
    """The total score of a report; `points` holds standards with their scores."""

    points: tuple[tuple[str, int], ...]
    method: Method

    @property
    def score(self) -> int:
        return sum(score for _, score in self.points)

    @property
    def overall(self) -> RatingLevel:
        return self.method.overall(self.score)

    @property
    def sum(self) -> str:
        """ "1 + 1 + 1 + 2 + 0 + 0 + 1 + 0 + 0 = 6 of 27"."""
        added = " + ".join(str(score) for _, score in self.points)
        return f"{added} = {self.score} of {self.method.maximum()}"

    @property
    def alternatives(self) -> list[AlternativeRating]:
        """The other overall ratings, lowest first, with the totals that would give them."""
        return [self._alternative(rating) for rating in _in_order(self.method) if rating != self.overall]

    def _alternative(self, rating: RatingLevel) -> AlternativeRating:
        more = rating.total_from - self.score
        if more > 0:
            points = f"{more} point{'s' if more > 1 else ''} more"
            return AlternativeRating(
                rating, f"A total of {rating.total_from}: {points}.", rating.total_confirmed
            )
        above = next(one for one in _in_order(self.method) if one.total_from > rating.total_from)
        return AlternativeRating(rating, f"A total of {above.total_from - 1} or less.", above.total_confirmed)


def with_readings(
    explained: ExplainedRating, latest: Mapping[str, KeyQuestionFigure]
) -> ExplainedRating | None:
    """Return the rating by guidance from the latest readings, or None without readings.

    Later figures never change the awarded rating.
    """
    figures = tuple(latest.get(one.number, one) for one in explained.figures)
    if figures == explained.figures:
        return None
    guidance = explained.method.guidance([one.percentage for one in figures])
    return replace(explained, figures=figures, guidance=guidance, reason="")


def total_of(standards: Sequence[ExplainedRating]) -> Total:
    """Return the total of the awarded scores. Raises ValueError without a standard."""
    if not standards:
        raise ValueError("A total needs a standard.")
    rated = [one for one in standards if one.standard.rated]
    return Total(tuple((one.standard.number, one.awarded.score) for one in rated), standards[0].method)


def _in_order(method: Method) -> list[RatingLevel]:
    return sorted(method.ratings, key=lambda rating: rating.score)


def _joined(figures: Sequence[KeyQuestionFigure]) -> str:
    *most, last = map(str, figures)
    return f"{', '.join(most)} and {last}" if most else last
