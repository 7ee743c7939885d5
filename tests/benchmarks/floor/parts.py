"""Small objects, and a target date in words: what both lists and exports say of other rows and of days."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

DUE_SOON = timedelta(days=30)
NO_RECENT_UPDATE_AFTER = timedelta(days=90)
Object = dict[str, Any]


def organisation(root: str, slug: str, name: str) -> Object:
    return {"slug": slug, "name": name, "url": f"{root}organisations/{slug}/"}


def recommendation(root: str, reference: str) -> Object:
    return {"reference": reference, "url": f"{root}recommendations/{reference}/"}


def schedule(due: str | None, *, ended: bool, today: date) -> str:
    """The schedule status of what falls due on the day `due`, a text as ISO 8601 has it."""
    if ended:
        return "ended"
    if due is None:
        return "no_date"
    if due < today.isoformat():
        return "overdue"
    return "due_soon" if due <= (today + DUE_SOON).isoformat() else "on_time"


def late(due: str | None, *, ended: bool, today: date) -> int | None:
    """The days since `due`; None for what has ended or is not late."""
    if ended or due is None or due >= today.isoformat():
        return None
    return (today - date.fromisoformat(due)).days


@lru_cache(maxsize=8192)
def in_words(
    words: str, earliest: str | None, latest: str | None, precision: str, ended: bool, today: date
) -> str:
    if earliest is None or latest is None:
        return f"No date (“{words}”)" if words else "No date"
    said = _span(date.fromisoformat(earliest), date.fromisoformat(latest), precision)
    if days := late(latest, ended=ended, today=today):
        return f"Overdue by {days} day{'s' if days > 1 else ''} (was due {said})"
    return f"Was due {said}" if ended else f"Due {said}"


def _span(earliest: date, latest: date, precision: str) -> str:
    if precision == "day" or earliest == latest:
        return f"{latest.day} {latest:%B %Y}"
    if precision == "year" and earliest.month == 1 and earliest.year == latest.year:
        return str(earliest.year)
    if (earliest.year, earliest.month) == (latest.year, latest.month):
        return f"{earliest:%B %Y}"
    return f"{earliest:%B %Y} to {latest:%B %Y}"
