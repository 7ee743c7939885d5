"""Runs one check and says what became of it."""

import subprocess
import time
from dataclasses import dataclass
from functools import partial

from tests.checks import LONG_SUITES, ROOT, Check

NO_TESTS = 5  # pytest's exit status when it found nothing to run.

say = partial(print, flush=True)


@dataclass(frozen=True)
class Outcome:
    """What became of a check: its verdict is ok, FAILED or skipped; a skipped one says why."""

    name: str
    verdict: str
    seconds: float = 0.0
    output: str = ""

    def show(self) -> "Outcome":
        """Print the verdict on one line, after the output of a check that failed."""
        if self.verdict == "FAILED" and self.output:
            say(self.output.rstrip())
        reason = f"  {self.output}" if self.verdict == "skipped" else ""
        say(f"{self.name:<16} {self.verdict:<8} {self.seconds:6.1f} s{reason}")
        return self


def run(check: Check) -> Outcome:
    """Run `check` and keep what it prints, standard output and errors in their order."""
    if not check.command:
        return Outcome(check.name, "skipped", output="there is nothing to check")
    began = time.monotonic()
    result = subprocess.run(
        check.command,
        cwd=ROOT,
        env=check.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "FAILED" if result.returncode else "ok"
    return Outcome(check.name, verdict, time.monotonic() - began, result.stdout)


def run_in_the_open(check: Check) -> Outcome:
    """Run `check` with its output as it comes, the closing lines of pytest included."""
    say(f"\n{check.name}: {check.holds}")
    began = time.monotonic()
    process = subprocess.Popen(check.command, cwd=ROOT, env=check.environment())
    try:
        status = process.wait()
    except BaseException as stopped:
        # Ctrl-C has reached it already, and it is closing its files.
        if not isinstance(stopped, KeyboardInterrupt):
            process.terminate()
        _wait_or_kill(process)
        raise
    seconds = time.monotonic() - began
    if check.name in LONG_SUITES and status == NO_TESTS:
        return Outcome(check.name, "skipped", seconds, "there are no long suites yet").show()
    return Outcome(check.name, "FAILED" if status else "ok", seconds).show()


def _wait_or_kill(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
