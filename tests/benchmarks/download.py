"""One whole export: how fast its rows come, when the first byte does, and what the server holds for it."""

import http.client
import time
from dataclasses import dataclass

from tests.benchmarks.cases import Request
from tests.benchmarks.client import PATIENCE
from tests.benchmarks.servers import Server

PIECE = 1 << 18


@dataclass(frozen=True)
class Download:
    """`rows` lines in `seconds`, of which `first_byte` passed before the first."""

    rows: int
    seconds: float
    first_byte: float

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


def download(server: Server, request: Request) -> Download | None:
    """Read the export to its end; None where that takes longer than the benchmark's patience."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {request.token}", "Accept": request.accept}
    began = time.perf_counter()
    try:
        connection.request("GET", f"/api/v1/{request.path}", headers=headers)
        response = connection.getresponse()
        piece = response.read1(PIECE)
        first_byte = time.perf_counter() - began
        rows = 0
        while piece:
            rows += piece.count(b"\n")
            if time.perf_counter() - began > PATIENCE and server.name == "twin":
                return None
            piece = response.read1(PIECE)
    except TimeoutError:
        return None
    finally:
        connection.close()
    return Download(rows, time.perf_counter() - began, first_byte)
