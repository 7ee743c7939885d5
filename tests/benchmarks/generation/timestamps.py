"""When made-up work is done, and the words in which its target dates are given."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random

from recommendations.intake.dates import read_target_date
from recommendations.models.base import in_words

OPENING, CLOSING = 8 * 3600, 16 * 3600  # In seconds of the day, UTC: the London day is the same.
FRIDAY = 4
SEASONS = {3: "spring", 6: "summer", 9: "autumn"}


def instants(draw: Random, *, first: date, last: date, count: int) -> list[datetime]:
    """`count` instants of office hours from the day `first` to the day `last`, in order."""
    return sorted(instant_on(draw, _day(draw, first, last)) for _ in range(count))


def instant_on(draw: Random, day: date) -> datetime:
    seconds = OPENING + draw.random() * (CLOSING - OPENING)
    return datetime.combine(day, time(tzinfo=UTC)) + timedelta(seconds=seconds)


def _day(draw: Random, first: date, last: date) -> date:
    """A day between the two; those of a weekend become the Friday before, where that is not too early."""
    after = int(draw.random() * ((last - first).days + 1))
    back = max(0, (first + timedelta(days=after)).weekday() - FRIDAY)
    return first + timedelta(days=after - back if back <= after else after)


def target_words(draw: Random, day: date) -> str:
    """A target about `day`, as people say it: to the day, the month or the season, or not at all."""
    said = draw.random()
    if said < 0.72:
        return in_words(day, day, "day")
    if said < 0.9:
        return f"{day:%B %Y}"
    if said < 0.95 and day.month // 3 * 3 in SEASONS:
        return f"{SEASONS[day.month // 3 * 3]} {day.year}"
    return "Ongoing" if said < 0.98 else ""


@lru_cache(maxsize=4096)
def target_of(words: str) -> tuple[str, date | None, date | None, str]:
    """The words, the first and last day that they can mean, and how exact they are."""
    read = read_target_date(words)
    return words, read.earliest, read.latest, str(read.precision)
