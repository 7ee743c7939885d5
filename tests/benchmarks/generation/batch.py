"""Rows on their way into the database, thousands at a time.

The ORM's own bulk insert takes four times as long; its fields still say how a value is stored.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Max

from recommendations.models import (
    Action,
    Evidence,
    Inspection,
    KeyQuestionResult,
    Measure,
    ProgressUpdate,
    Reading,
    Recommendation,
    RecommendationHistory,
    RecommendationLink,
    Response,
    Review,
    StandardRating,
    TargetRevision,
)

Values = Mapping[str, Any]
# What a chunk of inspections consists of, in the order in which rows refer to one another.
MADE: tuple[type[models.Model], ...] = (
    Inspection,
    StandardRating,
    KeyQuestionResult,
    Recommendation,
    Recommendation.standards.through,
    Recommendation.key_questions.through,
    RecommendationLink,
    Measure,
    Reading,
    Response,
    Action,
    Action.contributors.through,
    TargetRevision,
    ProgressUpdate,
    Evidence,
    Review,
    RecommendationHistory,
)


class Batch:
    """Collects rows, with keys that follow on those in the database, and writes them together.

    A row may change until it is written.
    """

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], list[Values]] = defaultdict(list)
        last = {model: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in MADE}
        self.keys = {model: count(last[model] + 1) for model in MADE}

    def key(self, model: type[models.Model]) -> int:
        return next(self.keys[model])

    def add(self, model: type[models.Model], values: Values) -> None:
        self.rows[model].append(values)

    def write(self) -> None:
        """Insert all that was collected, and forget it."""
        for model in MADE:
            insert(model, self.rows.pop(model, []))

    def leave_keys(self) -> None:
        """Let the database's own keys go on after ours."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), MADE):
                cursor.execute(statement)


def insert(model: type[models.Model], rows: Iterable[Values]) -> None:
    """Insert rows of one model: every column by its name in the database's terms, the key included."""
    using = connections[DEFAULT_DB_ALIAS]
    columns = model._meta.concrete_fields
    quote = using.ops.quote_name
    names = ", ".join(quote(field.column or "") for field in columns)
    marks = ", ".join(["%s"] * len(columns))
    with using.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})",  # noqa: S608
            list(_stored(columns, rows, using)),
        )


def _stored(
    columns: Sequence[models.Field], rows: Iterable[Values], using: BaseDatabaseWrapper
) -> Iterator[list[Any]]:
    names = [field.attname for field in columns]
    prepared = [(place, _preparation(field, using)) for place, field in enumerate(columns)]
    needed = [(place, prepare) for place, prepare in prepared if prepare]
    for row in rows:
        values = [row[name] for name in names]
        for place, prepare in needed:
            if values[place] is not None:
                values[place] = prepare(values[place])
        yield values


def _preparation(field: models.Field, using: BaseDatabaseWrapper) -> Callable[[Any], Any] | None:
    """What a value of the column goes through, where a driver does not take it as it is."""
    match field:
        case models.DateTimeField():
            return using.ops.adapt_datetimefield_value
        case models.DateField():
            return using.ops.adapt_datefield_value
        case models.DecimalField() | models.JSONField():
            return lambda value: field.get_db_prep_save(value, using)
    return None
