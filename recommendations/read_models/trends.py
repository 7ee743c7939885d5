"""What was raised and what stood verified at the end of each month, up to a day."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from recommendations.models import Recommendation, RecommendationHistory
from recommendations.models.base import in_words
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import in_scope
from recommendations.read_models.counts import Stand
from recommendations.wording.numbers import percentage, plural


@dataclass(frozen=True)
class MonthPoint:
    """How many recommendations were raised by the end of a day, and how many stood verified then."""

    day: date
    raised: int
    verified: int


@dataclass(frozen=True)
class MonthlyTrend:
    """One point for the end of each month, the last for the day itself; none if nothing was raised."""

    points: Sequence[MonthPoint]

    @property
    def headline(self) -> str:
        if not self.points:
            return "No recommendation has been raised"
        last = self.points[-1]
        short = last.raised - last.verified
        return f"{last.raised:,} raised, {last.verified:,} verified: {short:,} not yet shown"

    @property
    def sentence(self) -> str:
        if not self.points:
            return "Nothing is counted here."
        last = self.points[-1]
        share = percentage(last.verified, last.raised)
        raised = plural(last.raised, "recommendation")
        have = "has" if last.raised == 1 else "have"
        stand = "stands" if last.verified == 1 else "stand"
        by = in_words(last.day, last.day, "day")
        words = f"By {by}, {raised} {have} been raised, and {last.verified:,} ({share}%) {stand} verified."
        return f"{words} {self._before}" if len(self.points) > 12 else words

    @property
    def _before(self) -> str:
        then = self.points[-13]
        by = in_words(then.day, then.day, "day")
        return f"By {by}, it was {then.raised:,} raised and {then.verified:,} verified."


def course_of(
    found: Iterable[Stand], spells: Iterable[tuple[int, datetime, datetime | None]], *, on: date
) -> MonthlyTrend:
    """The months from the first publication up to `on`.

    `spells` says which recommendation stood verified, from when and until when. What is not published yet,
    for who reads it all the same, counts in the last month.
    """
    raised = {one.key: min(one.published, on) for one in found}
    if not raised:
        return MonthlyTrend([])
    published = sorted(raised.values())
    held = [(begin, end) for key, begin, end in spells if key in raised]
    begun = sorted(begin for begin, _ in held)
    ended = sorted(end for _, end in held if end)
    points = []
    for day in _month_ends(published[0], on):
        close = end_of(day)
        verified = bisect_left(begun, close) - bisect_left(ended, close)
        points.append(MonthPoint(day, bisect_right(published, day), verified))
    return MonthlyTrend(points)


def verified_spells(user: Any, *, on: date) -> Any:
    """When recommendations in reach stood verified, as `course_of` takes them. One query."""
    reviewed = Recommendation.objects.filter(in_scope(user)).filter(reviews__judgement__verified=True)
    rows = RecommendationHistory.objects.filter(
        recommendation__in=reviewed.order_by().values("pk"), judged_verified=True, valid_from__lt=end_of(on)
    )
    return rows.order_by().values_list("recommendation_id", "valid_from", "valid_to")


def _month_ends(first: date, last: date) -> Iterator[date]:
    year, month = first.year, first.month
    while (year, month) < (last.year, last.month):
        yield date(year, month, monthrange(year, month)[1])
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    yield last
