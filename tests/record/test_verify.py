"""Every manipulation of the record is found, and the first faulty event is named."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from recommendations.models import Event, EventPayload, RecordHead
from recommendations.models.event import HEADER
from recommendations.operations import verification
from recommendations.operations.verification import Verified, sign_off, verify
from recommendations.record.chain import canonical, digest, instant, seal
from tests.factories import unguarded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bsg", "elsewhere")]
COLUMNS = [field.column for field in Event._meta.concrete_fields]


@pytest.fixture
def elsewhere(tmp_path: Path, settings: Settings) -> Path:
    """A directory of checkpoints for this test alone."""
    settings.CHECKPOINTS_DIR = tmp_path
    return tmp_path


@contextmanager
def undone() -> Iterator[None]:
    """Undo every manipulation afterwards."""
    with transaction.atomic():
        unguarded()
        yield
        transaction.set_rollback(True)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def named(found: Verified) -> int | None:
    """Return the sequence that the verdict names."""
    match = re.match(r"Event (\d+): ", found.broken)
    return int(match[1]) if match else None


def other(column: str, value: object) -> object:
    """Return another value that the column can hold."""
    if column == "at":
        return "2026-03-01 12:00:01"
    if column == "sequence":
        return 100_000
    if isinstance(value, int):
        return value + 1
    if value is None:
        return 1
    text = str(value)
    return f"{text[:-1]}{'x' if text[-1:] != 'x' else 'y'}"


def test_the_record_of_the_tests_holds() -> None:
    found = verify()
    assert (found.broken, found.events) == ("", RecordHead.objects.get().sequence)
    assert found.events > 40


@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_of_any_column_of_any_event_is_found_and_named(column: str) -> None:
    rows = Event.objects.order_by("sequence").values_list("sequence", column)
    for sequence, value in list(rows):
        with undone():
            sql(
                f"UPDATE recommendations_event SET {column} = %s WHERE sequence = %s",  # noqa: S608
                other(column, value),
                sequence,
            )
            assert named(verify()) == sequence


def test_a_change_of_any_payload_is_found_and_named() -> None:
    for sequence, text in list(EventPayload.objects.values_list("event", "text")):
        for bent in (text.replace("{", "{ ", 1), text.replace("e", "3", 1), ""):
            with undone():
                sql("UPDATE recommendations_eventpayload SET text = %s WHERE event_id = %s", bent, sequence)
                assert named(verify()) == sequence


def test_a_payload_emptied_without_a_redaction_is_found_though_the_guard_lets_it_pass() -> None:
    sql("UPDATE recommendations_eventpayload SET text = NULL WHERE event_id = 7")
    assert named(verify()) == 7


def test_an_event_that_was_removed_is_named() -> None:
    for sequence in range(1, RecordHead.objects.get().sequence):
        with undone():
            sql("DELETE FROM recommendations_eventpayload WHERE event_id = %s", sequence)
            sql("DELETE FROM recommendations_event WHERE sequence = %s", sequence)
            assert named(verify()) == sequence


def test_a_payload_that_was_removed_is_named() -> None:
    with undone():
        sql("DELETE FROM recommendations_eventpayload WHERE event_id = 9")
        assert named(verify()) == 9


def test_two_events_that_changed_places_are_found_at_the_first() -> None:
    for first in (3, 10, 30):
        with undone():
            _renumber(first, 900_000)
            _renumber(first + 1, first)
            _renumber(900_000, first + 1)
            assert named(verify()) == first


def test_an_event_that_was_repeated_at_the_end_is_found() -> None:
    last = RecordHead.objects.get().sequence
    with undone():
        _copy(last, last + 1)
        assert named(verify()) == last + 1


def test_an_event_whose_hash_was_made_to_fit_breaks_the_next() -> None:
    with undone():
        sql("UPDATE recommendations_event SET verb = 'close' WHERE sequence = 12")
        event = Event.objects.get(sequence=12)
        sql("UPDATE recommendations_event SET hash = %s WHERE sequence = 12", _sealed(event))
        assert named(verify()) == 13


def test_an_end_that_was_cut_off_is_found_by_the_head_of_the_record() -> None:
    last = RecordHead.objects.get().sequence
    with undone():
        _cut(last - 2)
        assert named(verify()) == last - 1


def test_an_end_that_was_cut_off_with_the_head_set_back_is_found_by_a_checkpoint() -> None:
    sign_off(verify())
    last = RecordHead.objects.get().sequence
    with undone():
        _cut(last - 2)
        _set_head()
        assert named(verify()) == last - 1


def test_a_record_that_was_rebuilt_whole_is_found_by_a_checkpoint() -> None:
    sign_off(verify())
    with undone():
        sql("UPDATE recommendations_event SET verb = 'close' WHERE sequence = 12")
        _rebuild()
        _set_head()
        assert named(verify()) == RecordHead.objects.get().sequence
    assert verify().broken == ""


def test_without_a_checkpoint_a_rebuilt_record_looks_whole() -> None:
    """Checkpoints find it."""
    with undone():
        sql("UPDATE recommendations_event SET verb = 'close' WHERE sequence = 12")
        _rebuild()
        _set_head()
        assert verify().broken == ""


def test_a_record_that_ceases_to_be_a_demonstration_is_found() -> None:
    with undone():
        RecordHead.objects.update(demonstration=False)
        assert "demonstration" in verify().broken


def test_a_checkpoint_that_was_changed_is_found(elsewhere: Path) -> None:
    sign_off(verify())
    kept = elsewhere / "checkpoints.jsonl"
    kept.write_text(kept.read_text().replace('"sequence":', '"sequence":1'))
    assert "checkpoints" in verify().broken


def test_an_end_that_was_cut_off_and_written_on_is_found_though_it_was_signed_again(
    plan: Callable,
) -> None:
    plan(1)
    sign_off(verify())
    last = RecordHead.objects.get().sequence
    with undone():
        _cut(last - 2)
        _set_head()
        plan(1)
        plan(2)
        sign_off(Verified(last, 0, 0))
        assert str(last) in verify().broken


def test_an_instant_of_the_end_that_was_changed_is_found() -> None:
    RecordHead.objects.update(at=datetime(2036, 1, 1, tzinfo=UTC))
    assert named(verify()) == RecordHead.objects.get().sequence


def test_a_record_that_lost_its_end_is_said_to() -> None:
    RecordHead.objects.all().delete()
    assert "lost its end" in verify().broken


def test_an_event_that_cannot_be_read_is_named() -> None:
    with undone():
        text = canonical({"reason": "", "rows": [], "salt": ""})
        sql(
            "UPDATE recommendations_event SET verb = 'redact', payload_hash = %s WHERE sequence = 20",
            digest(text),
        )
        sql("UPDATE recommendations_eventpayload SET text = %s WHERE event_id = 20", text)
        _rebuild()
        _set_head()
        assert named(verify()) == 20


def test_who_writes_while_it_is_verified_raises_no_alarm(plan: Callable) -> None:
    """The other event is written after the end was read and before the check begins."""
    began = RecordHead.objects.get().sequence
    follow = verification._follow

    def after_another_wrote(*given: Any) -> Any:
        plan(1)
        return follow(*given)

    with patch.object(verification, "_follow", after_another_wrote):
        found = verify()
    assert (found.broken, found.events) == ("", began + 1)


def _sealed(event: Event) -> str:
    header = {name: getattr(event, name) for name in HEADER}
    return seal(header | {"at": instant(event.at)})


def _renumber(old: int, new: int) -> None:
    _copy(old, new)
    sql("DELETE FROM recommendations_eventpayload WHERE event_id = %s", old)
    sql("DELETE FROM recommendations_event WHERE sequence = %s", old)


def _copy(old: int, new: int) -> None:
    event = Event.objects.get(sequence=old)
    text = event.payload.text
    event.sequence = new
    event.save(force_insert=True)
    EventPayload(event_id=new, text=text).save(force_insert=True)


def _cut(last: int) -> None:
    sql("DELETE FROM recommendations_eventpayload WHERE event_id > %s", last)
    sql("DELETE FROM recommendations_event WHERE sequence > %s", last)


def _rebuild() -> None:
    """Compute the chain of all events again, as an intruder could."""
    previous = "0" * 64
    for event in Event.objects.select_related("payload").order_by("sequence"):
        event.previous_hash = previous
        event.payload_hash = digest(event.payload.text or "")
        previous = event.hash = _sealed(event)
        event.save()


def _set_head() -> None:
    last = Event.objects.order_by("-sequence")[0]
    RecordHead.objects.update(sequence=last.sequence, hash=last.hash, at=last.at)
