"""How many recommendations were raised and verified at the end of each month."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from recommendations.models import Recommendation, RecommendationHistory, User
from recommendations.models.base import in_words
from recommendations.queries.parameters import end_of
from recommendations.queries.visibility import in_scope
from recommendations.read_models.summary import StatusRow
from recommendations.wording.numbers import each, percentage, plural


@dataclass(frozen=True)
class MonthPoint:
    """How many recommendations were raised by the end of a day, and how many were verified then."""

    day: date
    raised: int
    verified: int


@dataclass(frozen=True)
class MonthlyTrend:
    """One point for the end of each month, and one for the day itself; none if nothing was raised."""

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
        by = in_words(last.day, last.day, "day")
        verified = f"{last.verified:,} ({share}%) {each(last.verified)} verified"
        words = f"By {by}, {raised} {have} been raised, and {verified}."
        return f"{words} {self._before}" if len(self.points) > 12 else words

    @property
    def _before(self) -> str:
        then = self.points[-13]
        by = in_words(then.day, then.day, "day")
        return f"By {by}, it was {then.raised:,} raised and {then.verified:,} verified."


def monthly_trend(
    found: Iterable[StatusRow], spells: Iterable[tuple[int, datetime, datetime | None]], *, on: date
) -> MonthlyTrend:
    """The months from the first publication up to `on`.

    `spells` are a recommendation's key, and when it became verified and stopped being so. Recommendations
    that are not published yet count in the last month.
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


def verified_spells(user: User, *, on: date) -> Any:
    """The periods in which recommendations in scope were verified, for `monthly_trend`. One query."""
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
