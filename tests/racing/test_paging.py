"""Reading page by page while others write: no row that was there is missed or shown twice, nor any change."""

from threading import Event, Thread
from typing import Any

import pytest

from tests.racing.test_lost_updates import PLAN
from tests.serving import Tracker

pytestmark = pytest.mark.slow


def pages(tracker: Tracker, path: str) -> list[dict[str, Any]]:
    found, ends = [], []
    while path:
        page = tracker.call("inspector", "GET", path).body
        found += page["results"]
        ends.append(page["record_end"])
        path = (page["next"] or "").partition("/api/v1")[2]
    return [{"end": ends[0]}, *found]


@pytest.mark.parametrize("ordering", ["id", "-id", "recommendation", "due"])
def test_rows_that_stand_are_read_once_whatever_is_written(tracker: Tracker, ordering: str) -> None:
    stand = {tracker.call("contributor", "POST", "/actions/", PLAN).body["id"] for _ in range(30)}
    done = Event()

    def write() -> None:
        while not done.is_set():
            made = tracker.call("contributor", "POST", "/actions/", PLAN).body
            tracker.call(
                "contributor", "PATCH", f"/actions/{made['id']}/", {"description": "Go on.", "version": 1}
            )

    writers = [Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    try:
        for _ in range(5):
            _, *rows = pages(tracker, f"/actions/?page_size=7&ordering={ordering}&fields=id,sequence")
            ids = [row["id"] for row in rows]
            assert len(ids) == len(set(ids))
            assert stand <= set(ids)
    finally:
        done.set()
        for writer in writers:
            writer.join()
    assert tracker.refused == []


def test_pulls_of_what_changed_miss_nothing(tracker: Tracker) -> None:
    """Pulled again and again beside the writers, each time after the end that the last pull named."""
    done, held, since = Event(), {}, 0

    def write(number: int) -> None:
        made = tracker.call("contributor", "POST", "/actions/", PLAN).body
        version = made["version"]
        while not done.is_set():
            body = {"description": f"Writer {number}, {version}", "version": version}
            answer = tracker.call("contributor", "PATCH", f"/actions/{made['id']}/", body)
            version = answer.body.get("version", version)

    writers = [Thread(target=write, args=(number,)) for number in range(6)]
    for writer in writers:
        writer.start()
    for turn in range(12):
        if turn == 11:
            done.set()
            for writer in writers:
                writer.join()
        first, *rows = pages(tracker, f"/actions/?changed_after={since}&page_size=5&fields=id,version")
        since = first["end"]
        held |= {row["id"]: row["version"] for row in rows}
    _, *stands = pages(tracker, "/actions/?page_size=200&fields=id,version")
    assert held == {row["id"]: row["version"] for row in stands}
