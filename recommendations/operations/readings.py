"""Later answers to a measure's question, and whether they show that practice moved."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from recommendations.access import require
from recommendations.framework import Count, movement
from recommendations.models import Measure, Reading, User
from recommendations.models.measure import Unit
from recommendations.operations.record import recording
from recommendations.operations.validation import Draft
from recommendations.roles import Capability

LARGEST_VALUE = Decimal("9999999.99")
LARGEST_COUNT = 2**31 - 1


def add_reading(
    *,
    measure: Measure,
    taken_on: date,
    source: str,
    value: Decimal | None = None,
    n: int | None = None,
    out_of: int | None = None,
    note: str = "",
    by: User,
    at: datetime,
) -> Reading:
    """Record a reading: a `value` in the measure's unit, `n` out of `out_of`, or both.

    It is compared with the baseline: improved, no clear change, worse, or too few cases to tell (see
    `framework.movement`). Raises NotPermitted unless `by` works for the owner, Invalid with every problem.
    """
    today = timezone.localdate(at)
    require(by, Capability.ADD_READINGS, measure.recommendation, on=today)
    draft = Draft(Reading)
    draft.text("source", source)
    draft.text("note", note, required=False)
    draft.past_day("taken_on", taken_on, today, "Give the day of which the reading speaks.")
    _check_figure(draft, measure, value, n, out_of)
    values = draft.checked()
    # Before the record is locked: statistics take long to load.
    found, p = movement(
        baseline=_count(measure.n, measure.out_of), reading=_count(n, out_of), better=measure.better
    )
    with recording(
        "reading", by=by, at=at, needs=(Capability.ADD_READINGS, measure.recommendation)
    ) as change:
        return change.add(
            Reading(
                **values,
                measure=measure,
                movement=found.value,
                p_value=None if p is None else Decimal(p).quantize(Decimal("0.00001")),
                recorded_by=by,
                recorded_at=change.at,
            )
        )


def _check_figure(
    draft: Draft, measure: Measure, value: Decimal | None, n: int | None, out_of: int | None
) -> None:
    draft.values |= {"value": value, "n": n, "out_of": out_of}
    if value is None and n is None:
        draft.refuse("value", "Give a figure: a value, or how many of how many.")
    if (n is None) != (out_of is None):
        draft.refuse("out_of", "Give both: how many, and out of how many.")
    elif n is not None and out_of is not None and not 0 <= n <= out_of <= LARGEST_COUNT:
        draft.refuse("n", f"{n} out of {out_of} cannot be.")
    elif out_of == 0:
        draft.refuse("out_of", "Out of none, nothing can be said.")
    if value is not None:
        _check_value(draft, measure, value)
        if measure.unit == Unit.PERCENT and n is not None and out_of:
            _check_agreement(draft, value, n, out_of)


def _check_value(draft: Draft, measure: Measure, value: Decimal) -> None:
    if not value.is_finite() or not 0 <= value <= LARGEST_VALUE:
        draft.refuse("value", f"A value lies between 0 and {LARGEST_VALUE}.")
    elif value != value.quantize(Decimal("0.01")):
        draft.refuse("value", "At most two places after the point can be kept.")
    elif measure.unit == Unit.PERCENT and value > 100:
        draft.refuse("value", "A percentage is at most 100.")
    elif measure.unit == Unit.YES_NO and value not in (0, 1):
        draft.refuse("value", "Give 1 for yes or 0 for no.")


def _check_agreement(draft: Draft, value: Decimal, n: int, out_of: int) -> None:
    counted = Decimal(100 * n) / out_of
    if abs(counted - value) > 1:
        draft.refuse("value", f"{n} out of {out_of} is {counted:.0f} per cent, not {value}.")


def _count(n: int | None, out_of: int | None) -> Count | None:
    return None if n is None or out_of is None else Count(n=n, out_of=out_of)
