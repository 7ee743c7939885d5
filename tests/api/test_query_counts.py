"""Every list costs the same number of queries at 3 rows and at 30."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recommendations.api.urls import router
from recommendations.models import EvidenceLevel, Inspection, Measure
from recommendations.operations.evidence import attach_evidence
from recommendations.operations.readings import add_reading
from recommendations.operations.responses import respond
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from recommendations.operations.updates import record_update
from tests.factories import NOW, TODAY, People

AUTHENTICATION = 1
# Of recommendations: the rows; standards, key questions and baselines; counts of actions and of evidence.
BUDGET = 6 + AUTHENTICATION
PUBLISHED = ["organisations", "frameworks", "standards", "inspections"]
LISTS = [prefix for prefix, _, _ in router.registry if prefix not in PUBLISHED]
SCREENS = ["recommendation", "action", "progressupdate", "evidence"]


@pytest.fixture
def grow(plan: Callable, people: People, bsg: Inspection) -> Callable[[int], None]:
    """Add `count` rows of everything that grows."""

    def grown(count: int) -> None:
        for number in range(count):
            action = plan(
                number % 6 + 1,
                contributors=[bsg.region],
                person=people.contributor,
                target_date="30 June 2026",
            )
            given = {"recommendation": action.recommendation, "action": action}
            given |= {"by": people.contributor, "at": NOW}
            record_update(text="It goes on.", **given)
            attach_evidence(
                title="Log",
                url="https://example.org/",
                level=EvidenceLevel.OUTPUT,
                represents=TODAY,
                declared_no_personal_data=True,
                **given,
            )
            measure = Measure.objects.filter(recommendation=action.recommendation).first()
            add_reading(
                measure=measure or Measure.objects.filter(recommendation__number=1)[0],
                taken_on=TODAY,
                n=5,
                out_of=10,
                source="Audit",
                by=people.contributor,
                at=NOW,
            )
            record_review(
                recommendation=action.recommendation,
                judgement=bsg.framework.judgements.all()[1].code,
                narrative="Seen.",
                by=people.inspector,
                at=NOW,
            )
            revise_target(
                action=action,
                version=1,
                target_date="30 July 2026",
                reason="Late.",
                by=people.contributor,
                at=NOW,
            )
            if action.recommendation.status == "awaiting_response":
                respond(
                    recommendation=action.recommendation,
                    version=action.recommendation.version,
                    answer="not_agreed",
                    reason="No money.",
                    by=people.contributor,
                    at=NOW,
                )

    return grown


def cost(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_costs_the_same_at_3_rows_and_at_30(
    api: Callable, people: People, grow: Callable, kind: str
) -> None:
    caller, path = api(people.contributor), f"/api/v1/{kind}/?page_size=200"
    grow(3)
    at_3 = cost(caller, path)
    grow(27)
    assert cost(caller, path) == at_3 <= BUDGET


@pytest.mark.parametrize("path", ["recommendations/", "recommendations/BSG-2023-1/", "inspections/BSG-2023/"])
def test_a_past_day_costs_no_more_than_today(
    api: Callable, people: People, grow: Callable, path: str
) -> None:
    caller = api(people.contributor)
    grow(6)
    today = cost(caller, f"/api/v1/{path}")
    assert cost(caller, f"/api/v1/{path}?as_of={TODAY}") <= today


@pytest.mark.parametrize("kind", PUBLISHED)
def test_the_published_lists_keep_to_their_budget(api: Callable, people: People, kind: str) -> None:
    assert cost(api(people.viewer), f"/api/v1/{kind}/") <= BUDGET


@pytest.mark.parametrize("kind", SCREENS)
def test_a_change_list_costs_the_same_at_3_rows_and_at_30(
    screens: Callable, people: People, grow: Callable, kind: str
) -> None:
    browser, path = screens(people.contributor), f"/admin/recommendations/{kind}/"
    grow(3)
    browser.get(path)  # Caches of the process are filled once.
    at_3 = cost(browser, path)
    grow(27)
    assert cost(browser, path) == at_3


def test_a_recommendation_s_screen_costs_the_same_whatever_stands_under_it(
    screens: Callable, people: People, grow: Callable, bsg: Inspection
) -> None:
    browser = screens(people.contributor)
    path = f"/admin/recommendations/recommendation/{bsg.recommendations.get(number=1).pk}/change/"
    grow(6)
    browser.get(path)
    first = cost(browser, path)
    grow(24)
    assert cost(browser, path) == first
