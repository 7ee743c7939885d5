"""The checks that `python -m tests` runs: the name of each, what it holds, and its command."""

import os
import secrets
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("tracker", "recommendations", "tests")
FLOOR = 90  # Per cent of lines and branches, on SQLite.

SUITES = {
    "sqlite": "every test but the long suites passes on SQLite",
    "postgresql": "those of models, queries, operations and record pass on PostgreSQL, and one of each face",
}
IN_PARALLEL = ["-n", "logical", "--maxprocesses", "8", "--dist", "loadgroup"]
REST = "rest-postgresql"
LONG_SUITES = {
    "long-sqlite": "the long suites pass on SQLite",
    "long-postgresql": "the long suites pass on PostgreSQL",
    "browser": "people reach what they came for in a browser, and axe finds nothing",
    REST: "every other test of the test command passes on PostgreSQL too",
}
# The full figures, each part of them at most an hour.
RELEASE = {
    "fuzz": "12,000 requests that nobody thought of are answered as the schema says",
    "workflow": "50,000 steps by random people break no rule of the workflow",
}
RELEASE_TESTS = {"fuzz": "tests/api/test_fuzz.py", "workflow": "tests/test_workflow_model.py"}
COVERED = f"those tests reach {FLOOR} % of lines and branches"

# What a developer's shell says of the tracker, or of the tools, must not change a verdict.
OWN_VARIABLES = {
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "COVERAGE_FILE",
    "DATABASE_URL",
    "DJANGO_SETTINGS_MODULE",
    "LOG_LEVEL",
    "PYTEST_ADDOPTS",
    "SECRET_KEY",
    "SERVICE_CONTACT",
}


@dataclass(frozen=True)
class Check:
    """One command whose exit status is the verdict; without a command there is nothing to check."""

    name: str
    holds: str
    command: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Return the variables of this process without our own, and with those of the check."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in OWN_VARIABLES and not name.startswith("TRACKER_")
        }
        return {**kept, **self.variables}


def static_checks(scratch: Path) -> list[Check]:
    """Return the checks that need no other one's result; `scratch` is a directory they may fill."""
    templates = _files("*.html")
    upgradable = [path for path in _files("*.py") if "/migrations/" not in path]
    local = {"TRACKER_VAR": str(scratch / "local")}
    production = {
        "TRACKER_MODE": "production",
        "TRACKER_VAR": str(scratch / "production"),
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "tracker.example",
        "DATABASE_URL": f"sqlite:///{scratch / 'production.sqlite3'}",
    }
    return [
        Check("format", "ruff format leaves every file as it is", _tool("ruff format --check .")),
        Check(
            "lint",
            "ruff finds nothing, security rules included",
            _tool("ruff check --output-format concise ."),
        ),
        Check(
            "templates",
            "djade leaves every template as it is",
            [*_tool("djade --check"), *templates] if templates else [],
        ),
        Check(
            "upgrade",
            "django-upgrade finds no way of an older Django",
            [*_tool("django-upgrade --target-version 5.2 --check"), *upgradable],
        ),
        Check("types", "mypy finds no error of type", _tool("mypy"), local),
        Check("imports", "every import goes the one way", _tool("lint-imports --no-logo")),
        Check("dependencies", "what is imported is declared", _tool("deptry . --no-ansi")),
        Check(
            "locks",
            "each pin has the extras that other packages ask for",
            [sys.executable, "-m", "tests.locks"],
        ),
        Check(
            "migrations",
            "no change of a model is without its migration",
            _manage("makemigrations --check --dry-run"),
            local,
        ),
        Check(
            "deploy",
            "check --deploy has no warning with production settings",
            _manage("check --deploy --fail-level WARNING"),
            production,
        ),
    ]


def suite(database: str, url: str | None, *, arguments: Sequence[str]) -> Check:
    """Return the run of the tests on `database`; on SQLite all of them run."""
    chosen = [] if database == "sqlite" else ["-m", "postgres and not slow"]
    return Check(database, SUITES[database], [*_pytest([*IN_PARALLEL, *chosen]), *arguments], _address(url))


def long_suite(database: str, url: str | None, *, arguments: Sequence[str]) -> Check:
    """Return the run of the long suites on `database`: one process, as some measure load."""
    command = [*_pytest(["-m", "slow and not browser"]), *arguments]
    name = f"long-{database}"
    return Check(name, LONG_SUITES[name], command, _address(url))


def browser_suite(*, arguments: Sequence[str]) -> Check:
    """Return the run in a browser: where its event loop runs, Django refuses to query."""
    return Check("browser", LONG_SUITES["browser"], [*_pytest(["-m", "browser"]), *arguments])


def rest_suite(database: str, url: str | None, *, arguments: Sequence[str]) -> Check:
    """Return the run of what the test command leaves to SQLite alone."""
    options = [*IN_PARALLEL, "-m", "not postgres and not slow"]
    return Check(REST, LONG_SUITES[REST], [*_pytest(options), *arguments], _address(url))


def release_suite(part: str, database: str, url: str | None, *, arguments: Sequence[str]) -> Check:
    """Return the run of one part of the full figures on `database`."""
    options = ["--hypothesis-profile", "release", "-m", "slow", RELEASE_TESTS[part]]
    command = [*_pytest([*IN_PARALLEL, *options]), *arguments]
    return Check(f"{part}-{database}", RELEASE[part], command, _address(url))


def coverage_check() -> Check:
    """Return the run of the tests on SQLite that counts what they reach: they take 1.7 times as long."""
    counting = ["--cov", f"--cov-fail-under={FLOOR}", "--cov-report=term:skip-covered"]
    return Check("coverage", COVERED, _pytest([*IN_PARALLEL, *counting]))


def _files(pattern: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for room in CODE for path in (ROOT / room).rglob(pattern))


def _tool(line: str) -> list[str]:
    """Return the command `line` of a tool that stands beside this Python, on PATH or not."""
    name, *arguments = line.split()
    return [str(Path(sysconfig.get_path("scripts"), name)), *arguments]


def _manage(line: str) -> list[str]:
    return [sys.executable, "manage.py", *line.split()]


def _address(url: str | None) -> dict[str, str]:
    return {"DATABASE_URL": url} if url else {}


def _pytest(options: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", *options]
