"""Two servers in turns, A B A B, so that what else this machine does falls on both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import median

from tests.benchmarks.cases import Case, Request
from tests.benchmarks.client import Load, ask
from tests.benchmarks.download import download
from tests.benchmarks.servers import Server

WARM = 1.0  # Seconds.
Rate = float | None  # None: it timed out.


@dataclass
class Comparison:
    """The rates of `one` and of `other`, a pair for each turn; answers or rows a second."""

    pairs: list[tuple[float, float]] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    is_late: bool = False

    @property
    def ratios(self) -> list[float]:
        return [one / other for one, other in self.pairs]

    @property
    def one(self) -> float:
        return median(one for one, _ in self.pairs)

    @property
    def other(self) -> float:
        return median(other for _, other in self.pairs)

    @property
    def ratio(self) -> float:
        return median(self.ratios)


@dataclass(frozen=True)
class Turns:
    """How long a turn is, how many pairs there are, and what to call after each turn."""

    seconds: float
    pairs: int
    step: Callable[[], object]

    def compare(
        self, case: Case, requests: Sequence[Request], connections: int, one: Server, other: Server
    ) -> Comparison:
        """Each server in its turn; ends early where one timed out."""
        found = Comparison()
        rate = partial(self._rate, found, case, requests, connections)
        if not case.is_export and None in (rate(one, WARM), rate(other, WARM)):
            found.is_late = True
            return found
        for _ in range(self.pairs):
            both = rate(one, self.seconds), rate(other, self.seconds)
            if both[0] is None or both[1] is None:
                found.is_late = True
                break
            found.pairs.append((both[0], both[1]))
        return found

    def _rate(
        self,
        found: Comparison,
        case: Case,
        requests: Sequence[Request],
        connections: int,
        server: Server,
        seconds: float,
    ) -> Rate:
        self.step()
        if case.is_export:
            read = download(server, requests[0])
            return None if read is None else read.rate
        texts = [request.text(server.port) for request in requests]
        result = ask(Load(server.port, texts, seconds, connections))[0]
        for why, count in result.failures.items():
            name = f"{server.name}: {why}"
            found.failures[name] = found.failures.get(name, 0) + count
        return None if result.is_late else result.rate
