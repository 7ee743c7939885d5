"""What stands in a query for values that are known only when it is asked (`models.prepared`)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Expression,
    Field,
    ForeignKey,
    IntegerField,
    Lookup,
    Q,
    Subquery,
)
from django.utils import timezone

Values = dict[str, Any]


class Bound(Expression):
    """Stands in a query for the value that is bound under `name` when it is asked."""

    def __init__(self, name: str, output_field: Field | None = None) -> None:
        super().__init__(output_field=output_field or CharField())
        self.name = name

    def value(self, values: Values) -> Any:
        return values[self.name]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", (Slot(self, self.output_field),)


class BoundDay(Bound):
    """The same for a day, which can be reckoned with: `TODAY + timedelta(days=30)`."""

    def __init__(self, name: str, shift: timedelta = timedelta()) -> None:
        super().__init__(name, DateField())
        self.shift = shift

    def __add__(self, other: Any) -> Any:
        return BoundDay(self.name, self.shift + other) if isinstance(other, timedelta) else NotImplemented

    def __sub__(self, other: Any) -> Any:
        return self + -other if isinstance(other, timedelta) else NotImplemented

    @property
    def end(self) -> Bound:
        return BoundEnd(self.name)

    def value(self, values: Values) -> date:
        return values[self.name] + self.shift


class BoundEnd(Bound):
    """The instant at which the London day that is bound has ended."""

    def __init__(self, name: str) -> None:
        super().__init__(name, DateTimeField())

    def value(self, values: Values) -> datetime:
        after = datetime.combine(values[self.name] + timedelta(days=1), time.min)
        return timezone.make_aware(after)


@dataclass(frozen=True)
class Slot:
    """The place of a bound value among the parameters of a statement."""

    bound: Bound
    field: Field

    def bind(self, values: Values, connection: Any) -> Any:
        value = self.bound.value(values)
        if isinstance(value, list):  # Numbers, for `among`: as both databases write a list of them.
            listed = orjson.dumps(value).decode()
            return listed if connection.vendor == "sqlite" else f"{{{listed[1:-1]}}}"
        return self.field.get_db_prep_value(value, connection)


# What never holds is not asked: Django leaves it out.
NEVER_HOLDS = Q(pk__in=[])


@dataclass(frozen=True)
class Person:
    """Whoever will ask: bound are their key, the organisations that their roles name as their reach, and
    whether a role of theirs reads everything.

    Of most people more is known before: that they reach all, or `only` one organisation and those under
    it, and that few recommendations are seen from there. Where `sure` holds, they reach the owner of
    whatever the query is about.
    """

    pk: Bound
    reach: Bound
    everything: Any
    only: Bound | None = None
    few: bool = False
    sure: Q = NEVER_HOLDS


# Whoever they are.
CALLER = Person(
    Bound("user", IntegerField()), Bound("reach", IntegerField()), Bound("everything", BooleanField())
)
READS_ALL = replace(CALLER, everything=~NEVER_HOLDS)
REACHES_ONE = replace(CALLER, everything=NEVER_HOLDS, only=Bound("only", IntegerField()))
PEOPLE = {"anybody": CALLER, "all": READS_ALL, "one": REACHES_ONE, "few": replace(REACHES_ONE, few=True)}
TODAY = BoundDay("today")
AS_OF = BoundDay("as_of")
KEYS = Bound("keys", IntegerField())


@ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`among`: one of a list that is bound as one parameter, however long; or of few that are looked up."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, parameters = self.process_lhs(compiler, connection)
        right, bound = self.process_rhs(compiler, connection)
        if isinstance(self.rhs, Subquery):
            # PostgreSQL expects as many of a SELECT as there are of an average key; of an array, few.
            found = f"IN {right}" if connection.vendor == "sqlite" else f"= ANY(ARRAY{right})"
            return f"{left} {found}", [*parameters, *bound]
        if connection.vendor == "sqlite":
            return f"{left} IN (SELECT value FROM json_each({right}))", [*parameters, *bound]  # noqa: S608
        return f"{left} = ANY({right})", [*parameters, *bound]
