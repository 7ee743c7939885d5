"""Later answers to a measure's question, set against the printed baseline."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from recommendations.errors import Invalid, NotPermitted
from recommendations.models import Inspection, Measure, Reading
from recommendations.operations.readings import add_reading
from tests.factories import NOW, TODAY, People
from tests.operations.work import everything, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def measures(bsg: Inspection) -> Any:
    """A measure of recommendation 1: a count (home visits missing in 36 of 59), or a bare percentage."""

    def of(kind: str) -> Measure:
        rows = Measure.objects.filter(recommendation__in=bsg.recommendations.filter(number=1))
        if kind == "count":
            return rows.get(n=36, out_of=59)
        return rows.get(value=36, n=None)

    return of


def read(measure: Measure, by: Any, **given: Any) -> Reading:
    plain = {"taken_on": TODAY, "source": "Case audit, spring 2026"}
    return add_reading(measure=measure, **{**plain, **given}, by=by, at=NOW)


def problems(measure: Measure, by: Any, **given: Any) -> set[str]:
    stood = everything()
    with pytest.raises(Invalid) as refused:
        read(measure, by, **given)
    assert everything() == stood
    return set(refused.value.problems)


@pytest.mark.parametrize(
    ("n", "out_of", "movement"),
    [(5, 60, "moved"), (35, 60, "not_shown"), (58, 60, "worse"), (0, 1, "not_shown")],
)
def test_a_count_is_tested_against_the_count_of_the_report(
    n: int, out_of: int, movement: str, measures: Any, people: People
) -> None:
    """Of missing home visits fewer is better."""
    measure = measures("count")
    assert measure.better == "lower"
    made = fresh(read(measure, people.contributor, n=n, out_of=out_of))
    assert made.movement == movement
    assert made.p_value is not None
    assert (made.p_value < Decimal("0.05")) is (movement in {"moved", "worse"})


def test_without_a_number_of_cases_nothing_can_be_said(measures: Any, people: People) -> None:
    made = read(measures("percentage"), people.contributor, value=Decimal(80))
    assert (made.movement, made.p_value) == ("cannot_say", None)


def test_where_the_report_prints_no_number_of_cases_a_count_says_nothing_either(
    measures: Any, people: People
) -> None:
    assert read(measures("percentage"), people.contributor, n=60, out_of=70).movement == "cannot_say"


def test_a_reading_keeps_what_was_given(measures: Any, people: People) -> None:
    made = fresh(
        read(
            measures("percentage"),
            people.contributor,
            value=Decimal("48.25"),
            note=" Ten of them by a second auditor. ",
            taken_on=date(2026, 2, 1),
        )
    )
    assert (made.value, made.note, made.taken_on) == (
        Decimal("48.25"),
        "Ten of them by a second auditor.",
        date(2026, 2, 1),
    )
    assert (made.recorded_by, made.recorded_at) == (people.contributor, NOW)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"value"}),
        ({"n": 3}, {"out_of"}),
        ({"out_of": 3}, {"value", "out_of"}),
        ({"n": 4, "out_of": 3}, {"n"}),
        ({"n": -1, "out_of": 3}, {"n"}),
        ({"n": 0, "out_of": 0}, {"out_of"}),
        ({"n": 1, "out_of": 2**31}, {"n"}),
        ({"value": Decimal(101)}, {"value"}),
        ({"value": Decimal(-1)}, {"value"}),
        ({"value": Decimal("48.333")}, {"value"}),
        ({"value": Decimal("NaN")}, {"value"}),
        ({"value": Decimal("Infinity")}, {"value"}),
        ({"value": Decimal(80), "n": 1, "out_of": 2}, {"value"}),
        ({"value": Decimal(48), "source": "  "}, {"source"}),
        ({"value": Decimal(48), "taken_on": TODAY + timedelta(days=1)}, {"taken_on"}),
    ],
)
def test_a_figure_that_cannot_be_is_refused(
    given: Any, fields: set[str], measures: Any, people: People
) -> None:
    assert problems(measures("percentage"), people.contributor, **given) == fields


def test_a_value_that_agrees_with_its_count_is_kept(measures: Any, people: People) -> None:
    assert read(measures("percentage"), people.contributor, value=Decimal(48), n=34, out_of=70).n == 34


@pytest.mark.parametrize("name", ["viewer", "sibling", "partner", "assurer", "inspector", "administrator"])
def test_only_the_owners_people_add_readings(name: str, measures: Any, people: People) -> None:
    stood = everything()
    with pytest.raises(NotPermitted):
        read(measures("count"), getattr(people, name), n=1, out_of=2)
    assert everything() == stood
