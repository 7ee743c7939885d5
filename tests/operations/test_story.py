"""The made-up story of eighteen months: told by the operations alone, and what it comes to."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from recommendations.errors import Refused
from recommendations.intake.seeds import read_seeds
from recommendations.models import Action, Event, Recommendation, RecordHead, Review, User
from recommendations.operations.accounts import system_actor
from recommendations.operations.intake import Request, import_report
from recommendations.operations.record import mark_demonstration
from recommendations.operations.replay import replay
from recommendations.operations.story import beginning, tell
from recommendations.operations.verification import verify
from recommendations.queries.statuses import with_statuses, with_statuses_as_of
from tests.factories import emptied, report

ON = date(2026, 11, 23)
STORY = tomllib.loads((settings.SEEDS_DIR / "stories" / "BSG-2023.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def told(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """The story in an empty database, for the tests of this file."""
    elsewhere = override_settings(CHECKPOINTS_DIR=tmp_path_factory.mktemp("checkpoints"))
    with elsewhere, django_db_blocker.unblock(), transaction.atomic():
        emptied(demonstration=False)
        at = beginning(STORY, on=ON)
        mark_demonstration(by=system_actor(), at=at)
        import_report(
            text=report(),
            seeds=read_seeds(settings.SEEDS_DIR),
            request=Request(),
            by=system_actor(),
            at=at,
        )
        yield tell(STORY, on=ON)
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told"), pytest.mark.xdist_group("story")]


def standing(number: int, on: date = ON) -> Any:
    return with_statuses(Recommendation.objects.all(), on=on).get(number=number)


def test_every_entry_is_told(told: int) -> None:
    assert told == sum(len(part["entries"]) for part in STORY["recommendations"]) > 100


@pytest.mark.parametrize(
    ("number", "official", "evidence", "schedule", "judgement", "unsupported_claim"),
    [
        (1, "closed", "outcome", "ended", "reasonable_progress", False),
        (2, "closed", "output", "ended", "insufficient_progress", True),
        (3, "in_progress", "none", "overdue", "", False),
        (4, "in_progress", "outcome", "due_soon", "", False),
        (5, "in_progress", "none", "overdue", "", False),
        (6, "submitted", "practice", "no_date", "", True),
        (7, "in_progress", "none", "overdue", "", False),
        (8, "closed", "outcome", "ended", "not_followed_up", False),
        (9, "awaiting_response", "none", "no_date", "", False),
    ],
)
def test_the_four_statuses_stand_side_by_side(
    number: int, official: str, evidence: str, schedule: str, judgement: str, unsupported_claim: bool
) -> None:
    row = standing(number)
    statuses = (
        row.status_on_day,
        row.evidence_level,
        row.schedule_status,
        row.judgement,
        row.unsupported_claim,
    )
    assert statuses == (official, evidence, schedule, judgement, unsupported_claim)


def test_closed_work_was_found_insufficient_and_the_claim_of_that_day_is_kept() -> None:
    review = Review.objects.get(recommendation__number=2)
    assert review.claim["status"] == "closed"
    assert review.claim["evidence_status"] == "output"
    assert standing(2).unsupported_judged_short
    assert standing(2).unsupported_measure_not_moved


def test_no_recommendation_was_closed_by_who_did_the_work() -> None:
    closings = Event.objects.filter(verb="close", noun="recommendation")
    assert {event.actor.username for event in closings} == {"grace.adeyemi", "tom.lister"}
    assert {event.role for event in closings} == {"assurer"}


def test_a_submission_was_returned_with_a_reason() -> None:
    returned = Event.objects.get(verb="return", recommendation__number=1)
    assert "read again" in returned.reason


def test_the_dates_that_moved_are_counted_against_the_first() -> None:
    action = Action.objects.get(label="7a")
    assert action.target_revisions.count() == 3
    assert action.original_precision == "month"
    row = standing(7)
    assert row.late_by_original > row.late_by > 0


def test_silence_shows_where_nothing_was_heard_for_ninety_days() -> None:
    no_recent_update = (
        with_statuses(Recommendation.objects.all(), on=ON).filter(no_recent_update=True).order_by("number")
    )
    assert [row.number for row in no_recent_update] == [3, 9]


def test_what_a_leaver_was_named_for_was_handed_over() -> None:
    assert not Action.objects.open().filter(person__username="jo.fraser").exists()
    assert Action.objects.get(label="3a").person == User.objects.get(username="ben.hughes")


def test_the_record_of_it_holds_and_rebuilds_every_row() -> None:
    assert verify().broken == ""
    assert replay().differences == []
    assert RecordHead.objects.get().demonstration


@pytest.mark.parametrize(
    ("day", "status"), [(10, "awaiting_response"), (20, "in_progress"), (305, "submitted")]
)
def test_any_past_day_shows_how_things_stood(day: int, status: str) -> None:
    then = ON - timedelta(days=STORY["days"] - day)
    assert with_statuses_as_of(Recommendation.objects.all(), day=then).get(number=1).status_on_day == status


def test_a_story_is_not_told_twice() -> None:
    with pytest.raises(Refused), transaction.atomic():
        mark_demonstration(by=system_actor(), at=beginning(STORY, on=ON))
