"""The servers that are compared: each one process of the production server, over the same database."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.checks import ROOT

MIB = 1024
# So high that counting is on and nobody is refused.
UNREACHED = ",".join(f"{kind}=999999999/60" for kind in ("read", "write", "upload", "export"))
APPLICATIONS = {
    "product": "tracker.wsgi:application",
    "floor": "tests.benchmarks.floor.wsgi:application",
    "twin": "tests.benchmarks.twin.wsgi:application",
}
SETTINGS = {"twin": "tests.benchmarks.twin.settings"}


@dataclass(frozen=True)
class Server:
    name: str
    port: int
    process: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def worker(self) -> Path:
        """Where the kernel tells of the process that answers."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()
        return Path(f"/proc/{children[-1]}")

    def memory(self, name: str) -> float:
        """`VmRSS`, what the worker holds, or `VmHWM`, the most it held since `forget_peak`; in MiB."""
        lines = (self.worker / "status").read_text().splitlines()
        return next(int(line.split()[1]) / MIB for line in lines if line.startswith(f"{name}:"))

    def forget_peak(self) -> None:
        (self.worker / "clear_refs").write_text("5")


@contextmanager
def serving(name: str, variables: Mapping[str, str], *, workers: int = 1) -> Iterator[Server]:
    """The server called `name` over the database that `variables` name."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", APPLICATIONS[name], "--interface", "wsgi", "--no-ws"]
    command += ["--port", str(port), "--workers", str(workers), "--blocking-threads", "2"]
    settings = {"RATE_LIMITS": UNREACHED, "DJANGO_SETTINGS_MODULE": SETTINGS.get(name, "tracker.settings")}
    with subprocess.Popen(
        command, cwd=ROOT, env={**variables, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            server = Server(name, port, process.pid)
            _wait_for(server)
            yield server
        finally:
            process.terminate()
            process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(server: Server) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{server.base}/healthz", timeout=5):  # noqa: S310  Our own.
                return
        except urllib.error.HTTPError as error:
            sys.exit(f"The {server.name} answers {error.code} before anything is asked of it.")
        except OSError:
            time.sleep(0.1)
    sys.exit(f"The {server.name} did not come up.")
