"""Abstract models, conditions of constraints, and dates in words."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Expression, F, Func, Q, Value
from django.db.models.functions import Trim
from django.db.models.lookups import Exact
from django.utils import timezone

# The most characters of a search: SQLite refuses an expression of a thousand terms.
LONGEST_SEARCH = 200
# The first year that a request may name: date arithmetic overflows at the edge of the calendar.
FIRST_YEAR = 1900


class Numbered(models.Model):
    """A row that can change. A write names the `version` it read, and is refused if it is not the last."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Versioned(Numbered):
    """A row that can change, and says when it was made and last changed."""

    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        abstract = True


class Recorded(models.Model):
    """A row with the sequence of the last event about it or about the rows that belong to it.

    A projection: operations write it in the transaction of the event, so that a reader who asks for
    changes after a sequence gets all of them, however slow a transaction was.
    """

    sequence = models.PositiveBigIntegerField(default=0, editable=False, db_index=True)

    class Meta:
        abstract = True


class Precision(models.TextChoices):
    """How exactly a date is known; the first and last day that it can mean are stored too."""

    DAY = "day", "Day"
    MONTH = "month", "Month"
    SEASON = "season", "Season"
    QUARTER = "quarter", "Quarter"
    YEAR = "year", "Year"
    NONE = "none", "No date"


class DaysFrom(Func):
    """The number of days from `since` to `on`: a whole number on both databases."""

    function = "days_from"
    arity = 2
    output_field = models.IntegerField()

    def __init__(self, since: F, on: date | Expression) -> None:
        day = on if hasattr(on, "resolve_expression") else Value(on, output_field=models.DateField())
        super().__init__(day, since)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="CAST(julianday(%(expressions)s) AS INTEGER)",
            arg_joiner=") - julianday(",
        )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ")


def end_of(day: date) -> datetime:
    """The instant at which a London day ends."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def known(field: str, choices: Iterable[tuple[str, object]]) -> Q:
    """The condition that `field` holds one of the codes of `choices`."""
    return Q(**{f"{field}__in": [code for code, _ in choices]})


def not_blank(field: str) -> Q:
    return ~Q(Exact(Trim(field), Value("")))


def one_of(*fields: str) -> Q:
    """Condition: exactly one of these texts is not empty."""
    return reduce(
        or_, (Q(**{other: "" for other in fields if other != field}) & not_blank(field) for field in fields)
    )


def in_order(earlier: str, later: str) -> Q:
    """Condition: `earlier` is not after `later`, and `later` is not given alone."""
    return Q(**{f"{later}__isnull": True}) | Q(**{f"{earlier}__isnull": False, f"{later}__gte": F(earlier)})


def span_is_complete(stem: str) -> Q:
    """Condition: the date in the fields of `stem` is complete: words and both ends, or no date."""
    undated = Q(
        **{f"{stem}_precision": Precision.NONE},
        **{f"{stem}_{end}__isnull": True for end in ("earliest", "latest")},
    )
    dated = Q(**{f"{stem}_{end}__isnull": False for end in ("earliest", "latest")})
    return undated | (~Q(**{f"{stem}_precision": Precision.NONE}) & dated & not_blank(f"{stem}_words"))


def counted() -> Q:
    """Condition: `n` and `out_of` are both given or both null, and n is not larger."""
    neither = Q(n__isnull=True, out_of__isnull=True)
    return neither | Q(n__isnull=False, out_of__isnull=False, out_of__gt=0, n__lte=F("out_of"))


def late_in_words(days: int) -> str:
    """How late something is: "Overdue by 12 days"."""
    return f"Overdue by {days} day{'s' if days > 1 else ''}"


def in_words(earliest: date, latest: date, precision: str) -> str:
    """A span as people say it: "4 June 2026", "August 2023", "March 2026 to May 2026", "2026"."""
    if precision == Precision.DAY or earliest == latest:
        return f"{latest.day} {latest:%B %Y}"
    if precision == Precision.YEAR and earliest.month == 1 and earliest.year == latest.year:
        return str(earliest.year)
    if (earliest.year, earliest.month) == (latest.year, latest.month):
        return f"{earliest:%B %Y}"
    return f"{earliest:%B %Y} to {latest:%B %Y}"
