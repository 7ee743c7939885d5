"""Days, instants and people as they are written for people."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import format as as_words

from recommendations.models import User
from recommendations.models.base import in_words


def day(on: date | None) -> str:
    """A day as people say it: "4 June 2026"."""
    return in_words(on, on, "day") if on else "Not given"


def moment(at: datetime) -> str:
    """An instant in London: "4 June 2026, 9:32am"."""
    local = timezone.localtime(at)
    return f"{day(local.date())}, {as_words(local, 'g:iA').lower()}"


def person(user: User | None) -> str:
    """The name of a person, or their username; empty without one."""
    return (user.get_full_name() or user.get_username()) if user else ""


def shortened(words: str, most: int = 110) -> str:
    """At most so many characters, cut at a word."""
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]}…"


def times(count: int) -> str:
    """How often: "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
