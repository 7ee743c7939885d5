"""A row of the summary: what it counts, and the columns of a recommendation that it counts by.

A field is made of the tally of each of its columns: which values occur, and in how many recommendations.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Subquery, When
from django.db.models import OuterRef as Outer
from django.db.models.functions import Coalesce

from recommendations import workflow
from recommendations.api.shapes.parts import Expr, Part
from recommendations.api.shapes.recommendation import RECOMMENDATION
from recommendations.api.shapes.recommendation_past import PAST
from recommendations.api.shapes.shape import Ask, Load, Shape
from recommendations.exports import Kind
from recommendations.models import Action, Answer
from recommendations.models.action import ScheduleStatus
from recommendations.models.base import DaysFrom
from recommendations.queries.parameters import end_of
from recommendations.queries.statuses import UNJUDGED, EvidenceStatus, Gap
from recommendations.queries.visibility import reaches, visible

Tally = Mapping[Any, int]
NONE = UNJUDGED  # Of a response and of a judgement that is not there.
OPEN = workflow.RECOMMENDATION.open
CODES: dict[str, tuple[str, ...]] = {
    "response": (NONE, *Answer.values),
    "official_status": tuple(workflow.RECOMMENDATION.states),
    "evidence_status": tuple(EvidenceStatus.values),
    "schedule_status": tuple(ScheduleStatus.values),
}
# By what a row can be split, and the column of each.
SPLITS = {
    "response": "fact_answer",
    "official_status": "official_status",
    "evidence_status": "evidence_status",
    "schedule_status": "schedule_status",
    "judgement": "judgement",
    "gap": "gap",
}
OWNER = "counted_for"
MOVED = "pk"
STANDING = ("standing",)


class Counted(Part):
    """A number, or with `names` an object of numbers: `fold` makes it, in their order, of the tallies."""

    def __init__(
        self, fold: Callable[..., Any], *columns: Expr, names: Iterable[str] = (), needs: tuple[str, ...] = ()
    ) -> None:
        self.fold, self.columns, self.names = fold, columns, tuple(names)
        self.needs = ("scope", "owner_of", *needs)

    def kinds(self, judgements: Sequence[str]) -> Mapping[str, Kind]:
        """The columns of a table under the field's own name; that of a number is nameless."""
        return dict.fromkeys(self.names or [""], Kind.NUMBER)

    def value(self, tallies: Sequence[Tally], judgements: Sequence[str]) -> Any:
        found = self.fold(*tallies)
        return dict(zip(self.names, found, strict=True)) if self.names else found


class Coded(Counted):
    """How many stand at each code; those of the judgements are what the frameworks have."""

    def __init__(self, column: str, codes: Sequence[str] = ()) -> None:
        super().__init__(dict, column, names=codes, needs=STANDING)

    def kinds(self, judgements: Sequence[str]) -> Mapping[str, Kind]:
        return dict.fromkeys(self.names or (NONE, *judgements), Kind.NUMBER)

    def value(self, tallies: Sequence[Tally], judgements: Sequence[str]) -> dict[str, int]:
        counted = {code or NONE: count for code, count in tallies[0].items()}
        return {code: counted.get(code, 0) for code in self.kinds(judgements)}


class Body(Counted):
    """The organisation of the row, of which nothing is counted; null where the row is of everything."""

    def __init__(self) -> None:
        super().__init__(dict)

    def kinds(self, judgements: Sequence[str]) -> Mapping[str, Kind]:
        return {"slug": Kind.CODE, "name": Kind.TEXT, "level": Kind.CODE, "url": Kind.CODE}


def _every(tally: Tally) -> int:
    return sum(tally.values())


def _holds(tally: Tally) -> int:
    return tally.get(True, 0)


def _each(*tallies: Tally) -> list[int]:
    return [_holds(tally) for tally in tallies]


def _open(tally: Tally) -> int:
    return sum(tally.get(code, 0) for code in OPEN)


def _sums(*tallies: Tally) -> list[int]:
    return [sum(value * count for value, count in tally.items()) for tally in tallies]


def _moved(tally: Tally) -> list[int]:
    """Of pairs: how many actions moved, and how often."""
    return [sum(pair[place] * count for pair, count in tally.items()) for place in (0, 1)]


def _ages(tally: Tally) -> list[int | None]:
    """The mean, with a half rounded up, and the most. What is not published yet is no days old."""
    ages = [(max(age, 0), count) for age, count in tally.items() if age is not None]
    if not ages:
        return [None, None]
    counted, days = sum(count for _, count in ages), sum(age * count for age, count in ages)
    return [(2 * days + counted) // (2 * counted), max(age for age, _ in ages)]


FIELDS: dict[str, Part] = {
    "organisation": Body(),
    "recommendations": Counted(_every, OWNER),
    **{name: Coded(SPLITS[name], codes) for name, codes in CODES.items()},
    "judgement": Coded("judgement"),
    "gap": Counted(_holds, "gap", needs=STANDING),
    "gap_reasons": Counted(_each, *(f"gap_{gap.value}" for gap in Gap), names=Gap.values, needs=STANDING),
    "silent": Counted(_holds, "silent", needs=STANDING),
    "open": Counted(_open, "official_status", needs=STANDING),
    "open_age_days": Counted(_ages, "open_days", names=("mean", "oldest"), needs=(*STANDING, "open_days")),
    "actions": Counted(
        _sums,
        "actions_read",
        "open_actions_read",
        names=("total", "open"),
        needs=(*STANDING, "actions"),
    ),
    "dates_moved": Counted(_moved, MOVED, names=("actions", "moves")),
}


def _owner_of(rows: Any, ask: Ask) -> Any:
    return rows.annotate(**{OWNER: F("as_it_stood__owner_id" if ask.as_of else "owner_id")})


def _open_days(rows: Any, ask: Ask) -> Any:
    days = When(official_status__in=OPEN, then=DaysFrom(F("inspection__published_latest"), ask.day))
    return rows.annotate(open_days=Case(days, output_field=IntegerField()))


def _actions(rows: Any, ask: Ask) -> Any:
    """The facts, for who reads the whole; for who leads actions of it, those that they read.

    Of a past day too these are those recorded by then; but whether one was open is not kept for each, so
    that it is how it stands today, as the list says it.
    """
    read = visible(Action.objects.all(), ask.user, on=ask.today).filter(recommendation=Outer("pk"))
    if ask.as_of:
        read = read.filter(created_at__lt=end_of(ask.as_of))
    whole = reaches(ask.user, "owner")

    def known(fact: str, actions: Any) -> Case:
        counted = actions.order_by().values("recommendation").annotate(total=Count("pk")).values("total")
        return Case(When(whole, then=F(fact)), default=Coalesce(Subquery(counted), 0))

    return rows.annotate(
        actions_read=known("fact_actions", read),
        open_actions_read=known("fact_open_actions", read.open()),
    )


LOADS: dict[str, Load] = {"owner_of": _owner_of, "open_days": _open_days, "actions": _actions}
SUMMARY = Shape(FIELDS, {**RECOMMENDATION.loads, **LOADS})
PAST_SUMMARY = Shape(FIELDS, {**PAST.loads, **LOADS})
