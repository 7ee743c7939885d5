"""Load a dump into a database of its own, and start the processes that judge it there."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.checks import ROOT
from tests.own_database import own_database
from tests.record.dump import CHECKPOINTS, MANIFEST, SQL


@dataclass(frozen=True)
class Loaded:
    """A dump in its own database, with its manifest and the environment of processes that use it."""

    manifest: dict[str, Any]
    variables: Mapping[str, str]

    def judged(self) -> dict[str, Any]:
        """Migrate the database and return what `tests.record.judging` finds in it."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.record.judging"],
            cwd=ROOT,
            env=dict(self.variables),
            input=json.dumps(self.manifest),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@contextmanager
def loaded(dump: Path, var: Path, change: Callable[[str], str] = str) -> Iterator[Loaded]:
    """Load the part of `dump` for the database under test, its SQL as `change` returns it."""
    with own_database(var) as variables:
        url = variables.get("DATABASE_URL", "")
        part = dump / ("postgresql" if url else "sqlite")
        # As bytes: reading as text would turn the line endings within texts into others.
        sql = change((part / SQL).read_bytes().decode("utf-8"))
        if url:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(sql)  # type: ignore[call-overload]
        else:
            with closing(sqlite3.connect(var / "tracker.sqlite3")) as database:
                database.executescript(sql)
        shutil.copytree(part / CHECKPOINTS, var / CHECKPOINTS)
        variables["CHECKPOINTS_DIR"] = str(var / CHECKPOINTS)
        yield Loaded(json.loads((part / MANIFEST).read_text("utf-8")), variables)
