"""Nothing is timed before all three servers gave the same answers."""

import difflib
import http.client
import json
import sys
from collections.abc import Iterator, Sequence
from pprint import pformat
from typing import Any

from tests.benchmarks.cases import Case, Request
from tests.benchmarks.client import PATIENCE
from tests.benchmarks.servers import Server

COMPARED = 3  # Requests of each kind.
SHOWN = 40  # Lines of a difference.


def answer(server: Server, request: Request, *, patience: float = PATIENCE) -> bytes:
    """The body of the answer; ends the run where it is no 2xx. Raises TimeoutError."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=patience)
    try:
        # The same host for all: addresses in the answers name it.
        headers = {"Host": "127.0.0.1", "Authorization": f"Bearer {request.token}", "Accept": request.accept}
        if request.body:
            headers["Content-Type"] = "application/json"
        method = "POST" if request.body else "GET"
        connection.request(method, f"/api/v1/{request.path}", request.body or None, headers)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    if response.status // 100 != 2:
        sys.exit(f"{server.name} answers {response.status} to {request.path}:\n{body[:2000].decode()}")
    return body


def agree(case: Case, requests: Sequence[Request], servers: Sequence[Server]) -> None:
    """End the run with the difference where two servers answer one request differently."""
    first, *others = servers
    for request in requests[:COMPARED]:
        expected = case.compared(answer(first, request))
        for other in others:
            try:
                found = case.compared(answer(other, request))
            except TimeoutError:
                continue  # Its measurement will say so.
            if found != expected:
                lines = "\n".join(_differences(expected, found, first.name, other.name))
                sys.exit(f"{first.name} and {other.name} differ on {request.path}:\n{lines}")


def _differences(expected: Any, found: Any, one: str, other: str) -> Iterator[str]:
    lines = difflib.unified_diff(_lines(expected), _lines(found), one, other, lineterm="", n=1)
    for _, line in zip(range(SHOWN), lines, strict=False):
        yield line


def _lines(found: Any) -> list[str]:
    if isinstance(found, list):  # An export, which may be long.
        return [line.decode() for line in found[:1000]]
    return pformat(json.loads(json.dumps(found)), width=100).splitlines()
