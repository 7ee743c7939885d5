"""Pulling only what changed: exactly, by the sequence of the record; and lists that did not change at all."""

from collections.abc import Callable
from typing import Any

import pytest

from recommendations.models import Event, Inspection, RecordHead
from recommendations.operations.ownership import change_owner
from recommendations.operations.updates import record_update
from tests.factories import NOW, Bodies, People
from tests.operations.work import plan

pytestmark = pytest.mark.django_db
RECOMMENDATIONS = "/api/v1/recommendations/"


def end() -> int:
    return RecordHead.objects.get(pk=1).sequence


def read_to_its_end(answer: Any) -> None:
    """An export that is left half read keeps its cursor."""
    if answer.streaming:
        list(answer.streaming_content)


def changed(caller: Any, path: str, since: int) -> list[str]:
    page = caller.get(f"{path}?changed_after={since}").json()
    return [row.get("reference") or row["id"] for row in page["results"]]


def test_nothing_changed_after_the_end(api: Callable, people: People, bsg: Inspection) -> None:
    caller = api(people.inspector)
    page = caller.get(f"{RECOMMENDATIONS}?changed_after=0").json()
    assert (len(page["results"]), page["record_end"]) == (9, end())
    assert changed(caller, RECOMMENDATIONS, page["record_end"]) == []


def test_a_change_of_what_belongs_to_it_touches_the_recommendation_and_the_action(
    api: Callable, people: People, bsg: Inspection
) -> None:
    caller = api(people.inspector)
    action = plan(bsg.recommendations.get(number=1), people.contributor)
    plan(bsg.recommendations.get(number=2), people.contributor)
    since = end()
    record_update(
        recommendation=action.recommendation, action=action, text="Begun.", by=people.contributor, at=NOW
    )
    assert changed(caller, RECOMMENDATIONS, since) == ["BSG-2023-1"]
    assert changed(caller, "/api/v1/actions/", since) == [action.pk]
    assert caller.get(f"/api/v1/actions/{action.pk}/").json()["sequence"] == end()


def test_work_out_of_reach_is_no_change(api: Callable, people: People, bsg: Inspection) -> None:
    """That somebody works on it is what bodies write about themselves."""
    since = end()
    plan(bsg.recommendations.get(number=1), people.contributor)
    assert changed(api(people.contributor), RECOMMENDATIONS, since) == ["BSG-2023-1"]
    for outside in (people.outsider, people.sibling):
        assert changed(api(outside), RECOMMENDATIONS, since) == []
        assert api(outside).get(f"{RECOMMENDATIONS}BSG-2023-1/").json()["sequence"] <= since


def test_another_owner_is_a_change_for_everybody(
    api: Callable, people: People, bodies: Bodies, bsg: Inspection
) -> None:
    since = end()
    given = bsg.recommendations.get(number=3)
    change_owner(
        recommendation=given,
        version=given.version,
        owner=bodies.sibling,
        reason="The units were merged.",
        by=people.inspector,
        at=NOW,
    )
    assert changed(api(people.outsider), RECOMMENDATIONS, since) == ["BSG-2023-3"]


def test_since_an_instant_is_from_the_first_event_after_it(
    api: Callable, people: People, bsg: Inspection
) -> None:
    caller = api(people.inspector)
    plan(bsg.recommendations.get(number=1), people.contributor)
    at = Event.objects.get(sequence=end()).at.isoformat()
    assert len(caller.get(f"/api/v1/actions/?updated_since={at.replace('+', '%2B')}").json()["results"]) == 1
    assert len(caller.get("/api/v1/actions/?updated_since=2026-03-02").json()["results"]) == 1
    assert caller.get("/api/v1/actions/?updated_since=2099-01-01").json()["results"] == []


@pytest.mark.parametrize(
    "words", ["yesterday", "2026-02-30", "2026-03-02T12:00:00", "9999-12-31T23:59:59-14:00"]
)
def test_an_instant_that_is_none_is_refused(words: str, api: Callable, people: People) -> None:
    answer = api(people.viewer).get("/api/v1/actions/", {"updated_since": words})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "updated_since"


@pytest.mark.parametrize(
    "path", [RECOMMENDATIONS, "/api/v1/actions/?count=true", "/api/v1/events/?format=csv"]
)
def test_a_list_that_did_not_change_is_not_sent_again(
    path: str, api: Callable, people: People, bsg: Inspection
) -> None:
    caller = api(people.contributor)
    first = caller.get(path)
    read_to_its_end(first)
    again = caller.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    plan(bsg.recommendations.get(number=1), people.contributor)
    after = caller.get(path, headers={"If-None-Match": first["ETag"]})
    read_to_its_end(after)
    assert after.status_code == 200


def test_the_tag_of_a_list_is_that_of_who_asks_and_what(
    api: Callable, people: People, bsg: Inspection
) -> None:
    mine = api(people.contributor).get(RECOMMENDATIONS)["ETag"]
    assert api(people.viewer).get(RECOMMENDATIONS)["ETag"] != mine
    assert api(people.contributor).get(f"{RECOMMENDATIONS}?page_size=2")["ETag"] != mine
    table = api(people.contributor).get(RECOMMENDATIONS, headers={"Accept": "text/csv"})
    read_to_its_end(table)
    assert table["ETag"] != mine


def test_a_record_that_did_not_change_is_not_sent_again(
    api: Callable, people: People, bsg: Inspection
) -> None:
    caller = api(people.contributor)
    first = caller.get(f"{RECOMMENDATIONS}BSG-2023-1/")
    again = caller.get(f"{RECOMMENDATIONS}BSG-2023-1/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["ETag"]) == (304, first["ETag"])


@pytest.mark.parametrize("path", [RECOMMENDATIONS, f"{RECOMMENDATIONS}BSG-2023-1/", "/api/v1/summary/"])
def test_a_tag_is_known_among_others_and_when_a_proxy_marked_it_as_weak(
    path: str, api: Callable, people: People, bsg: Inspection
) -> None:
    caller = api(people.contributor)
    tag = caller.get(path)["ETag"]
    statuses = {
        held: caller.get(path, headers={"If-None-Match": held}).status_code
        for held in (tag, f"W/{tag}", f'"other", {tag}', '"other", W/"another"', tag.strip('"'), "", "*")
    }
    assert list(statuses.values()) == [304, 304, 304, 200, 200, 200, 200], statuses


@pytest.mark.parametrize("held", ["*", '"other"'])
def test_what_is_refused_is_refused_whatever_is_held(held: str, api: Callable, people: People) -> None:
    answer = api(people.viewer).get(f"{RECOMMENDATIONS}?status=lost", headers={"If-None-Match": held})
    assert answer.status_code == 400


def test_the_next_page_is_named_in_the_link(api: Callable, people: People, bsg: Inspection) -> None:
    page = api(people.viewer).get(f"{RECOMMENDATIONS}?page_size=4")
    assert page["Link"] == f'<{page.json()["next"]}>; rel="next"'
