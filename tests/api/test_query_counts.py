"""Every list costs the same number of queries at 3 rows and at 30."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recommendations.models import Inspection, Measure, Reading, Rung
from recommendations.operations.evidence import attach_link
from recommendations.operations.updates import record_update
from tests.fixtures import NOW, TODAY

AUTHENTICATION = 1
BUDGET = 5 + AUTHENTICATION
LISTS = ["recommendations", "measures", "actions", "updates", "evidence", "readings"]
SCREENS = ["recommendation", "action", "progressupdate", "evidence"]


@pytest.fixture
def grow(plan: Callable, people: SimpleNamespace, bsg: Inspection) -> Callable[[int], None]:
    """Add `count` rows of everything that grows."""

    def grown(count: int) -> None:
        for number in range(count):
            action = plan(number % 6 + 1, contributors=[bsg.region], person=people.contributor)
            given = {"recommendation": action.recommendation, "action": action}
            given |= {"by": people.contributor, "at": NOW}
            record_update(text="It goes on.", **given)
            attach_link(
                title="Log",
                url="https://example.org/",
                kind=Rung.OUTPUT,
                represents=TODAY,
                declared_no_personal_data=True,
                **given,
            )
            Reading.objects.create(
                measure=Measure.objects.filter(recommendation=action.recommendation).first()
                or Measure.objects.all()[0],
                taken_on=TODAY,
                value=50,
                source="Audit",
                recorded_by=people.contributor,
                recorded_at=NOW,
            )

    return grown


def cost(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_costs_the_same_at_3_rows_and_at_30(
    api: Callable, people: SimpleNamespace, grow: Callable, kind: str
) -> None:
    caller, path = api(people.contributor), f"/api/v1/{kind}/?page_size=200"
    grow(3)
    at_3 = cost(caller, path)
    grow(27)
    assert cost(caller, path) == at_3 <= BUDGET


@pytest.mark.parametrize("kind", ["organisations", "frameworks", "inspections"])
def test_the_published_lists_keep_to_their_budget(api: Callable, people: SimpleNamespace, kind: str) -> None:
    assert cost(api(people.viewer), f"/api/v1/{kind}/") <= BUDGET


@pytest.mark.parametrize("kind", SCREENS)
def test_a_change_list_costs_the_same_at_3_rows_and_at_30(
    screens: Callable, people: SimpleNamespace, grow: Callable, kind: str
) -> None:
    browser, path = screens(people.contributor), f"/admin/recommendations/{kind}/"
    grow(3)
    browser.get(path)  # Caches of the process are filled once.
    at_3 = cost(browser, path)
    grow(27)
    assert cost(browser, path) == at_3


def test_a_recommendation_s_screen_costs_the_same_whatever_stands_under_it(
    screens: Callable, people: SimpleNamespace, grow: Callable, bsg: Inspection
) -> None:
    browser = screens(people.contributor)
    path = f"/admin/recommendations/recommendation/{bsg.recommendations.get(number=1).pk}/change/"
    grow(6)
    browser.get(path)
    first = cost(browser, path)
    grow(24)
    assert cost(browser, path) == first
