"""Many rows at once: all are written, or none and every problem says of which."""

from collections.abc import Callable

import pytest

from recommendations.models import Action, Event, Inspection, ProgressUpdate
from tests.factories import People
from tests.operations.work import plan

pytestmark = pytest.mark.django_db
ACTIONS, UPDATES = "/api/v1/actions/bulk/", "/api/v1/updates/bulk/"


@pytest.fixture
def planned(bsg: Inspection, people: People) -> list[Action]:
    recommendation = bsg.recommendations.get(number=1)
    return [plan(recommendation, people.contributor) for _ in range(3)]


def items(planned: list[Action], **values: str) -> dict:
    return {"items": [{"id": action.pk, "version": action.version, **values} for action in planned]}


def posts() -> set[str]:
    return set(Action.objects.values_list("responsible_post", flat=True))


def test_all_are_changed_each_with_its_event(api: Callable, people: People, planned: list[Action]) -> None:
    before = Event.objects.count()
    answer = api(people.contributor).post(ACTIONS, items(planned, responsible_post="Deputy head"))
    assert answer.status_code == 200, answer.json()
    assert [row["version"] for row in answer.json()["results"]] == [2, 2, 2]
    assert posts() == {"Deputy head"}
    assert Event.objects.count() == before + 3


def test_one_that_is_stale_stops_all(api: Callable, people: People, planned: list[Action]) -> None:
    body = items(planned, responsible_post="Deputy head")
    body["items"][1]["version"] = 7
    before = posts(), Event.objects.count()
    answer = api(people.contributor).post(ACTIONS, body)
    assert answer.status_code == 409
    [problem] = answer.json()["errors"]
    assert (problem["field"], problem["code"]) == ("items.1", "stale_version")
    assert (posts(), Event.objects.count()) == before


def test_every_problem_is_said_with_its_item(api: Callable, people: People, planned: list[Action]) -> None:
    body = items(planned, responsible_post="Deputy head")
    body["items"][0]["description"] = " "
    del body["items"][1]["version"]
    body["items"][2]["id"] = 10**6
    answer = api(people.contributor).post(ACTIONS, body).json()
    assert answer["code"] == "bulk_refused"
    assert {problem["field"] for problem in answer["errors"]} == {
        "items.0.description",
        "items.1.version",
        "items.2.id",
    }


def test_what_is_out_of_reach_cannot_be_named(api: Callable, people: People, planned: list[Action]) -> None:
    answer = api(people.sibling).post(ACTIONS, items(planned, responsible_post="Deputy head"))
    assert {problem["code"] for problem in answer.json()["errors"]} == {"does_not_exist"}
    assert "Deputy head" not in posts()


def test_a_rehearsal_writes_nothing(api: Callable, people: People, planned: list[Action]) -> None:
    answer = api(people.contributor).post(f"{ACTIONS}?dry_run=true", items(planned, responsible_post="Head"))
    assert answer.status_code == 200
    assert {row["responsible_post"] for row in answer.json()["results"]} == {"Head"}
    assert "Head" not in posts()


def test_the_same_key_repeats_the_answer(api: Callable, people: People, planned: list[Action]) -> None:
    caller, body = api(people.contributor), items(planned, responsible_post="Deputy head")
    first = caller.post(ACTIONS, body, headers={"Idempotency-Key": "one"})
    again = caller.post(ACTIONS, body, headers={"Idempotency-Key": "one"})
    assert again.json() == first.json()
    assert again["Idempotent-Replay"] == "true"


def test_updates_are_recorded_together(api: Callable, people: People, planned: list[Action]) -> None:
    said = [
        {"recommendation": "BSG-2023-1", "action": action.pk, "text": f"Step {action.label} is under way."}
        for action in planned
    ]
    answer = api(people.contributor).post(UPDATES, {"items": said})
    assert answer.status_code == 201, answer.json()
    assert ProgressUpdate.objects.count() == 3
    said[2]["text"] = ""
    assert api(people.contributor).post(UPDATES, {"items": said}).status_code == 409
    assert ProgressUpdate.objects.count() == 3


@pytest.mark.parametrize(
    "body", [{}, {"items": []}, {"items": "all"}, [], {"items": [{}] * 201}, {"items": [{}], "more": 1}]
)
def test_a_body_without_items_is_refused(body: object, api: Callable, people: People) -> None:
    answer = api(people.contributor).post(ACTIONS, body)
    assert answer.status_code == 400
    assert [problem["field"] for problem in answer.json()["errors"]] == ["items"]
