"""Dump a small installation, made by the code of this checkout, as the tests of upgrades load it."""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from tests.checks import ROOT
from tests.postgres import candidates, server
from tests.running import say

SQL, MANIFEST, CHECKPOINTS = "database.sql", "manifest.json", "checkpoints"
EXPLANATION = """\
Makes a small installation on SQLite and another on PostgreSQL, and writes each to a directory below
DIRECTORY, `sqlite` and `postgresql`:

  database.sql    the whole database as plain SQL, for PostgreSQL 15 and later
  checkpoints/    its signed checkpoints, with their key: a key for tests, which signs nothing else
  manifest.json   what a database that was brought up to date from it must still hold

Run this at each release, into tests/record/dumps/ and the year and month of the release, and commit the
files. tests/record/test_upgrade.py loads every dump, migrates it, verifies its record and replays it. A
dump that was committed stays as it is: a change that it does not survive is wrong, not the dump.
"""
EXAMPLE = "example:\n  python -m tests.record.dump tests/record/dumps/2027-03\n"
# Settings of pg_dump that PostgreSQL 15 does not know, and commands of psql.
NOT_PORTABLE = ("SET transaction_timeout ", "\\restrict ", "\\unrestrict ")


def main(line: Sequence[str]) -> int:
    """Write both dumps into the directory that `line` names; return the exit status."""
    directory = _directory(line)
    with tempfile.TemporaryDirectory(prefix="tracker-dump-") as draft:
        for database, make in (("sqlite", _sqlite), ("postgresql", _postgresql)):
            (Path(draft) / database).mkdir()
            make(Path(draft) / database)
        shutil.copytree(draft, directory)
    say(f"The dumps are in {directory}.")
    return 0


def portable(dump: str) -> str:
    """Return the output of pg_dump without the lines that psycopg or PostgreSQL 15 refuse."""
    return "".join(line for line in dump.splitlines(keepends=True) if not line.startswith(NOT_PORTABLE))


def _directory(line: Sequence[str]) -> Path:
    parser = argparse.ArgumentParser(
        prog="python -m tests.record.dump",
        description=EXPLANATION,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("directory", metavar="DIRECTORY", type=Path, help="a directory that is not there yet")
    directory: Path = parser.parse_args(line).directory
    if directory.exists():
        parser.error(f"{directory} is there already: a dump that was committed stays as it is.")
    return directory


def _sqlite(target: Path) -> None:
    def dump(var: Path) -> str:
        with closing(sqlite3.connect(var / "tracker.sqlite3")) as connection:
            return "\n".join(connection.iterdump()) + "\n"

    _write(target, dump, url="")


def _postgresql(target: Path) -> None:
    binaries = next(directory for directory in candidates() if (directory / "pg_dump").exists())
    with server([binaries]) as url:
        options = ["--inserts", "--rows-per-insert=100", "--no-owner", "--no-privileges"]
        command = [binaries / "pg_dump", *options, url]

        def dump(var: Path) -> str:
            return portable(subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout)

        _write(target, dump, url=url)


def _write(target: Path, dump: Callable[[Path], str], *, url: str) -> None:
    """Make an installation on the database at `url`, SQLite where it is empty, and dump it."""
    with tempfile.TemporaryDirectory(prefix="tracker-dump-") as name:
        variables = {"TRACKER_VAR": name, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
        command = [sys.executable, "-m", "tests.record.installation", str(target.resolve() / MANIFEST)]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, check=True)
        (target / SQL).write_text(dump(Path(name)), "utf-8", newline="\n")
        shutil.copytree(Path(name) / CHECKPOINTS, target / CHECKPOINTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
