"""Migrate the database of a dump with this code, and print the findings as JSON.

`python -m tests.record.judging` reads the dump's manifest from standard input. It is a process of its
own, as its database is not that of the tests.
"""

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import django
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.db import connection
from django.test import Client

COMMANDS = (
    "migrate --no-input",
    "migrate --check",
    "check --fail-level WARNING",
    "verify_events --no-checkpoint",
    "replay_events --all",
    "rebuild --check",
)


def main() -> None:
    """Run every command, search for the words of the manifest, and print one JSON object."""
    django.setup()
    manifest = json.load(sys.stdin)
    commands = {line: _run(line) for line in COMMANDS}
    found = {
        "commands": commands,
        "hash": _hash_of(manifest["events"]),
        "rows": _rows_by_noun(manifest["rows"]),
        "tables": {words: list(_tables_with(words)) for words in (manifest["kept"], *manifest["redacted"])},
        "answers": {name: _answer(token) for name, token in manifest["tokens"].items()},
        "changes": _changes_in_words(),
    }
    json.dump(found, sys.stdout)


def _run(line: str) -> list[str]:
    """Run a command; return its verdict, `ok` or `FAILED`, and what it printed."""
    said = io.StringIO()
    try:
        call_command(*line.split(), stdout=said, stderr=said)
    except (CommandError, SystemCheckError) as error:
        return ["FAILED", f"{said.getvalue()}{error}"]
    except SystemExit:
        return ["FAILED", said.getvalue()]
    return ["ok", said.getvalue()]


def _hash_of(sequence: int) -> str | None:
    from recommendations.models import Event

    return Event.objects.filter(sequence=sequence).values_list("hash", flat=True).first()


def _rows_by_noun(nouns: dict[str, int]) -> dict[str, int]:
    from recommendations.models.stored_names import NOUNS, model_of

    return {noun: model_of(noun)._default_manager.count() for noun in nouns if noun in NOUNS}


def _tables_with(words: str) -> Iterator[str]:
    """Yield each table of the database that has `words` in a value."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            if any(words in str(value) for row in cursor.fetchall() for value in row):
                yield table


def _answer(token: str) -> int:
    """Return the status of the API's answer to the token."""
    client: Any = Client(SERVER_NAME="localhost", headers={"authorization": f"Bearer {token}"})
    return int(client.get("/api/v1/events/").status_code)


def _changes_in_words() -> int:
    """Put every event into words, as its page shows it; return the count of changes."""
    from recommendations.models import Event
    from recommendations.wording.changes import changes_of

    events = Event.objects.select_related("payload")
    return sum(len(changes) for changes in changes_of(events).values())


if __name__ == "__main__":
    main()
