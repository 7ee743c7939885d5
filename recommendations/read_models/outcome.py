"""The measures of a recommendation: the baseline in the report, the readings since, and the change."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from recommendations.framework import Count, Movement, RatingLevel
from recommendations.framework.interval import (
    Interval,
    counts_all_cases,
    interval_of,
    interval_of_percentage,
)
from recommendations.models import Measure, Reading, Recommendation, User
from recommendations.models.measure import MOVEMENTS, Unit, figure_in_words
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import visible
from recommendations.wording.dates import day
from recommendations.wording.movement import chance_in_words, summary_in_words

NOT_READ = "not measured again"
NO_FIGURE = "The report prints no figure for this recommendation: nothing can show whether practice moved."


@dataclass(frozen=True)
class OutcomePoint:
    """One figure of a measure: as people say it, as a share in per cent, and how closely a sample tells it.

    `share` is None where the figure is no share. `if_all` says that the interval holds if all inspected
    cases counted, which the report does not print. `reading` is None for the baseline.
    """

    words: str
    share: float | None
    interval: Interval | None
    if_all: bool
    band: str
    reading: Reading | None = None

    @property
    def movement(self) -> str:
        return dict(MOVEMENTS)[self.reading.movement] if self.reading else ""


@dataclass(frozen=True)
class Outcome:
    """A measure with its baseline, its readings (latest first) and what they say.

    `reads` says whether the user may read readings; if not, sentences do not mention them.
    """

    measure: Measure
    cases: int | None
    bands: tuple[RatingLevel, ...]
    baseline: OutcomePoint
    readings: tuple[OutcomePoint, ...]
    reads: bool

    @property
    def last(self) -> OutcomePoint | None:
        """The last reading that says anything, else the last of all: what the movement rests on."""
        telling = (one for one in self.readings if _movement(one) is not Movement.CANNOT_SAY)
        return next(telling, self.readings[0] if self.readings else None)

    @property
    def movement(self) -> Movement | None:
        """The result of the readings; None without readings, or if the measure is context only."""
        return _movement(self.last) if self.last and self.measure.better else None

    @property
    def has_moved(self) -> bool:
        return self.movement is Movement.MOVED

    @property
    def movement_in_words(self) -> str:
        """ "no clear change", "not measured again"; empty if the measure is context only."""
        if not self.measure.better:
            return ""
        return self.last.movement.lower() if self.last else NOT_READ

    @property
    def sentence(self) -> str:
        """Whether practice has moved, and how sure one can be with that sample."""
        now, then = self.last, self.baseline
        if not self.reads:
            return f"In the report: {then.words}."
        if not self.measure.better:
            return f"Context only, and not judged: {then.words} in the report."
        if now is None or now.reading is None:
            return f"Not measured again since the report: {then.words} stands alone."
        if self.movement is Movement.CANNOT_SAY:
            return f"There is no way to tell if practice has changed. {self._why_not(now)}"
        return (
            f"{VERDICTS[_movement(now)]}: {now.words} against {then.words}."
            f" {chance_in_words(float(now.reading.p_value or 0))}"
        )

    def _why_not(self, now: OutcomePoint) -> str:
        figure = self.measure
        since = f"{now.words} was read on {day(now.reading.taken_on) if now.reading else ''}"
        if figure.n is not None:
            return f"The reading gives no count of cases: {self.baseline.words} in the report, {since}."
        if now.share is None or self.baseline.share is None:
            return f"This is no share of a sample to be tested: {self.baseline.words} in the report, {since}."
        words = f"The report prints no count for its {self.baseline.words}; {since}."
        if self.baseline.interval and now.interval:
            words += (
                f" If all {self.cases} inspected cases counted, {self.baseline.words} may stand for"
                f" {self.baseline.interval.in_words}; the reading may stand for {now.interval.in_words}."
            )
        return words


VERDICTS = {
    Movement.MOVED: "Practice has improved",
    Movement.NOT_SHOWN: "Practice shows no clear change",
    Movement.WORSE: "Practice is worse",
}


def measures_with_readings(user: User, *, today: date, as_of: date | None) -> QuerySet[Measure]:
    """Measures with the readings that `user` may read as `seen`, latest first; two queries.

    With `as_of`, what had been recorded when that day ended. Which measures are in sight is the caller's.
    """
    readings = visible(Reading.objects.all(), user, on=today).order_by("-taken_on", "-pk")
    if as_of:
        readings = readings.filter(recorded_at__lt=end_of(as_of))
    return (
        Measure.objects.select_related("key_question")
        .prefetch_related(Prefetch("readings", readings, to_attr="seen"))
        .order_by("pk")
    )


def outcomes(
    measures: Iterable[Measure], *, cases: int | None, reads: bool, bands: Sequence[RatingLevel] = ()
) -> list[Outcome]:
    """What each of `measures` says, loaded by `measures_with_readings`.

    `cases` were inspected for the report; `reads` says whether the reader reaches the owner.
    """
    return [_outcome(measure, cases, tuple(bands), reads=reads) for measure in measures]


def measures_without_change(found: Iterable[Outcome]) -> list[Outcome]:
    """The measures that make a claim unsupported: the rule of `queries.statuses`, for loaded rows."""
    judged = [one for one in found if one.measure.better and not one.has_moved]
    return [one for one in judged if one.movement is not Movement.CANNOT_SAY or one.measure.n is not None]


def outcome_in_words(recommendation: Recommendation, found: Sequence[Outcome]) -> str:
    """All measures in one sentence: how many improved, how many did not, and how many have too few cases."""
    if not found:
        return recommendation.measurement_note or NO_FIGURE
    if not all(one.reads for one in found):
        return f"The report prints {len(found)} figure{'s' if len(found) > 1 else ''} on this."
    said = Counter(one.movement for one in found if one.measure.better)
    unread = sum(one.last is None for one in found if one.measure.better)
    return summary_in_words(said, unread=unread)


def latest_percentage(outcome: Outcome) -> tuple[int, date] | None:
    """The latest reading as the whole percentage that a report would print, and its day; None without one."""
    found = next((one for one in outcome.readings if one.share is not None and one.reading), None)
    if found is None or found.share is None or found.reading is None:
        return None
    return _rounded(found.share), found.reading.taken_on


def _outcome(measure: Any, cases: int | None, bands: tuple[RatingLevel, ...], *, reads: bool) -> Outcome:
    seen: list[Reading] = getattr(measure, "seen", [])
    number = measure.key_question.number if measure.key_question else None
    of = cases if counts_all_cases(number) else None
    ranked = bands if number else ()
    return Outcome(
        measure=measure,
        cases=of,
        bands=ranked,
        baseline=_point(measure, measure, of, ranked),
        readings=tuple(_point(one, measure, None, ranked, reading=one) for one in seen),
        reads=reads,
    )


def _point(
    row: Measure | Reading,
    measure: Measure,
    cases: int | None,
    bands: Sequence[RatingLevel],
    *,
    reading: Reading | None = None,
) -> OutcomePoint:
    said = Measure(
        unit=measure.unit,
        value=row.value,
        n=row.n,
        out_of=row.out_of,
        qualifier="" if reading else measure.qualifier,
    )
    share = share_of(said)
    interval, if_all = None, False
    if row.n is not None and row.out_of:
        interval = interval_of(Count(row.n, row.out_of))
    elif share is not None and cases:
        interval, if_all = interval_of_percentage(share, cases=cases), True
    return OutcomePoint(_words(said, share), share, interval, if_all, _band(share, bands), reading)


def share_of(row: Measure) -> float | None:
    """The figure in per cent; None if it is not a share."""
    if row.unit == Unit.PERCENT and row.value is not None:
        return float(Decimal(row.value))
    return 100 * row.n / row.out_of if row.n is not None and row.out_of else None


def _words(row: Measure, share: float | None) -> str:
    """ "26 of 50 (52 per cent)" where there is a count, else as the report's words have it."""
    if row.n is None or share is None:
        return figure_in_words(row)
    return f"{row.qualifier} {row.n} of {row.out_of} ({_rounded(share)} per cent)".strip()


def _band(share: float | None, bands: Sequence[RatingLevel]) -> str:
    reached = [one for one in bands if share is not None and one.percentage_from <= _rounded(share)]
    return max(reached, key=lambda one: one.percentage_from).name if reached else ""


def _rounded(share: float) -> int:
    return int(share + 0.5)


def _movement(point: OutcomePoint | None) -> Movement:
    return Movement(point.reading.movement) if point and point.reading else Movement.CANNOT_SAY
