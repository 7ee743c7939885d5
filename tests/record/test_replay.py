"""The events alone rebuild every row, and a row that was changed without an event is named."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection

from recommendations.models import (
    Action,
    Event,
    Inspection,
    Membership,
    ProgressUpdate,
    Recommendation,
    RecommendationHistory,
    User,
)
from recommendations.models.stored_names import noun
from recommendations.operations.redaction import REDACTED, redact
from recommendations.operations.replay import replay
from recommendations.operations.snapshot import columns, is_tracked
from recommendations.operations.updates import record_update
from recommendations.operations.verification import verify
from tests.factories import NOW, People
from tests.models import rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bsg")]
TRACKED = [model for model in apps.get_app_config("recommendations").get_models() if is_tracked(model)]


def test_what_is_recorded_follows_from_its_events() -> None:
    found = replay()
    assert found.differences == []
    assert found.rows > 140


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model.__name__)
def test_a_row_that_no_event_made_is_named(model: type) -> None:
    """Change a row of any model with the ORM, without an operation."""
    row = rows.make(model)
    assert f"{noun(model)} {row.pk} stands, and no event made it." in replay().differences


def test_a_row_that_was_changed_by_sql_is_named_with_its_column(bsg: Inspection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE recommendations_recommendation SET text = 'Do nothing.' WHERE number = 4")
    pk = bsg.recommendations.get(number=4).pk
    assert replay().differences == [f"recommendation {pk} is not as the events say: text."]


@pytest.mark.parametrize(
    ("route", "name"),
    [
        (lambda: Recommendation.objects.filter(number=1).update(status="not_agreed"), "status"),
        (lambda: User.objects.filter(username="viewer").update(is_active=False), "is_active"),
        (lambda: Membership.objects.filter(role="viewer").update(role="administrator"), "role"),
        (lambda: Recommendation.objects.get(number=1).standards.clear(), "standards"),
    ],
)
def test_a_change_past_the_operations_is_named(route: Callable[[], object], name: str) -> None:
    route()
    assert any(sentence.endswith(f"say: {name}.") for sentence in replay().differences)


def test_a_row_that_was_removed_is_named(plan: Callable) -> None:
    action = plan(1)
    Action.objects.filter(pk=action.pk).update(successor=None)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM recommendations_recommendationhistory WHERE valid_to IS NOT NULL")
    assert any("was made by an event, and is not there" in one for one in replay().differences)


def test_a_history_that_is_not_how_things_stand_is_named() -> None:
    present = RecommendationHistory.objects.filter(recommendation__number=3, valid_to=None)
    present.update(open_actions=7)
    assert "The history of BSG-2023-3 is not how it stands: open_actions." in replay().differences


def test_every_column_is_in_the_record_but_secrets() -> None:
    kept = {(model._meta.model_name, field.name) for model in TRACKED for field in columns(model)}
    every = {
        (model._meta.model_name, field.name) for model in TRACKED for field in model._meta.concrete_fields
    }
    secrets = {("user", "password"), ("user", "last_login"), ("accesstoken", "last_used_at")}
    projected = {pair for pair in every if pair[1] in {"sequence", "published_sequence"}}
    assert every - kept == secrets | projected


def test_a_redaction_leaves_a_record_that_holds_and_replays(plan: Callable, people: People) -> None:
    action = plan(1)
    update = record_update(
        recommendation=action.recommendation,
        text="John Smith of 4 High Street was seen.",
        by=people.contributor,
        at=NOW,
    )
    sequence = Event.objects.get(noun="progressupdate").sequence
    redact(row=update, reason="It names a person on probation.", by=people.administrator, at=NOW)
    assert ProgressUpdate.objects.get().text == REDACTED
    assert verify().broken == ""
    found = replay()
    assert (found.differences, found.redacted) == ([], [sequence])
