"""Filters with a bound or a subtree: the value that still leaves the row, and the next, which does not."""

from collections.abc import Callable
from datetime import date

import pytest

from recommendations.models import Inspection, Measure
from recommendations.operations.readings import add_reading
from tests.factories import NOW, Bodies, People
from tests.operations.work import attach, plan, update

pytestmark = pytest.mark.django_db
# The report scores 6, published in August 2023; everything else is of 31 January 2026, by the PDU, and due
# on 30 June 2026.
CASES = [
    ("inspections", "score_min", 6, 7),
    ("inspections", "score_max", 6, 5),
    ("inspections", "published_from", "2023-08-31", "2023-09-01"),
    ("inspections", "published_to", "2023-08-01", "2023-07-31"),
    ("actions", "due_from", "2026-06-30", "2026-07-01"),
    ("actions", "due_to", "2026-06-30", "2026-06-29"),
    ("actions", "lead_subtree", "south-west", "cornwall-pdu"),
    ("actions", "owner_subtree", "south-west", "cornwall-pdu"),
    ("updates", "dated_from", "2026-01-31", "2026-02-01"),
    ("updates", "dated_to", "2026-01-31", "2026-01-30"),
    ("evidence", "level", "practice", "output"),
    ("evidence", "verdict", "pending", "accepted"),
    ("readings", "taken_from", "2026-01-31", "2026-02-01"),
    ("readings", "taken_to", "2026-01-31", "2026-01-30"),
]


@pytest.fixture
def work(bsg: Inspection, people: People, bodies: Bodies) -> None:
    day = date(2026, 1, 31)
    action = plan(bsg.recommendations.get(number=1), people.contributor, target_date="30 June 2026")
    update(action, people.contributor, dated=day)
    attach(action, people.contributor)
    measure = Measure.objects.get(recommendation__reference="BSG-2023-9", n=7, out_of=29)
    add_reading(measure=measure, taken_on=day, source="Audit", n=9, out_of=29, by=people.national, at=NOW)


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(("resource", "name", "leaves", "leaves_out"), CASES)
def test_a_filter_leaves_the_row_up_to_its_bound(
    api: Callable, people: People, resource: str, name: str, leaves: object, leaves_out: object
) -> None:
    caller = api(people.inspector)
    counts = [
        caller.get(f"/api/v1/{resource}/?count=true&{name}={value}").json()["count"]
        for value in (leaves, leaves_out)
    ]
    assert counts == [1, 0]
