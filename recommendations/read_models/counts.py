"""Where the recommendations in somebody's reach stand: one narrow scan, counted here."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from recommendations import workflow
from recommendations.models import Recommendation
from recommendations.models.action import ScheduleStatus
from recommendations.queries.statuses import (
    UNJUDGED,
    UnsupportedClaimReason,
    with_kept_statuses,
    with_statuses_as_of,
)
from recommendations.queries.visibility import in_scope, visible

OPEN = frozenset(workflow.RECOMMENDATION.open)
CLAIMED = frozenset(workflow.CLAIMED)


class Stand(NamedTuple):
    """One recommendation on one day. The owner is that of the day; `late_by` is in days, if it is overdue."""

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


def in_reach(user: Any, *, today: date, as_of: date | None) -> Any:
    """The recommendations of which `user` reads the work today, annotated with where they stood.

    The same rules as the API's list and summary with the same `as_of`.
    """
    rows: Any = visible(Recommendation.objects.filter(in_scope(user)), user, on=today)
    return with_statuses_as_of(rows, day=as_of) if as_of else with_kept_statuses(rows, on=today)


def stands(rows: Any) -> list[Stand]:
    """The rows of `in_reach` as narrow tuples, in no order. One query."""
    width = len(_COLUMNS)
    found = rows.order_by().values_list(*_COLUMNS, *_REASONS)
    return [Stand(*(*row[:width], row[width:])) for row in found]


def counted(found: Iterable[Stand], by: str, codes: Iterable[str]) -> dict[str, int]:
    """How many stand at each of the codes of `by`, a field of Stand; what is empty is “none”."""
    tally = Counter(getattr(one, by) or UNJUDGED for one in found)
    return {code: tally[code] for code in codes}


def unsupported_claim_reasons(found: Iterable[Stand]) -> dict[str, int]:
    """How many have a unsupported_claim, for each of its reasons."""
    totals = [0] * len(UnsupportedClaimReason)
    for one in found:
        if one.has_unsupported_claim:
            totals = [total + flag for total, flag in zip(totals, one.unsupported_reasons, strict=True)]
    return {reason.value: total for reason, total in zip(UnsupportedClaimReason, totals, strict=True)}


@dataclass(frozen=True)
class Totals:
    """What is counted of an organisation and all under it; `days_late` is the median of what is overdue."""

    recommendations: int
    open: int
    overdue: int
    no_recent_update: int
    awaiting_review: int
    verified: int
    unsupported_claim: int
    days_late: int | None


# What a list can be narrowed to, and so what each of the totals counts.
SHOWN: dict[str, Callable[[Stand], bool]] = {
    "all": lambda one: True,
    "open": lambda one: one.is_open,
    "overdue": lambda one: one.is_overdue,
    "no_recent_update": lambda one: bool(one.no_recent_update),
    "awaiting_review": lambda one: one.awaits_review,
    "verified": lambda one: bool(one.verified),
    "unsupported_claim": lambda one: one.has_unsupported_claim,
}


def totals_of(found: Sequence[Stand]) -> Totals:
    counts = {name: sum(map(holds, found)) for name, holds in SHOWN.items() if name != "all"}
    late = [one.late_by for one in found if one.late_by is not None]
    return Totals(recommendations=len(found), **counts, days_late=median_days(late))


def median_days(days: Sequence[int]) -> int | None:
    """The middle of the numbers of days, a half rounded up; None where there are none."""
    if not days:
        return None
    ordered, half = sorted(days), len(days) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half] + 1) // 2
