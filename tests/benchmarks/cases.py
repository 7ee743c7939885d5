"""What is asked, of whom, and how near the product must come to the floor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson

from tests.benchmarks.nation import Nation

CONNECTIONS = (1, 4)
LIST = {
    "open": "true",
    "overdue": "true",
    "ordering": "due",
    "page_size": "100",
    "fields": "reference,owner,status,due,days_late,actions_by_status",
}
EXPORT = {
    "ordering": "id",
    "fields": "id,label,recommendation,description,lead,responsible_post,status,target_date,"
    "original_target_date,schedule_status,days_late,outcome,sequence,version,created_at,updated_at",
}
TEXT = "Progress was reported for the benchmark: two of three teams have finished, the last begins on Monday."


@dataclass(frozen=True)
class Request:
    """One request of the API, by the path under its root."""

    path: str
    token: str
    body: bytes = b""
    accept: str = "application/json"

    def text(self, port: int) -> str:
        """The whole request, as it is sent."""
        lines = [
            f"{'POST' if self.body else 'GET'} /api/v1/{self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Authorization: Bearer {self.token}",
            f"Accept: {self.accept}",
        ]
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", self.body.decode()])


# By database, then by connections: what the ratio must be at least.
Target = Mapping[str, Mapping[int, float]]


def _alike(least: float) -> Target:
    return {name: dict.fromkeys(CONNECTIONS, least) for name in ("sqlite", "postgresql")}


def _apart(sqlite: float, postgresql: float) -> Target:
    return {
        "sqlite": dict.fromkeys(CONNECTIONS, sqlite),
        "postgresql": dict.fromkeys(CONNECTIONS, postgresql),
    }


@dataclass(frozen=True)
class Case:
    """A kind of request, and what the product must reach against the floor and against the twin."""

    says: str
    requests: Callable[[Nation], list[Request]]
    floor: Target
    twin: Target
    connections: tuple[int, ...] = CONNECTIONS
    # Whole exports are timed: rows a second, and not requests.
    is_export: bool = False
    counts: bool = False
    # What differs from answer to answer, and is not compared.
    own: frozenset[str] = field(default_factory=frozenset)

    def compared(self, body: bytes) -> Any:
        """What must be the same in all answers."""
        if self.is_export:
            return body.splitlines()
        found = orjson.loads(body)
        if "results" in found:
            # The twin always counts, as DRF does.
            return {name: found[name] for name in ("results", "count")[: 1 + self.counts]}
        return {name: value for name, value in found.items() if name not in self.own}


def _list(nation: Nation, **more: str) -> list[Request]:
    return [
        Request(f"recommendations/?{urlencode({'owner_subtree': region, **LIST, **more})}", nation.token())
        for region in nation.regions
    ]


def _detail(nation: Nation) -> list[Request]:
    return [
        Request(f"recommendations/{reference}/?omit=allowed_steps,baselines", nation.token())
        for reference in nation.references
    ]


def _export(nation: Nation, media_type: str) -> list[Request]:
    return [Request(f"actions/?{urlencode(EXPORT)}", nation.token(), accept=media_type)]


def _updates(nation: Nation) -> list[Request]:
    return [
        Request("updates/", nation.token(owner), orjson.dumps({"recommendation": reference, "text": TEXT}))
        for owner, reference in nation.owned
    ]


CASES = {
    "list": Case(
        "list: 100 of a region, open and overdue, with owner and actions by status",
        _list,
        floor=_alike(0.5),
        twin=_alike(8),
    ),
    "detail": Case(
        "detail of one recommendation with actions and evidence",
        _detail,
        floor={"sqlite": {1: 0.25, 4: 0.2}, "postgresql": {1: 0.4, 4: 0.4}},
        twin=_apart(4, 2.5),
    ),
    "count": Case(
        "the list with its exact count",
        lambda nation: _list(nation, count="true"),
        floor=_alike(0.5),
        twin=_alike(8),
        counts=True,
    ),
    "summary": Case(
        "summary of all subtrees, without actions and moves",
        lambda nation: [Request("summary/?omit=actions,dates_moved", nation.token())],
        floor=_alike(0.5),
        twin=_alike(8),
    ),
    "csv": Case(
        "CSV of all actions",
        lambda nation: _export(nation, "text/csv"),
        floor=_alike(0.75),
        twin=_alike(5),
        connections=(1,),
        is_export=True,
    ),
    "ndjson": Case(
        "NDJSON of all actions",
        lambda nation: _export(nation, "application/x-ndjson"),
        floor=_alike(0.75),
        twin=_alike(5),
        connections=(1,),
        is_export=True,
    ),
    "write": Case(
        "progress update with chained event, durable",
        _updates,
        floor=_apart(0.12, 0.3),
        twin=_alike(1),
        own=frozenset({"id", "url", "created_at", "sequence"}),
    ),
}
