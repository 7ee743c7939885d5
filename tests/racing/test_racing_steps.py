"""The same step and steps that exclude one another, taken at once: one winner, one event."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.racing.conftest import together
from tests.racing.test_lost_updates import PLAN
from tests.serving import Tracker

pytestmark = pytest.mark.slow
ROUNDS, CLIENTS = 200, 8
SUBMIT = {"step": "submit", "outcome": "It is done."}
DECLINE = {"step": "decline", "reason": "It is not needed.", "risk_carrier": "Head of PDU"}
LINK = {
    "recommendation": "BSG-2023-3",
    "title": "Log",
    "link": "https://example.org/log",
    "level": "output",
    "represents": "2026-01-31",
    "declared_no_personal_data": True,
}


def ready(tracker: Tracker) -> dict[str, Any]:
    """An action that can be submitted, and declined."""
    action = tracker.call("contributor", "POST", "/actions/", PLAN | {"recommendation": "BSG-2023-3"}).body
    tracker.call("contributor", "POST", "/evidence/", LINK | {"action": action["id"]})
    return action


def test_of_steps_taken_at_once_one_wins_and_the_others_are_told_why_not(
    tracker: Tracker, events_of: Callable[[str], list[dict]]
) -> None:
    seen: Counter[int] = Counter()
    for _ in range(ROUNDS):
        action = ready(tracker)
        path = f"/actions/{action['id']}/steps/"

        def step(number: int, path: str = path) -> int:
            body = (SUBMIT if number % 2 else DECLINE) | {"version": 1}
            return tracker.call("contributor", "POST", path, body).status

        statuses = Counter(together(CLIENTS, step))
        assert statuses == {200: 1, 409: CLIENTS - 1}
        seen += statuses
        taken = [e for e in events_of(f"action={action['id']}") if e["verb"] in ("submit", "decline")]
        assert len(taken) == 1
    print(f"{ROUNDS} rounds of {CLIENTS}: {dict(seen)}")  # noqa: T201  The figures of the report.
    assert tracker.refused == []


def test_the_record_holds_after_the_races(tracker: Tracker) -> None:
    assert "The record holds" in tracker.manage("verify_events")
    assert " 0 differences" in tracker.manage("replay_events")
