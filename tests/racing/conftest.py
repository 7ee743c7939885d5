"""A real server over a database of its own, and clients that meet in it."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from tests.checks import ROOT
from tests.own_database import own_database


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class Tracker:
    """A running tracker: its address, its database's variables, and the first access of each role."""

    base: str
    variables: dict[str, str]
    access: dict[str, dict[str, str]]
    refused: list[Answer] = field(default_factory=list)

    def call(self, role: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request with the role's token; every answer of 500 and above is kept in `refused`."""
        request = urllib.request.Request(  # noqa: S310  Our own server.
            f"{self.base}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.access[role]['token']}",
                "Content-Type": "application/json",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                return Answer(
                    response.status, json.loads(response.read() or b"null"), _lower(response.headers)
                )
        except urllib.error.HTTPError as error:
            answer = Answer(error.code, json.loads(error.read() or b"null"), _lower(error.headers))
            if error.code >= 500:
                self.refused.append(answer)
            return answer

    def manage(self, *line: str) -> str:
        """The output of a command on this tracker's database."""
        return manage(self.variables, *line)


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def manage(variables: dict[str, str], *line: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *line], cwd=ROOT, env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


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


@contextmanager
def serving(var: Path, *, workers: int, **environment: str) -> Iterator[Tracker]:
    """The production server over a new database of the kind under test, with these variables."""
    with own_database(var) as variables:
        variables |= environment
        manage(variables, "quickstart", "--no-serve")
        port = _free_port()
        server = [sys.executable, "-m", "granian", "tracker.wsgi:application", "--interface", "wsgi"]
        server += ["--port", str(port), "--workers", str(workers), "--blocking-threads", "2", "--no-ws"]
        with subprocess.Popen(server, cwd=ROOT, env=variables, stderr=subprocess.DEVNULL) as process:
            base = f"http://127.0.0.1:{port}"
            try:
                _wait_for(f"{base}/readyz")
                yield Tracker(base, variables, json.loads((var / "access.json").read_text()))
            finally:
                process.terminate()
                process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{url} did not answer")


@pytest.fixture
def events_of(tracker: Tracker) -> Callable[[str], list[dict]]:
    """The events of a list's query, oldest first."""

    def found(query: str) -> list[dict]:
        answer = tracker.call("inspector", "GET", f"/events/?{query}&ordering=sequence&page_size=200")
        return answer.body["results"]

    return found
