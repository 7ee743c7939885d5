"""How recommendations are counted: the pages and the API's summary use the same functions.

A tally maps each value of a column to the number of recommendations that have it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from recommendations import workflow
from recommendations.models import Answer, Recommendation, User
from recommendations.models.action import ScheduleStatus
from recommendations.queries.statuses import (
    UNJUDGED,
    AcceptedLevel,
    UnsupportedClaimReason,
    with_kept_statuses,
    with_statuses_as_of,
)
from recommendations.queries.visibility import in_scope, visible

Tally = Mapping[Any, int]

OPEN = frozenset(workflow.RECOMMENDATION.open)
CLAIMED = frozenset(workflow.CLAIMED)
NONE = UNJUDGED  # The code of a missing response or judgement.
CODES: dict[str, tuple[str, ...]] = {
    "response": (NONE, *Answer.values),
    "status": tuple(workflow.RECOMMENDATION.states),
    "evidence_level": tuple(AcceptedLevel.values),
    "schedule_status": tuple(ScheduleStatus.values),
}


def number_with(tally: Tally, values: Iterable[Any] | None = None) -> int:
    """How many recommendations have one of `values`; all of them without `values`."""
    return sum(tally.values()) if values is None else sum(tally.get(value, 0) for value in values)


def numbers_by_code(tally: Tally, codes: Iterable[str]) -> dict[str, int]:
    """How many recommendations have each code; an empty value counts as “none”."""
    return {code: tally.get("" if code == NONE and "" in tally else code, 0) for code in codes}


def numbers_by_reason(tallies: Iterable[Tally]) -> dict[str, int]:
    """How many claims are unsupported for each reason; `tallies` are in the order of the reasons."""
    return {
        reason.value: tally.get(True, 0)
        for reason, tally in zip(UnsupportedClaimReason, tallies, strict=True)
    }


def open_age(days: Tally) -> tuple[int | None, int | None]:
    """Mean (a half rounded up) and highest age in days; None without any. A future day counts as 0."""
    ages = [(max(age, 0), count) for age, count in days.items() if age is not None]
    if not ages:
        return None, None
    number, total = sum(count for _, count in ages), sum(age * count for age, count in ages)
    return (2 * total + number) // (2 * number), max(age for age, _ in ages)


class StatusRow(NamedTuple):
    """One recommendation and its owner on one day; `late_by` is in days, None if not overdue."""

    key: int
    owner: int
    published: date
    response: str
    status: str
    evidence: str
    schedule: str
    judgement: str
    judged_short: bool
    verified: bool
    late_by: int | None
    no_recent_update: bool
    unsupported_reasons: tuple[bool, ...]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_overdue(self) -> bool:
        return self.schedule == ScheduleStatus.OVERDUE

    @property
    def is_claimed(self) -> bool:
        return self.status in CLAIMED

    @property
    def awaits_review(self) -> bool:
        """Claimed, and no review has judged its progress."""
        return self.is_claimed and not (self.judged_short or self.verified)

    @property
    def has_unsupported_claim(self) -> bool:
        return any(self.unsupported_reasons)


_COLUMNS = (
    *("pk", "as_it_stood__owner_id", "inspection__published_latest", "fact_answer", "status_on_day"),
    *("evidence_level", "schedule_status", "judgement", "fact_judged_short", "fact_judged_verified"),
    *("late_by", "no_recent_update"),
)
_REASONS = tuple(f"unsupported_{reason.value}" for reason in UnsupportedClaimReason)


def rows_in_scope(user: User, *, today: date, as_of: date | None) -> Any:
    """The recommendations whose work `user` may read today, annotated with their statuses.

    The same rules as the API's list and summary with the same `as_of`.
    """
    rows: Any = visible(Recommendation.objects.filter(in_scope(user)), user, on=today)
    return with_statuses_as_of(rows, day=as_of) if as_of else with_kept_statuses(rows, on=today)


def status_rows(rows: Any) -> list[StatusRow]:
    """The rows of `rows_in_scope` as narrow tuples, in no order. One query."""
    width = len(_COLUMNS)
    found = rows.order_by().values_list(*_COLUMNS, *_REASONS)
    return [StatusRow(*(*row[:width], row[width:])) for row in found]


def counts_by_code(rows: Iterable[StatusRow], field: str, codes: Iterable[str]) -> dict[str, int]:
    """How many rows have each code in `field`; an empty value counts as “none”."""
    return numbers_by_code(Counter(getattr(row, field) for row in rows), codes)


def counts_by_reason(rows: Iterable[StatusRow]) -> dict[str, int]:
    """How many rows have an unsupported claim, for each reason."""
    columns = zip(*(row.unsupported_reasons for row in rows), strict=True)
    return numbers_by_reason([Counter(column) for column in columns] or [{} for _ in UnsupportedClaimReason])


@dataclass(frozen=True)
class Totals:
    """The counts of an organisation and all under it; `days_late` is the median of the overdue ones."""

    recommendations: int
    open: int
    overdue: int
    no_recent_update: int
    awaiting_review: int
    verified: int
    unsupported_claim: int
    days_late: int | None


# The filters of a list on a page; each total is the length of the list with the filter of that name.
LIST_FILTERS: dict[str, Callable[[StatusRow], bool]] = {
    "all": lambda row: True,
    "open": lambda row: row.is_open,
    "overdue": lambda row: row.is_overdue,
    "no_recent_update": lambda row: bool(row.no_recent_update),
    "awaiting_review": lambda row: row.awaits_review,
    "verified": lambda row: bool(row.verified),
    "unsupported_claim": lambda row: row.has_unsupported_claim,
}


def totals_of(rows: Sequence[StatusRow]) -> Totals:
    counts = {name: sum(map(holds, rows)) for name, holds in LIST_FILTERS.items() if name != "all"}
    late = [row.late_by for row in rows if row.late_by is not None]
    return Totals(recommendations=len(rows), **counts, days_late=median_days(late))


def median_days(days: Sequence[int]) -> int | None:
    """The median, with a half rounded up; None without any."""
    if not days:
        return None
    ordered, half = sorted(days), len(days) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half] + 1) // 2
