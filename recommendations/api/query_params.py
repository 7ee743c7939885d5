"""What the words of a query parameter stand for: yes or no, a day, an instant."""

import re
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from recommendations.models.base import FIRST_YEAR

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def yes_or_no(request: Request, name: str) -> bool:
    """A parameter that is `true` or `false`, and false unless given; raises ValidationError."""
    words = request.query_params.get(name, "false")
    if words not in {"true", "false"}:
        raise ValidationError({name: f"“{words}” is neither true nor false."})
    return words == "true"


def day_asked(request: Request, name: str, *, latest: date) -> date | None:
    """A parameter that is an ISO 8601 day from FIRST_YEAR to `latest`; raises ValidationError."""
    words = request.query_params.get(name)
    if words is None:
        return None
    if not _ISO_DAY.fullmatch(words):
        raise ValidationError({name: f"“{words}” is not a day as YYYY-MM-DD."})
    try:
        day = date.fromisoformat(words)
    except ValueError as error:
        raise ValidationError({name: f"There is no day “{words}”."}) from error
    if day.year < FIRST_YEAR:
        raise ValidationError({name: f"{words} is too long ago: give a day since {FIRST_YEAR}."})
    if day > latest:
        raise ValidationError({name: f"{words} is still to come: nothing is known of that day."})
    return day


def since_instant(name: str, words: str) -> datetime:
    """An instant as ISO 8601 writes it with its offset, or the beginning of a London day."""
    try:
        if _ISO_DAY.fullmatch(words):
            return timezone.make_aware(datetime.combine(date.fromisoformat(words), time.min))
        # In an address a plus is a blank.
        instant = parse_datetime(words.replace(" ", "+") if "T" in words else words)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or not FIRST_YEAR < instant.year < 9000:
        raise ValidationError(
            {name: f"“{words}” is neither a day as YYYY-MM-DD nor an instant as YYYY-MM-DDThh:mm:ss+00:00."}
        )
    return instant
