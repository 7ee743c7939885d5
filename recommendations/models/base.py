"""What every changeable row has: a version, and when it was made and last changed."""

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

# Letters that a search may have: SQLite refuses an expression of a thousand terms.
LONGEST_SEARCH = 200
# Of days that are asked for: nothing was recorded before it, and at the edge of the calendar sums overflow.
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
    """A row that says which event of the record was the last about it, or about what belongs to it.

    A projection: operations write it in the transaction of the event, so that readers who ask for what
    changed after a sequence miss nothing, however slow a transaction was.
    """

    sequence = models.PositiveBigIntegerField(default=0, editable=False, db_index=True)

    class Meta:
        abstract = True


class Precision(models.TextChoices):
    """How exactly a date was said; the span it stands for is kept beside it."""

    DAY = "day", "Day"
    MONTH = "month", "Month"
    SEASON = "season", "Season"
    QUARTER = "quarter", "Quarter"
    YEAR = "year", "Year"
    NONE = "none", "No date"


class DaysFrom(Func):
    """How many days `since` lies before `on`: a whole number on both databases."""

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
    """The condition that exactly one of these texts is there."""
    return reduce(
        or_, (Q(**{other: "" for other in fields if other != field}) & not_blank(field) for field in fields)
    )


def in_order(earlier: str, later: str) -> Q:
    """The condition that `earlier` is not after `later`; and there is none alone at the end."""
    return Q(**{f"{later}__isnull": True}) | Q(**{f"{earlier}__isnull": False, f"{later}__gte": F(earlier)})


def span_is_complete(stem: str) -> Q:
    """The condition that the date kept under `stem` is whole: words and both ends, or no date."""
    undated = Q(
        **{f"{stem}_precision": Precision.NONE},
        **{f"{stem}_{end}__isnull": True for end in ("earliest", "latest")},
    )
    dated = Q(**{f"{stem}_{end}__isnull": False for end in ("earliest", "latest")})
    return undated | (~Q(**{f"{stem}_precision": Precision.NONE}) & dated & not_blank(f"{stem}_words"))


def counted() -> Q:
    """The condition that `n` of `out_of` is whole: both or neither, and n no larger."""
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
