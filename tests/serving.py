"""The tracker as it is deployed: the production server, in processes of its own, over its own database."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

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


@contextmanager
def serving(var: Path, *, workers: int, story: bool = False, **environment: str) -> Iterator[Tracker]:
    """The production server over a new database of the kind under test, with these variables."""
    with own_database(var) as variables:
        variables |= environment
        manage(variables, "quickstart", "--no-serve", *(["--story"] if story else []))
        with granian("tracker.wsgi:application", variables, workers=workers) as (port, _):
            yield Tracker(
                f"http://127.0.0.1:{port}", variables, json.loads((var / "access.json").read_text())
            )


@contextmanager
def granian(
    application: str, variables: Mapping[str, str], *, workers: int, answers: str = "readyz"
) -> Iterator[tuple[int, int]]:
    """The production server with `application`: its port on this machine, and its process.

    Raises RuntimeError where it does not answer within half a minute, or answers with an error.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", application, "--interface", "wsgi", "--no-ws"]
    command += ["--port", str(port), "--workers", str(workers), "--blocking-threads", "2"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdout=quiet, stderr=quiet) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/{answers}")
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310
                return
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{url} answers {error.code} before anything is asked of it") from error
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer")
