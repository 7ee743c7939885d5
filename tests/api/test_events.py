"""The record as a feed: in order, within reach, with what changed; the words of a redaction are gone."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from recommendations.models import Event
from tests.factories import People

PATH = "/api/v1/events/"
UPDATE = {"recommendation": "BSG-2023-1", "text": "Half of the staff are trained."}


def test_an_event_says_who_did_what_through_which_door(api: Callable, people: People) -> None:
    caller = api(people.contributor)
    made = caller.post("/api/v1/updates/", UPDATE, headers={"X-Request-ID": "abc-12345"}).json()
    [event] = caller.get(f"{PATH}?verb=update").json()["results"]
    assert event["actor"]["username"] == "contributor"
    assert (event["role"], event["organisation"]) == (
        "contributor",
        "bristol-and-south-gloucestershire-pdu",
    )
    assert (event["channel"], event["request_id"]) == ("api", "abc-12345")
    assert event["object"] == {"noun": "progressupdate", "id": str(made["id"])}
    assert event["recommendation"]["reference"] == "BSG-2023-1"
    [change] = [row for row in event["changes"] if row["noun"] == "progressupdate"]
    assert change["before"] is None
    assert change["after"]["text"] == UPDATE["text"]


def test_the_feed_goes_on_after_the_last_that_was_read(api: Callable, people: People) -> None:
    caller = api(people.contributor)
    last = caller.get(f"{PATH}?page_size=200").json()["results"][-1]["sequence"]
    assert caller.get(f"{PATH}?after={last}").json()["results"] == []
    caller.post("/api/v1/updates/", UPDATE)
    rows = caller.get(f"{PATH}?after={last}").json()["results"]
    assert [row["verb"] for row in rows] == ["update"]
    assert rows[0]["sequence"] > last


def test_the_feed_is_in_the_order_of_recording(api: Callable, people: People) -> None:
    rows = api(people.inspector).get(f"{PATH}?page_size=200").json()["results"]
    assert [row["sequence"] for row in rows] == list(
        Event.objects.order_by("sequence").values_list("sequence", flat=True)
    )
    assert all(later["previous_hash"] == row["hash"] for row, later in pairwise(rows))


def test_one_event_is_read_by_its_sequence(api: Callable, people: People) -> None:
    sequence = Event.objects.latest("sequence").pk
    row = api(people.inspector).get(f"{PATH}{sequence}/").json()
    assert row["sequence"] == sequence
    assert row["url"].endswith(f"/events/{sequence}/")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("recommendation=BSG-2023-1", 1),
        ("recommendation=BSG-2023-2", 0),
        ("actor=contributor", 1),
        ("actor=viewer", 0),
        ("noun=progressupdate", 1),
        ("inspection=BSG-2023", 1),
    ],
)
def test_the_feed_is_filtered(api: Callable, people: People, query: str, count: int) -> None:
    caller = api(people.contributor)
    last = Event.objects.latest("sequence").pk
    caller.post("/api/v1/updates/", UPDATE)
    assert len(caller.get(f"{PATH}?after={last}&{query}").json()["results"]) == count


def test_an_event_of_an_action_names_it(api: Callable, people: People, plan: Callable) -> None:
    action = plan()
    [event] = api(people.contributor).get(f"{PATH}?action={action.pk}").json()["results"]
    assert (event["verb"], event["action"]["label"]) == ("plan", "1a")


@pytest.mark.parametrize(
    ("who", "reads"),
    [("viewer", True), ("assurer", True), ("inspector", True), ("sibling", False), ("outsider", False)],
)
def test_events_follow_reach(api: Callable, people: People, who: str, reads: bool) -> None:
    api(people.contributor).post("/api/v1/updates/", UPDATE)
    sequence = Event.objects.latest("sequence").pk
    caller = api(getattr(people, who))
    sequence = Event.objects.get(verb="update").pk
    assert (caller.get(f"{PATH}{sequence}/").status_code == 200) == reads


def test_accounts_are_in_the_feed_of_those_who_read_everything(api: Callable, people: People) -> None:
    path = f"{PATH}?verb=create account"
    assert api(people.inspector).get(path).json()["results"]
    assert api(people.national).get(path).json()["results"] == []


def test_no_event_shows_what_a_secret_is_kept_as(api: Callable, people: People) -> None:
    rows = api(people.administrator).get(f"{PATH}?page_size=200").json()["results"]
    written = [change["after"] for row in rows for change in row["changes"]]
    assert any("token_key" in after for after in written)
    assert not any({"password", "digest"} & after.keys() for after in written)


def test_the_words_of_a_redacted_event_are_gone(api: Callable, people: People) -> None:
    path = api(people.contributor).post("/api/v1/updates/", UPDATE).json()["url"]
    event = Event.objects.get(verb="update").pk
    before = api(people.contributor).get(f"{PATH}{event}/").json()
    api(people.administrator).post(f"{path}redact/", {"reason": "It names a person."})
    after = api(people.contributor).get(f"{PATH}{event}/").json()
    assert (after["redacted"], after["changes"], after["reason"]) == (True, [], "")
    assert after["hash"] == before["hash"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_writes_the_record(api: Callable, people: People, method: str) -> None:
    caller = api(people.administrator)
    sequence = Event.objects.latest("sequence").pk
    assert getattr(caller, method)(f"{PATH}{sequence}/").status_code == 405
