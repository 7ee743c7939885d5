"""Named parameters of querysets, for values that are known only when the SQL runs.

A queryset is compiled once (`queries.compiled`). In the SQL each parameter is `%(label)s`; the values
are given to the cursor as a mapping.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, overload

import orjson
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
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
from django.db.models.sql.compiler import SQLCompiler

from recommendations.models import base
from recommendations.queries.execute import DriverValue


class Values(dict[str, Any]):
    """The values of the parameters of a request. Each is converted for the driver once: converting a day
    takes 5 µs, and the queries of a detail have some 30 parameters."""

    def __init__(self, *given: Mapping[str, object], **more: object) -> None:
        super().__init__(*given, **more)
        self.converted: dict[str, Any] = {}

    def bound(self, parameter: "Parameter") -> DriverValue:
        """The value of a parameter as the driver takes it."""
        label = parameter.label
        if label not in self.converted:
            self.converted[label] = parameter.bind(self, connections[DEFAULT_DB_ALIAS])
        return self.converted[label]

    def among(self, keys: Sequence[object]) -> "Values":
        """The same values with other KEYS."""
        other = Values(self, keys=keys)
        other.converted = {**self.converted}
        other.converted.pop("keys", None)
        return other


class Parameter(Expression):
    """The value called `name`; `label` is its name in the SQL."""

    def __init__(self, name: str, output_field: Field | None = None) -> None:
        super().__init__(output_field=output_field or CharField())
        self.name = self.label = name

    def value(self, values: Values) -> object:
        return values[self.name]

    def bind(self, values: Values, connection: BaseDatabaseWrapper) -> DriverValue:
        """The value as the driver of `connection` takes it."""
        return self._field.get_db_prep_value(self.value(values), connection)

    @cached_property
    def _field(self) -> Field:
        """The type of the value for the driver: every whole number has 64 bits.

        Psycopg cuts a number that is too large for its type without an error: as 32 bits, 2**32 + 1 is 1.
        """
        return BigIntegerField() if isinstance(self.output_field, IntegerField) else self.output_field

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        return "%s", (self,)


class ListParameter(Parameter):
    """A list of whole numbers, for the lookup `among`: one parameter, however many they are."""

    def __init__(self, name: str) -> None:
        super().__init__(name, IntegerField())

    def bind(self, values: Values, connection: BaseDatabaseWrapper) -> str:
        listed = orjson.dumps(self.value(values)).decode()
        return listed if connection.vendor == "sqlite" else f"{{{listed[1:-1]}}}"


class DayParameter(Parameter):
    """A day, from which days can be counted: `TODAY + timedelta(days=30)`."""

    def __init__(self, name: str, shift: timedelta = timedelta()) -> None:
        super().__init__(name, DateField())
        self.shift = shift
        if shift:
            self.label = f"{name}_{'plus' if shift > timedelta() else 'minus'}_{abs(shift.days)}"

    def __add__(self, other: Any) -> Any:
        return DayParameter(self.name, self.shift + other) if isinstance(other, timedelta) else NotImplemented

    def __sub__(self, other: Any) -> Any:
        return self + -other if isinstance(other, timedelta) else NotImplemented

    def value(self, values: Values) -> date:
        return values[self.name] + self.shift


class DayEndParameter(Parameter):
    """The instant at which the London day called `name` ends."""

    def __init__(self, name: str) -> None:
        super().__init__(name, DateTimeField())
        self.label = f"{name}_end"

    def value(self, values: Values) -> datetime:
        return base.end_of(values[self.name])


Day = date | DayParameter


@overload
def end_of(day: date) -> datetime: ...
@overload
def end_of(day: DayParameter) -> DayEndParameter: ...
def end_of(day: Day) -> datetime | DayEndParameter:
    """The instant at which a London day ends; of a DayParameter, a parameter."""
    if isinstance(day, DayParameter):
        return DayEndParameter(day.name)
    return base.end_of(day)


# Django leaves this condition out of the SQL.
NEVER_TRUE = Q(pk__in=[])


@dataclass(frozen=True)
class CallerParameters:
    """The user of a compiled query: their key, the organisations that their roles cover, and whether
    one of their roles reads everything.

    Some callers get shorter queries: `single_scope` if all roles cover one organisation, `small_scope` if it
    also has few recommendations in scope. `owner_reachable`: the caller's roles cover the owner of every row.
    """

    pk: Parameter
    reach: ListParameter
    everything: Any
    single_scope: Parameter | None = None
    small_scope: bool = False
    owner_reachable: Q = NEVER_TRUE


ANYBODY = CallerParameters(
    Parameter("user", IntegerField()), ListParameter("reach"), Parameter("everything", BooleanField())
)
READS_ALL = replace(ANYBODY, everything=~NEVER_TRUE)
COVERS_ONE = replace(ANYBODY, everything=NEVER_TRUE, single_scope=Parameter("single_scope", IntegerField()))
CALLERS = {
    "anybody": ANYBODY,
    "all": READS_ALL,
    "one": COVERS_ONE,
    "few": replace(COVERS_ONE, small_scope=True),
}
TODAY = DayParameter("today")
AS_OF = DayParameter("as_of")
KEYS = ListParameter("keys")


@ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`among`: the value is in a ListParameter, or in a short subquery."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        return self._condition(left, right, connection.vendor), (*left_parameters, *right_parameters)

    def _condition(self, left: str, right: str, vendor: str) -> str:
        if isinstance(self.rhs, Subquery):
            # PostgreSQL takes a subquery for as long as an average key has rows; an array, for short.
            return f"{left} IN {right}" if vendor == "sqlite" else f"{left} = ANY(ARRAY{right})"
        if vendor == "sqlite":
            return f"{left} IN (SELECT value FROM json_each({right}))"  # noqa: S608  Our own columns.
        return f"{left} = ANY({right})"
