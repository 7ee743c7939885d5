"""A client in a process of its own: keep-alive connections that ask one request after another.

It reads what to ask from standard input and writes how it went to standard output, both as JSON. It
speaks to sockets itself: http.client takes as long for an answer as the fastest of the servers.
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from threading import Thread

from tests.checks import ROOT

PATIENCE = 30.0  # Seconds for one answer.
TOO_LATE = "timed out"


@dataclass(frozen=True)
class Load:
    """What to ask: whole requests as text, one after another and then from the beginning."""

    port: int
    requests: Sequence[str]
    seconds: float
    connections: int = 1


@dataclass
class Result:
    """How it went: answers of 2xx, what else came, how long it took, and the seconds of each answer."""

    answered: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def is_late(self) -> bool:
        return TOO_LATE in self.failures

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds


def ask(*loads: Load) -> list[Result]:
    """Put each load on its server from a process of its own, all at once."""
    running = []
    for load in loads:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.client"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append((process, json.dumps(asdict(load))))
    for process, words in running:
        assert process.stdin is not None
        process.stdin.write(words)
        process.stdin.close()
    results = []
    for process, _ in running:
        assert process.stdout is not None
        results.append(Result(**json.loads(process.stdout.read())))
        process.stdout.close()
        process.wait()
    return results


class Connection:
    """One connection that is kept: sends a request, reads the answer, returns its status."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.held = b""

    def status(self, request: bytes) -> str:
        self.socket.sendall(request)
        while (end := self.held.find(b"\r\n\r\n")) < 0:
            self._more()
        head = self.held[:end].lower()
        _, _, length = head.partition(b"content-length:")
        whole = end + 4 + int(length.partition(b"\r\n")[0])
        while len(self.held) < whole:
            self._more()
        self.held = self.held[whole:]
        return head[9:12].decode()

    def _more(self) -> None:
        found = self.socket.recv(1 << 18)
        if not found:
            raise ConnectionError("the server closed the connection")
        self.held += found


def _keep_asking(load: Load, first: int, until: float, result: Result) -> None:
    asked = [request.encode() for request in load.requests]
    try:
        connection = Connection(load.port)
        for request in islice(cycle(asked), first, None):
            began = time.perf_counter()
            if began >= until:
                return
            status = connection.status(request)
            if status.startswith("2"):
                result.latencies.append(time.perf_counter() - began)
            else:
                result.failures[status] = result.failures.get(status, 0) + 1
    except TimeoutError:
        result.failures[TOO_LATE] = 1
    except OSError as error:
        result.failures[str(error)] = 1


def _ask(load: Load) -> Result:
    parts = [Result() for _ in range(load.connections)]
    began = time.perf_counter()
    step = len(load.requests) // load.connections
    threads = [
        Thread(target=_keep_asking, args=(load, number * step, began + load.seconds, part))
        for number, part in enumerate(parts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Result(seconds=time.perf_counter() - began)
    for part in parts:
        whole.latencies += part.latencies
        for why, count in part.failures.items():
            whole.failures[why] = whole.failures.get(why, 0) + count
    whole.answered = len(whole.latencies)
    return whole


if __name__ == "__main__":
    json.dump(asdict(_ask(Load(**json.load(sys.stdin)))), sys.stdout)
