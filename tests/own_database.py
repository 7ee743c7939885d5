"""A database of its own for a test that starts the tracker's processes."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def own_database(var: Path) -> Iterator[dict[str, str]]:
    """The variables under which processes find a new database, of the kind under test, and `var`.

    On PostgreSQL it is made on the server that DATABASE_URL names, and removed afterwards.
    """
    variables = {**os.environ, "TRACKER_VAR": str(var), "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    server = variables.pop("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield variables
        return
    name = f"own_{secrets.token_hex(4)}"
    _run(server, f'CREATE DATABASE "{name}"')
    address, _, query = server.partition("?")
    variables["DATABASE_URL"] = f"{address.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    try:
        yield variables
    finally:
        _run(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]
