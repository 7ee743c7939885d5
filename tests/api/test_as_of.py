"""As it stood when a past day ended: statuses, owner and counts of then, within the scope of today."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from recommendations.api import conditional
from recommendations.models import Inspection, Recommendation
from recommendations.operations.ownership import change_owner
from recommendations.operations.transitions import StepInput, take_step
from recommendations.queries.statuses import with_statuses_as_of
from tests.factories import NOW, TODAY, Bodies, People

DAY = timedelta(days=1)
ONE = "/api/v1/recommendations/BSG-2023-1/"
INSPECTION = "/api/v1/inspections/BSG-2023/"


@pytest.fixture
def story(submitted: Callable, plan: Callable, people: People, bodies: Bodies) -> SimpleNamespace:
    """Recommendation 1: agreed and submitted on the second day, planned and withdrawn and moved on later."""
    claim = submitted(1, at=NOW + DAY)
    back = take_step(
        subject=claim,
        step="withdraw",
        version=claim.version,
        given=StepInput(reason="Too early."),
        by=people.contributor,
        at=NOW + 3 * DAY,
    )
    plan(1, lead=bodies.police, at=NOW + 3 * DAY)
    change_owner(
        recommendation=back,
        version=back.version,
        owner=bodies.region,
        reason="Reorganised.",
        by=people.inspector,
        at=NOW + 5 * DAY,
    )
    return SimpleNamespace(
        before=TODAY - DAY,
        start=TODAY,
        claimed=TODAY + DAY,
        withdrawn=TODAY + 3 * DAY,
        moved=TODAY + 5 * DAY,
        today=timezone.localdate(),
    )


@pytest.mark.parametrize(
    ("when", "status", "evidence", "actions", "owner"),
    [
        ("start", "awaiting_response", 0, 0, "pdu"),
        ("claimed", "submitted", 1, 0, "pdu"),
        ("withdrawn", "in_progress", 1, 1, "pdu"),
        ("moved", "in_progress", 1, 1, "region"),
        ("today", "in_progress", 1, 1, "region"),
    ],
)
def test_a_recommendation_is_shown_as_it_stood(
    api: Callable,
    people: People,
    story: SimpleNamespace,
    when: str,
    status: str,
    evidence: int,
    actions: int,
    owner: str,
    bodies: Bodies,
) -> None:
    day = getattr(story, when)
    row = api(people.inspector).get(f"{ONE}?as_of={day}").json()
    assert row["as_of"] == day.isoformat()
    assert (row["status"], row["evidence_count"], row["action_count"]) == (status, evidence, actions)
    assert row["owner"]["slug"] == getattr(bodies, owner).slug


def test_what_speaks_of_the_present_alone_is_absent(
    api: Callable, people: People, story: SimpleNamespace
) -> None:
    answer = api(people.inspector).get(f"{ONE}?as_of={story.claimed}")
    assert not {"allowed_steps", "version", "outcome", "links"} & answer.json().keys()
    # No version stands in it, so that no If-Match can name it.
    assert not re.fullmatch(conditional.PATTERN, answer["ETag"])


def test_the_list_shows_the_same_as_the_detail(api: Callable, people: People, story: SimpleNamespace) -> None:
    caller = api(people.inspector)
    body = caller.get(f"/api/v1/recommendations/?as_of={story.claimed}").json()
    assert body["as_of"] == story.claimed.isoformat()
    [row] = [row for row in body["results"] if row["reference"] == "BSG-2023-1"]
    assert row == caller.get(f"{ONE}?as_of={story.claimed}").json()


def test_what_was_not_recorded_yet_does_not_exist(
    api: Callable, people: People, story: SimpleNamespace
) -> None:
    caller, query = api(people.inspector), f"?as_of={story.before}"
    assert caller.get(f"/api/v1/recommendations/{query}").json()["results"] == []
    assert caller.get(f"/api/v1/inspections/{query}").json()["results"] == []
    assert caller.get(f"{ONE}{query}").status_code == 404
    assert caller.get(f"{INSPECTION}{query}").status_code == 404


@pytest.mark.parametrize("path", ["recommendations/", "inspections/", ONE[8:], INSPECTION[8:]])
def test_a_day_to_come_is_refused(api: Callable, people: People, path: str) -> None:
    answer = api(people.viewer).get(f"/api/v1/{path}?as_of={timezone.localdate() + DAY}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "as_of"


@pytest.mark.parametrize("path", ["recommendations/", "inspections/", ONE[8:], INSPECTION[8:], "summary/"])
def test_a_day_at_the_edge_of_the_calendar_is_refused(
    api: Callable, people: People, bsg: Inspection, path: str
) -> None:
    caller = api(people.viewer)
    asked = [caller.get(f"/api/v1/{path}?as_of={day}").status_code for day in ("0001-01-01", "1899-12-31")]
    assert asked == [400, 400]
    # Then there was nothing.
    assert caller.get(f"/api/v1/{path}?as_of=1900-01-01").status_code == (404 if "BSG" in path else 200)


@pytest.mark.parametrize("path", ["actions/", "measures/", "organisations/", "me/"])
def test_where_no_past_is_kept_none_is_asked_for(api: Callable, people: People, path: str) -> None:
    assert api(people.viewer).get(f"/api/v1/{path}?as_of={TODAY}").status_code == 400


def test_filters_ask_about_that_day(
    api: Callable, people: People, story: SimpleNamespace, bodies: Bodies
) -> None:
    caller = api(people.inspector)

    def found(query: str) -> set[int]:
        path = f"/api/v1/recommendations/?as_of={story.claimed}&{query}"
        return {row["number"] for row in caller.get(path).json()["results"]}

    assert found("status=submitted") == {1}
    assert found("evidence_level=practice") == {1}
    assert found("owner=bristol-and-south-gloucestershire-pdu") == {1, 2, 3, 4, 5, 6}
    assert found(f"owner_subtree={bodies.region.slug}") == {1, 2, 3, 4, 5, 6, 7}
    assert found("unsupported_claim=true") == {
        row.number
        for row in with_statuses_as_of(Recommendation.objects.all(), day=story.claimed).filter(
            unsupported_claim=True
        )
    }


def test_days_ahead_are_counted_from_that_day(api: Callable, people: People, plan: Callable) -> None:
    plan(2, target_date="30 March 2026")

    def found(days: int) -> list[int]:
        path = f"/api/v1/recommendations/?as_of={date(2026, 3, 7)}&due_within={days}"
        return [row["number"] for row in api(people.inspector).get(path).json()["results"]]

    assert (found(22), found(23)) == ([], [2])


@pytest.mark.parametrize("ordering", ["owner", "-owner", "due", "-days_late"])
def test_a_past_list_is_paged_in_its_order(
    api: Callable, people: People, story: SimpleNamespace, ordering: str
) -> None:
    caller = api(people.inspector)
    path = f"/api/v1/recommendations/?as_of={story.claimed}&ordering={ordering}"
    whole = [row["reference"] for row in caller.get(path).json()["results"]]
    paged, address = [], f"{path}&page_size=2"
    while address:
        body = caller.get(address).json()
        paged += [row["reference"] for row in body["results"]]
        address = body["next"]
    assert paged == whole
    assert len(whole) == 9


def test_the_scope_is_that_of_today(api: Callable, people: People, story: SimpleNamespace) -> None:
    """The PDU owned it then; now the region does, and the PDU reads the published part alone."""
    row = api(people.contributor).get(f"{ONE}?as_of={story.claimed}").json()
    assert "status" not in row
    path = f"/api/v1/recommendations/?as_of={story.claimed}&status=submitted"
    assert api(people.contributor).get(path).json()["results"] == []


AT_LENGTH = [
    pytest.param(who, when, marks=pytest.mark.slow)
    for who in ("inspector", "contributor", "partner", "outsider")
    for when in ("start", "moved", None)
]


@pytest.mark.parametrize(("who", "when"), [("contributor", "claimed"), ("partner", "claimed"), *AT_LENGTH])
def test_the_totals_of_a_report_reconcile_with_the_list(
    api: Callable,
    people: People,
    story: SimpleNamespace,
    who: str,
    when: str | None,
    bsg: Inspection,
) -> None:
    caller = api(getattr(people, who))
    query = f"as_of={getattr(story, when)}" if when else "count=false"
    progress = caller.get(INSPECTION + (f"?{query}" if when else "")).json()["progress"]

    def count(condition: str) -> int:
        path = f"/api/v1/recommendations/?inspection=BSG-2023&{query}&{condition}"
        return len(caller.get(path).json()["results"])

    for name in ("status", "evidence_level", "schedule_status", "judgement"):
        assert sum(progress[name].values()) == progress["recommendations"]
        listed = {code: count(f"{name}={code}") for code in progress[name]}
        assert listed == progress[name]
    assert progress["no_recent_update"] == count("no_recent_update=true")
    assert progress["unsupported_claim"] == count("unsupported_claim=true")
    assert progress["unsupported_claim_reasons"] == {
        code: count(f"unsupported_claim_reason={code}") for code in progress["unsupported_claim_reasons"]
    }


def test_the_totals_of_the_inspector_cover_the_whole_report(
    api: Callable, people: People, story: SimpleNamespace
) -> None:
    progress = api(people.inspector).get(f"{INSPECTION}?as_of={story.claimed}").json()["progress"]
    assert progress["recommendations"] == 9
    assert progress["status"]["submitted"] == 1
    assert progress["status"]["awaiting_response"] == 8


@pytest.mark.parametrize("query", ["count=true", "fields=reference", "ordering=owner&fields=reference"])
def test_a_past_day_can_be_asked_of_a_subtree(
    query: str, api: Callable, people: People, bsg: Inspection
) -> None:
    """The owner is that of the day, for who may know it."""
    path = f"/api/v1/recommendations/?as_of={TODAY}&owner_subtree={bsg.inspected.slug}&{query}"
    for person in (people.inspector, people.contributor, people.outsider):
        answer = api(person).get(path)
        assert answer.status_code == 200
        assert len(answer.json()["results"]) == 6
