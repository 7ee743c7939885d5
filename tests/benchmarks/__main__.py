"""`python -m tests.benchmarks`: the product beside a hand-written floor and an idiomatic DRF twin."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tqdm import tqdm

from tests.benchmarks import singles
from tests.benchmarks.agreement import agree
from tests.benchmarks.cases import CASES, Case
from tests.benchmarks.comparing import Turns
from tests.benchmarks.nation import Nation, nation
from tests.benchmarks.servers import Server, serving
from tests.benchmarks.table import against, rate, table
from tests.postgres import exit_on_termination

say = partial(print, flush=True)
DATABASES = ("sqlite", "postgresql")
ALONE = {
    "memory": "the product's memory and first byte while it exports",
    "writers": "no write fails with two processes and eight connections",
    "growth": "the product on ten times the data (--scale × 10) against itself",
}
TEN = 10
EXPLANATION = """\
Asks the product, a floor of hand-written SQL and a twin as DRF's documentation would have it the same
requests, each one process of the same server over the same database, with authentication and throttling
on. First their answers are compared: a difference is printed and ends the run. Then they are timed in
turns, product, floor, product, floor and so on, then product and twin, by a client in a process of its
own. Printed are the median rates, and of the ratios of the pairs the median, the least and the most.

Ratios travel to other machines, rates do not; the last line says how far the floor differs from itself.
The nation is generated first, which takes minutes; --data keeps it, and a copy of it is measured, as floor
and twin write what no record has. Only a database that DATABASE_URL names is written to, and spoilt.
"""
EPILOG = """\
examples:
  python -m tests.benchmarks --database sqlite --scale 0.1 --seconds 1 --pairs 3     a first look
  python -m tests.benchmarks --data /tmp/nations                     everything but growth, some 40 minutes
  python -m tests.benchmarks --data /tmp/nations --only list detail  two requests
  python -m tests.benchmarks --data /tmp/nations --only growth       generates ten times as much as well

A nation is kept as DIR/sqlite-1 or DIR/postgresql-1 (its scale at the end): what
`python -m tests.benchmarks.generate` leaves in TRACKER_VAR, and of PostgreSQL a dump. PostgreSQL is started
for the run; where DATABASE_URL
names one, it is used, and DIR/postgresql-1/access.json must be that of the nation in it.
"""


def main(line: Sequence[str]) -> int:
    """Measure what `line` asks for and print it; return 0."""
    options = _read(line)
    databases = [name for name in DATABASES if options.database in (name, "both")]
    wanted = options.only or [name for name in (*CASES, *ALONE) if name != "growth"]
    for database in databases:
        with exit_on_termination(), ExitStack() as stack:
            place = stack.enter_context(nation(database, scale=options.scale, kept=options.data))
            say(f"\n## {database}, scale {options.scale:g}\n")
            _compare(place, [name for name in CASES if name in wanted], options)
            _alone(place, wanted, options)
            if "growth" in wanted:
                _grow(place, options)
    return 0


def _read(line: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=EXPLANATION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [*CASES, *ALONE]
    said = "; ".join(f"{name}: {case.says}" for name, case in CASES.items())
    said += "; " + "; ".join(f"{name}: {words}" for name, words in ALONE.items())
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=f"measure these. {said}")
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both", help="default: both")
    parser.add_argument("--scale", type=float, default=1, help="of the nation (default: 1)")
    parser.add_argument("--seconds", type=float, default=3, help="of each turn (default: 3)")
    parser.add_argument("--pairs", type=_pairs, default=5, help="turns of each two (default: 5)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="take nations from here, and keep them here")
    return parser.parse_args(line)


def _pairs(words: str) -> int:
    if not words.isdigit() or int(words) < 1:
        raise argparse.ArgumentTypeError(f"“{words}” is no number of pairs: 1 or more.")
    return int(words)


def _bar(total: int | None) -> tqdm:
    return tqdm(total=total, unit=" turns", file=sys.stderr, disable=None, leave=False)


def _compare(place: Nation, names: Sequence[str], options: argparse.Namespace) -> None:
    if not names:
        return
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving(name, place.variables)) for name in ("product", "floor", "twin")
        ]
        for name in names:
            agree(CASES[name], CASES[name].requests(place), servers)
        turns = sum(
            2 * len(CASES[name].connections) * 2 * (options.pairs + (not CASES[name].is_export))
            for name in names
        )
        with _bar(turns + 2 * options.pairs + 2) as bar:
            run = Turns(options.seconds, options.pairs, bar.update)
            rows = [row for name in names for row in _rows(place, CASES[name], run, servers)]
            noise = _noise(place, run, servers[1])
    headings = ["request", "connections", "product /s", "floor /s", "against the floor", "twin /s"]
    say(table([*headings, "against the twin"], rows))
    say(f"\n{noise}")


def _rows(place: Nation, case: Case, run: Turns, servers: Sequence[Server]) -> Iterator[list[str]]:
    product, floor, twin = servers
    requests = case.requests(place)
    for connections in case.connections:
        near = run.compare(case, requests, connections, product, floor)
        far = run.compare(case, requests, connections, product, twin)
        yield [
            case.says,
            str(connections),
            rate(near.one) if near.pairs else "–",
            rate(near.other) if near.pairs else "–",
            against(near, case.floor[place.database][connections]),
            rate(far.other) if far.pairs else "–",
            against(far, case.twin[place.database][connections]),
        ]


def _noise(place: Nation, run: Turns, floor: Server) -> str:
    found = run.compare(CASES["list"], CASES["list"].requests(place), 1, floor, floor)
    low, high, cores = min(found.ratios), max(found.ratios), len(os.sched_getaffinity(0))
    return f"Noise: the floor against itself {found.ratio:.2f} ({low:.2f}–{high:.2f}), on {cores} cores."


def _alone(place: Nation, wanted: Sequence[str], options: argparse.Namespace) -> None:
    if "memory" in wanted:
        with _bar(2) as bar:
            rows = list(singles.exports(place, bar.update))
        say("\n" + table(["export", "lines", "first byte", "memory"], rows))
    if "writers" in wanted:
        say(f"\nWriters: {singles.writers(place, 2 * options.seconds)}")


def _grow(place: Nation, options: argparse.Namespace) -> None:
    with (
        nation(place.database, scale=TEN * options.scale, kept=options.data) as large,
        _bar(None) as bar,
    ):
        rows = list(
            singles.growth(place, large, seconds=options.seconds, pairs=options.pairs, step=bar.update)
        )
    headings = ["request", f"scale {options.scale:g}", f"scale {TEN * options.scale:g}", "growth"]
    say("\n" + table(headings, rows))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")
