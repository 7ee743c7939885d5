"""`python -m tests`: every check of the project, one line for each, and what failed at the end."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

from tests import checks
from tests.checks import Check
from tests.postgres import PostgresNotFoundError, exit_on_termination, server
from tests.running import Outcome, run, run_in_the_open, say

EXPLANATION = """\
Runs the static checks, then the tests on SQLite and on PostgreSQL. A failed check does not stop the
others: the last line names what failed, and the exit status is 1. The long suites judge coverage too.

PostgreSQL is started for the run, from a Python package, and removed afterwards: none needs to be
installed. Where DATABASE_URL names a PostgreSQL, a test database on that server is used instead.
"""
EXAMPLES = """\
examples:
  python -m tests                                everything, as before a commit
  python -m tests --only lint types              two checks
  python -m tests --database sqlite              no PostgreSQL
  python -m tests --only sqlite -- -k dates -x   what follows -- goes to pytest
  python -m tests --long                         the long suites, up to an hour
  python -m tests --release fuzz                 the full figures, which the long suites sample
"""


def main(line: Sequence[str]) -> int:
    """Run the checks that `line` asks for; return 0 when all hold, 1 when one failed."""
    options, arguments = _read(line)
    began = time.monotonic()
    with (
        exit_on_termination(),
        tempfile.TemporaryDirectory(prefix="tracker-checks-", ignore_cleanup_errors=True) as name,
    ):
        # What a check leaves in TMPDIR goes at the end, even if it is killed. Others may pass through,
        # for tests that start a PostgreSQL as root.
        os.environ["TMPDIR"] = name
        Path(name).chmod(0o711)
        known = checks.static_checks(Path(name))
        if options.list:
            _list(known)
            return 0
        outcomes = list(_outcomes(options, known, arguments))
    seconds = time.monotonic() - began
    failed = [outcome.name for outcome in outcomes if outcome.verdict == "FAILED"]
    if failed:
        say(f"\nFAILED: {', '.join(failed)} ({len(failed)} of {len(outcomes)}, {seconds:.0f} s)")
        return 1
    skipped = sum(outcome.verdict == "skipped" for outcome in outcomes)
    say(f"\nNothing failed: {len(outcomes) - skipped} ok, {skipped} skipped ({seconds:.0f} s)")
    return 0


def _read(line: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    cut = line.index("--") if "--" in line else len(line)
    parser = argparse.ArgumentParser(
        prog="python -m tests",
        usage="python -m tests [options] [-- arguments of pytest]",
        description=EXPLANATION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [check.name for check in checks.static_checks(Path())]
    names += [*checks.SUITES]
    parser.add_argument(
        "--only", nargs="+", choices=names, metavar="NAME", help="run these; --list names them"
    )
    parser.add_argument("--list", action="store_true", help="say what each check holds, and stop")
    parser.add_argument("--database", choices=[*checks.SUITES, "both"], default="both", help="default: both")
    parser.add_argument("--long", action="store_true", help="run the long suites, and only them")
    parser.add_argument(
        "--release",
        nargs="*",
        choices=[*checks.RELEASE],
        metavar="PART",
        help="run the full figures that the long suites sample, or these parts of them",
    )
    return parser.parse_args(line[:cut]), list(line[cut + 1 :])


def _list(known: Sequence[Check]) -> None:
    static = {check.name: check.holds for check in known}
    last = {"coverage": checks.COVERED}
    for name, holds in {**static, **checks.SUITES, **checks.LONG_SUITES, **last, **checks.RELEASE}.items():
        say(f"{name:<16} {holds}")


def _outcomes(
    options: argparse.Namespace, known: Sequence[Check], arguments: Sequence[str]
) -> Iterator[Outcome]:
    databases = [name for name in checks.SUITES if options.database in (name, "both")]
    if options.release is not None:
        for part in options.release or checks.RELEASE:
            yield from _suites(databases, partial(checks.release_suite, part, arguments=arguments))
        return
    if options.long:
        yield from _at_length(databases, arguments)
        return
    only = options.only or [*(check.name for check in known), *checks.SUITES]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for outcome in pool.map(run, [check for check in known if check.name in only]):
            yield outcome.show()
    for name in databases:
        if name in only:
            yield from _suites([name], partial(checks.suite, arguments=arguments))


def _at_length(databases: Sequence[str], arguments: Sequence[str]) -> Iterator[Outcome]:
    """The long suites, beside each other as each is one process; then what takes all cores."""
    yield from _suites(databases, partial(checks.long_suite, arguments=arguments))
    if "sqlite" in databases:
        yield run_in_the_open(checks.browser_suite(arguments=arguments))
    rest = [name for name in databases if name != "sqlite"]
    yield from _suites(rest, partial(checks.rest_suite, arguments=arguments))
    if "sqlite" in databases and not arguments:
        yield run_in_the_open(checks.coverage_check())


def _suites(databases: Sequence[str], make: Callable[[str, str | None], Check]) -> Iterator[Outcome]:
    """Runs on each of `databases`: one in the open, several at once and each shown when it has ended."""
    try:
        with _postgresql() if "postgresql" in databases else nullcontext() as url:
            runs = [make(name, url if name == "postgresql" else None) for name in databases]
            if len(runs) == 1:
                yield run_in_the_open(runs[0])
                return
            say(f"\n{' and '.join(check.name for check in runs)}, at once: about half an hour without a word")
            with ThreadPoolExecutor(len(runs)) as pool:
                for outcome in pool.map(run, runs):
                    yield outcome.show()
    except PostgresNotFoundError as error:
        yield Outcome("postgresql", "FAILED", output=str(error)).show()


@contextmanager
def _postgresql() -> Iterator[str]:
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    with server() as url:
        yield url


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")
