"""The made-up nation that everything is measured on: generated, or taken from where it was kept."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg

from tests import postgres
from tests.checks import ROOT

ACCESS = "access.json"
RAREST = "rarest-pdu"
SAMPLE = 500
SEED = 4
# The tests' server forgets what it wrote when the power goes; what is measured here may not.
DURABLE = ("fsync=on", "shared_buffers=256MB")


@dataclass(frozen=True)
class Nation:
    """A filled database: the variables by which processes find it, and what can be asked of it."""

    database: str
    variables: dict[str, str]
    access: dict[str, dict[str, str]]
    regions: list[str]
    references: list[str]
    # (slug of a PDU, reference of a recommendation that it owns)
    owned: list[tuple[str, str]]

    def token(self, name: str = "viewer") -> str:
        return self.access[name]["token"]


@contextmanager
def nation(database: str, *, scale: float, kept: Path | None) -> Iterator[Nation]:
    """A nation of this scale on `sqlite` or `postgresql`; `kept` is where it is taken from, and left."""
    with ExitStack() as stack:
        room = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tracker-benchmark-")))
        var = room / f"{database}-{scale:g}"
        var.mkdir(parents=True, exist_ok=True)
        variables = {**os.environ, "TRACKER_VAR": str(var), "DJANGO_SETTINGS_MODULE": "tracker.settings"}
        given = variables.pop("DATABASE_URL", "")
        if database == "postgresql":
            variables["DATABASE_URL"] = given or stack.enter_context(_server(var))
        if not (var / ACCESS).exists():
            _generate(variables, scale)
            if database == "postgresql" and kept and not given:
                _dump(variables["DATABASE_URL"], var)
        if database == "sqlite" and kept:
            # Floor and twin write what the record does not have: what is kept stays whole.
            copy = stack.enter_context(tempfile.TemporaryDirectory(prefix="tracker-benchmark-"))
            variables["TRACKER_VAR"] = shutil.copytree(var, copy, dirs_exist_ok=True)
        # What was kept may be older than the last migration.
        _manage(variables, "migrate", "-v0")
        yield _described(database, variables, json.loads((var / ACCESS).read_text()))


def _generate(variables: dict[str, str], scale: float) -> None:
    try:
        _manage(variables, "migrate", "-v0")
        command = [sys.executable, "-m", "tests.benchmarks.generate", "--scale", f"{scale:g}"]
        subprocess.run(command, cwd=ROOT, env=variables, check=True)
    except subprocess.CalledProcessError:
        shutil.rmtree(variables["TRACKER_VAR"], ignore_errors=True)
        sys.exit("The nation could not be generated.")


def _manage(variables: dict[str, str], *line: str) -> None:
    subprocess.run([sys.executable, "manage.py", *line], cwd=ROOT, env=variables, check=True)


@contextmanager
def _server(var: Path) -> Iterator[str]:
    """A PostgreSQL server for this run, with the nation that was dumped in `var` if one was."""
    with patch.object(postgres, "UNSAFE_BUT_FAST", DURABLE), postgres.server() as url:
        if (dump := var / "dump").exists():
            _tool("pg_restore", "-d", _address(url), "-j2", "--no-owner", str(dump))
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
        yield url


def _dump(url: str, var: Path) -> None:
    _tool("pg_dump", "-d", _address(url), "-Fd", "-j2", "-Z1", "-f", str(var / "dump"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _tool(name: str, *line: str) -> None:
    found = next(path for path in postgres.candidates() if (path / name).exists())
    subprocess.run([found / name, *line], check=True)


def _address(url: str) -> str:
    """What psycopg reads from the address, as PostgreSQL's own tools read it too."""
    return psycopg.conninfo.make_conninfo(url)


def _described(database: str, variables: dict[str, str], access: dict[str, dict[str, str]]) -> Nation:
    chosen = random.Random(SEED)  # noqa: S311  The same requests in every run.
    regions = [slug for (slug,) in _rows(variables, "SELECT slug FROM [organisation] WHERE level = 'region'")]
    owned = _rows(
        variables,
        "SELECT o.slug, r.reference FROM [recommendation] r JOIN [organisation] o ON o.id = r.owner_id"
        " JOIN [inspection] i ON i.id = r.inspection_id WHERE i.published_latest < CURRENT_DATE"
        " ORDER BY r.id",
    )
    references = chosen.sample([reference for _, reference in owned], min(SAMPLE, len(owned)))
    able = [pair for pair in owned if pair[0] in access]
    return Nation(
        database,
        variables,
        access,
        chosen.sample(regions, len(regions)),
        references,
        chosen.sample(able, min(SAMPLE, len(able))),
    )


def _rows(variables: dict[str, str], sql: str) -> list[Any]:
    """Rows of the nation; asked in a process of its own, as the driver is chosen by its variables."""
    code = (
        "import json, sys; from tests.benchmarks.floor.database import database, written;"
        "print(json.dumps(database().rows(written(sys.argv[1]))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, sql], cwd=ROOT, env=variables, check=True, capture_output=True, text=True
    )
    return [tuple(row) for row in json.loads(done.stdout)]
