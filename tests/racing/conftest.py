"""A real server over a database of its own, and clients that meet in it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.serving import Tracker, serving


def together(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Run `act(0)` … `act(count - 1)` at once, each in a thread, begun at the same moment."""
    gate = Barrier(count)

    def run(number: int) -> Any:
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture(scope="session")
def tracker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracker]:
    """Two processes of the production server, which never say that a caller asks too often."""
    unlimited = f"read={10**9 - 1}/60,write={10**9 - 1}/60,upload={10**9 - 1}/60"
    with serving(tmp_path_factory.mktemp("tracker"), workers=2, RATE_LIMITS=unlimited) as running:
        yield running


@pytest.fixture
def events_of(tracker: Tracker) -> Callable[[str], list[dict]]:
    """The events of a list's query, oldest first."""

    def found(query: str) -> list[dict]:
        answer = tracker.call("inspector", "GET", f"/events/?{query}&ordering=sequence&page_size=200")
        return answer.body["results"]

    return found
