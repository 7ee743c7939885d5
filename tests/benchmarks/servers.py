"""The servers that are compared: each one process of the production server, over the same database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.serving import granian

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
    settings = {"RATE_LIMITS": UNREACHED, "DJANGO_SETTINGS_MODULE": SETTINGS.get(name, "tracker.settings")}
    started = granian(APPLICATIONS[name], {**variables, **settings}, workers=workers, answers="healthz")
    with started as (port, process):
        yield Server(name, port, process)
