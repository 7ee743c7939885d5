"""Many writers of one row over the real server: what was acknowledged is there, once, and nothing else."""

from collections import Counter
from typing import Any

import pytest

from tests.racing.conftest import together
from tests.serving import Tracker

pytestmark = pytest.mark.slow
CLIENTS, EDITS = 16, 100
PLAN = {
    "recommendation": "BSG-2023-1",
    "description": "Begin.",
    "lead": "bristol-and-south-gloucestershire-pdu",
    "responsible_post": "Head of PDU",
}


def planned(tracker: Tracker) -> dict[str, Any]:
    return tracker.call("contributor", "POST", "/actions/", PLAN).body


def test_no_acknowledged_edit_of_a_hot_row_is_lost(tracker: Tracker) -> None:
    """16 clients make 100 edits each. The version counts the acknowledged writes; all others get 412."""
    action = planned(tracker)
    path = f"/actions/{action['id']}/"

    def edit(number: int) -> list[tuple[int, int, str]]:
        """Attempts of one client: status, version after it, text; each reads before it writes."""
        made = []
        for attempt in range(EDITS):
            read = tracker.call("contributor", "GET", path)
            text = f"Client {number}, attempt {attempt}"
            answer = tracker.call(
                "contributor", "PATCH", path, {"description": text}, If_Match=read.headers["etag"]
            )
            made.append((answer.status, answer.body.get("version", 0), text))
        return made

    attempts = [one for made in together(CLIENTS, edit) for one in made]
    statuses = Counter(status for status, _, _ in attempts)
    print(f"{len(attempts)} attempts: {dict(statuses)}")  # noqa: T201  The figures of the report.
    assert len(attempts) == CLIENTS * EDITS
    assert set(statuses) == {200, 412}
    assert tracker.refused == []
    won = {version: text for status, version, text in attempts if status == 200}
    last = tracker.call("contributor", "GET", path).body
    assert len(won) == statuses[200] == last["version"] - 1
    assert won[last["version"]] == last["description"]


def test_an_edit_that_names_no_version_is_asked_for_one(tracker: Tracker) -> None:
    action = planned(tracker)
    answer = tracker.call("contributor", "PATCH", f"/actions/{action['id']}/", {"description": "Blind."})
    assert answer.status == 428


def test_a_letter_is_taken_once_however_many_plan_at_once(tracker: Tracker) -> None:
    before = tracker.call("contributor", "GET", "/recommendations/BSG-2023-2/").body["action_count"]
    plans = together(12, lambda _: tracker.call("contributor", "POST", "/actions/", PLAN | TWO))
    labels = [plan.body["label"] for plan in plans]
    assert {plan.status for plan in plans} == {201}
    assert len(set(labels)) == 12
    after = tracker.call("contributor", "GET", "/recommendations/BSG-2023-2/").body["action_count"]
    assert after == before + 12


TWO = {"recommendation": "BSG-2023-2"}


def test_the_record_holds_after_all_of_it(tracker: Tracker) -> None:
    assert "The record holds" in tracker.manage("verify_events")
    assert " 0 differences" in tracker.manage("replay_events")
