"""Every dump of an earlier version migrates, verifies and replays without a difference.

A failure means that the code can no longer read what an installation of that version holds. Change the
code, or add a migration; never the dump. `python -m tests.record.dump --help` says how dumps are made.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.record.dump import portable
from tests.record.loading import Loaded, loaded

pytestmark = pytest.mark.xdist_group("upgrade")
DUMPS = sorted(path for path in (Path(__file__).parent / "dumps").iterdir() if path.is_dir())
VERIFY, REPLAY, REBUILD = "verify_events --no-checkpoint", "replay_events --all", "rebuild --check"


@pytest.fixture(scope="module", params=DUMPS, ids=lambda dump: dump.name)
def upgraded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Loaded, dict[str, Any]]]:
    """Each dump in turn, migrated, with what was found in it."""
    with loaded(request.param, tmp_path_factory.mktemp("upgrade")) as dump:
        yield dump, dump.judged()


Upgraded = tuple[Loaded, dict[str, Any]]


def test_every_command_is_content(upgraded: Upgraded) -> None:
    _, found = upgraded
    failed = {line: said for line, (verdict, said) in found["commands"].items() if verdict != "ok"}
    assert failed == {}


def test_the_chain_holds_to_its_last_event_and_agrees_with_the_checkpoints(upgraded: Upgraded) -> None:
    dump, found = upgraded
    said = re.match(
        r"The record holds: ([\d,]+) events, (\d+) .* with (\d+) checkpoints", _said(found, VERIFY)
    )
    assert said
    events, redacted, checkpoints = (int(number.replace(",", "")) for number in said.groups())
    assert events >= dump.manifest["events"]  # A migration may have added its own.
    assert redacted == len(dump.manifest["redacted"])
    assert checkpoints == dump.manifest["checkpoints"]
    assert found["hash"] == dump.manifest["hash"]


def test_the_events_give_every_row(upgraded: Upgraded) -> None:
    _, found = upgraded
    assert " 0 differences" in _said(found, REPLAY)


def test_no_row_is_lost(upgraded: Upgraded) -> None:
    dump, found = upgraded
    assert found["rows"] == dump.manifest["rows"]


def test_redacted_words_are_nowhere_and_kept_words_are_in_the_row_and_its_event(upgraded: Upgraded) -> None:
    dump, found = upgraded
    assert [found["tables"][words] for words in dump.manifest["redacted"]] == [[], []]
    assert found["tables"][dump.manifest["kept"]] == [
        "recommendations_eventpayload",
        "recommendations_progressupdate",
    ]


def test_the_active_token_works_and_the_revoked_one_does_not(upgraded: Upgraded) -> None:
    _, found = upgraded
    assert found["answers"] == {"active": 200, "revoked": 401}


def test_every_event_is_still_put_into_words(upgraded: Upgraded) -> None:
    dump, found = upgraded
    assert found["changes"] > dump.manifest["events"]


@pytest.mark.parametrize(
    ("before", "after", "command", "complaint"),
    [
        # In the event: JSON. In the row: a string of SQL.
        ('"text":"Twelve of', '"text":"Eleven of', VERIFY, "its hash does not cover this payload"),
        ("'Twelve of", "'Eleven of", REPLAY, "is not as the events say: text."),
    ],
    ids=["a word of an event", "a word of a row"],
)
def test_one_changed_word_is_found(
    tmp_path: Path, before: str, after: str, command: str, complaint: str
) -> None:
    def change(sql: str) -> str:
        assert sql.count(before) == 1
        return sql.replace(before, after)

    with loaded(DUMPS[-1], tmp_path, change) as dump:
        commands = dump.judged()["commands"]
    assert commands[command][0] == "FAILED"
    assert complaint in commands[command][1]


def test_a_dump_of_postgresql_keeps_the_lines_that_others_can_read() -> None:
    refused = "\\restrict a\nSET transaction_timeout = 0;\n\\unrestrict a\n"
    assert portable(f"SET lock_timeout = 0;\n{refused}SELECT 1;\n") == "SET lock_timeout = 0;\nSELECT 1;\n"


def _said(found: dict[str, Any], command: str) -> str:
    said: str = found["commands"][command][1]
    return said
