"""What is asked of the product alone: what an export holds, writers side by side, growth with the data."""

from collections.abc import Callable, Iterator
from statistics import median
from urllib.parse import urlencode

import orjson

from tests.benchmarks.agreement import answer
from tests.benchmarks.cases import CASES, LIST, Request
from tests.benchmarks.client import Load, ask
from tests.benchmarks.download import download
from tests.benchmarks.nation import RAREST, Nation
from tests.benchmarks.servers import Server, serving
from tests.benchmarks.table import verdict

MOST_GROWTH = 16  # MiB that an export may add.
FIRST_BYTE = 0.25  # Seconds.
DEEP = 50  # Pages.
MOST_SLOWER = 1.3  # Ten times the data.
CLIENTS, EACH = 2, 4
Line = list[str]


def exports(nation: Nation, step: Callable[[], object]) -> Iterator[Line]:
    """Of CSV and NDJSON from a server that has just begun: rows, first byte, and growth of memory."""
    for name in ("csv", "ndjson"):
        with serving("product", nation.variables) as server:
            # A first answer of another kind, so that what is loaded once is not counted.
            answer(server, CASES["list"].requests(nation)[0])
            before = server.memory("VmRSS")
            server.forget_peak()
            read = download(server, CASES[name].requests(nation)[0])
            more = server.memory("VmHWM") - before
            step()
        if read is None:
            yield [name, "timed out", "", ""]
            continue
        yield [
            name,
            f"{read.rows:,}",
            f"{1000 * read.first_byte:.0f} ms ≤ {1000 * FIRST_BYTE:.0f}"
            f" {verdict(read.first_byte <= FIRST_BYTE)}",
            f"{before:.0f} MiB + {more:.1f} ≤ {MOST_GROWTH} {verdict(more <= MOST_GROWTH)}",
        ]


def writers(nation: Nation, seconds: float) -> str:
    """Two processes of the product, two clients with four connections each: no write may fail."""
    requests = CASES["write"].requests(nation)
    with serving("product", nation.variables, workers=2) as server:
        texts = [request.text(server.port) for request in requests]
        half = len(texts) // CLIENTS
        loads = [
            Load(server.port, [*texts[n * half :], *texts[: n * half]], seconds, EACH) for n in range(CLIENTS)
        ]
        results = ask(*loads)
    written = sum(result.answered for result in results)
    failures = [f"{why}: {count}" for result in results for why, count in result.failures.items()]
    said = "; ".join(failures) or "none failed"
    return f"{written:,} updates by {CLIENTS} × {EACH} connections to 2 processes: {said}. " + verdict(
        bool(written) and not failures
    )


def growth(
    small: Nation, large: Nation, *, seconds: float, pairs: int, step: Callable[[], object]
) -> Iterator[Line]:
    """The product on ten times the data against itself: latencies of list, deep page, detail and
    every ordering."""
    with serving("product", small.variables) as one, serving("product", large.variables) as other:
        asked = [(one, _questions(small, one)), (other, _questions(large, other))]
        for name in asked[0][1]:
            ratios = []
            for turn in range(pairs + 1):
                middles = []
                for server, questions in asked:
                    texts = [request.text(server.port) for request in questions[name]]
                    result = ask(Load(server.port, texts, seconds))[0]
                    middles.append(median(result.latencies))
                    step()
                if turn:  # The first pair warms up.
                    ratios.append(middles[1] / middles[0])
            ratio = median(ratios)
            yield [
                name,
                f"{1000 * middles[0]:.1f} ms",
                f"{1000 * middles[1]:.1f} ms",
                f"{ratio:.2f} ({min(ratios):.2f}–{max(ratios):.2f}) ≤ {MOST_SLOWER}"
                f" {verdict(ratio <= MOST_SLOWER)}",
            ]


def _questions(nation: Nation, server: Server) -> dict[str, list[Request]]:
    def listed(owner: str, **more: str) -> Request:
        return Request(f"recommendations/?{urlencode({**LIST, 'owner_subtree': owner, **more})}", token)

    token, region = nation.token(), nation.regions[0]
    rarest = [reference for owner, reference in nation.owned if owner == RAREST]
    details = CASES["detail"].requests(nation)
    own = nation.token(RAREST)
    firsts = {
        f"first page of {noun}, {who}": [Request(f"{noun}/?page_size=100", of)]
        for noun in ("recommendations", "actions", "updates")
        for who, of in (("all in reach", token), ("the rarest owner's people", own))
    }
    return {
        "list of a region": [listed(owner) for owner in nation.regions],
        "list of the rarest owner": [listed(RAREST)],
        f"page {DEEP} of a region": [_deep(server, listed(region, page_size="10"))],
        "detail": details,
        "detail of the rarest owner": [
            Request(f"recommendations/{reference}/?omit=allowed_steps,baselines", token)
            for reference in rarest
        ],
        "list that names no subtree, the rarest owner's people": [
            Request(f"recommendations/?{urlencode(LIST)}", own)
        ],
        **firsts,
        **{
            f"recommendations by {name}, {who}": [
                Request(f"recommendations/?page_size=100&ordering={name}", of)
            ]
            for name in _orderings(server)
            for who, of in (("all in reach", token), ("the rarest owner's people", own))
        },
    }


def _orderings(server: Server) -> list[str]:
    """Every ordering that the list of recommendations offers, as the schema names them."""
    schema = orjson.loads(answer(server, Request("schema/?format=json", "")))
    parameters = schema["paths"]["/api/v1/recommendations/"]["get"]["parameters"]
    return next(one["schema"]["items"]["enum"] for one in parameters if one["name"] == "ordering")


def _deep(server: Server, first: Request) -> Request:
    """The page that stands `DEEP` pages after the first, or the last full one."""
    request = first
    for _ in range(DEEP):
        following = orjson.loads(answer(server, request))["next"]
        if following is None:
            break
        request = Request(following.partition("/api/v1/")[2], first.token)
    return request
