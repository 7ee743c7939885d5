"""The database itself refuses to change or remove what the record holds."""

import pytest
from django.db import DatabaseError, connection, transaction

from recommendations.models import Event, EventPayload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bsg")]
CHANGES = [
    "UPDATE recommendations_event SET verb = 'close' WHERE sequence = 5",
    "UPDATE recommendations_event SET sequence = 100000 WHERE sequence = 5",
    "DELETE FROM recommendations_event WHERE sequence = 5",
    "UPDATE recommendations_eventpayload SET text = '{}' WHERE event_id = 5",
    "UPDATE recommendations_eventpayload SET event_id = 100000 WHERE event_id = 5",
    "UPDATE recommendations_eventpayload SET text = NULL, event_id = 100000 WHERE event_id = 5",
    "DELETE FROM recommendations_eventpayload WHERE event_id = 5",
]
REPLACEMENTS = {
    "sqlite": [
        "INSERT OR REPLACE INTO recommendations_event SELECT * FROM recommendations_event WHERE sequence = 5",
        "REPLACE INTO recommendations_eventpayload (event_id, text) VALUES (5, '{}')",
    ],
    "postgresql": [
        "TRUNCATE recommendations_event CASCADE",
        "TRUNCATE recommendations_eventpayload",
        "INSERT INTO recommendations_eventpayload (event_id, text) VALUES (5, '{}')"
        " ON CONFLICT (event_id) DO UPDATE SET text = EXCLUDED.text",
    ],
}


def refused(statement: str) -> None:
    before = list(EventPayload.objects.order_by("event").values_list("event", "text", "event__hash"))
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    after = list(EventPayload.objects.order_by("event").values_list("event", "text", "event__hash"))
    assert after == before


@pytest.mark.parametrize("statement", CHANGES)
def test_an_event_and_its_payload_are_neither_changed_nor_removed(statement: str) -> None:
    refused(statement)


def test_an_event_is_not_replaced_nor_are_all_swept_away() -> None:
    for statement in REPLACEMENTS[connection.vendor]:
        refused(statement)


@pytest.mark.parametrize("route", ["save", "update", "delete", "delete one"])
def test_the_orm_cannot_either(route: str) -> None:
    event = Event.objects.get(sequence=5)
    doors = {
        "save": event.save,
        "update": lambda: Event.objects.filter(sequence=5).update(label="another"),
        "delete": EventPayload.objects.all().delete,
        "delete one": event.payload.delete,
    }
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        doors[route]()


def test_a_payload_that_was_emptied_stays_empty() -> None:
    EventPayload.objects.filter(event=5).update(text=None)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        EventPayload.objects.filter(event=5).update(text="{}")
