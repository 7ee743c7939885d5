"""Target dates: the first is frozen, each move is kept with its reason and the words of before and after."""

from datetime import date
from typing import Any

import pytest

from recommendations.errors import Invalid, NotPermitted, StaleVersion
from recommendations.models import Action, Event, Inspection, TargetRevision
from recommendations.operations.targets import revise_target
from tests.factories import NOW, People
from tests.operations.work import everything, fresh, plan

pytestmark = pytest.mark.django_db

WHY = "The trainer left."


@pytest.fixture
def planned(bsg: Inspection, people: People) -> Any:
    return lambda words: plan(bsg.recommendations.get(number=1), people.contributor, target_date=words)


def move(action: Action, by: Any, words: str, reason: str = WHY) -> Action:
    held = fresh(action)
    return revise_target(action=held, version=held.version, target_date=words, reason=reason, by=by, at=NOW)


def refused(action: Action, by: Any, words: str, reason: str = WHY) -> set[str]:
    stood = everything()
    with pytest.raises(Invalid) as refusal:
        move(action, by, words, reason)
    assert everything() == stood
    return set(refusal.value.problems)


def first(action: Action) -> tuple[Any, ...]:
    row = fresh(action)
    return row.original_words, row.original_earliest, row.original_latest, row.original_precision


def current(action: Action) -> tuple[Any, ...]:
    row = fresh(action)
    return row.target_words, row.target_earliest, row.target_latest, row.target_precision


SPANS = [
    ("30 June 2026", date(2026, 6, 30), date(2026, 6, 30), "day"),
    ("June 2026", date(2026, 6, 1), date(2026, 6, 30), "month"),
    ("spring 2027", date(2027, 3, 1), date(2027, 5, 31), "season"),
    ("summer 2026", date(2026, 6, 1), date(2026, 8, 31), "season"),
    ("autumn 2026", date(2026, 9, 1), date(2026, 11, 30), "season"),
    ("2027", date(2027, 1, 1), date(2027, 12, 31), "year"),
]


@pytest.mark.parametrize(("words", "earliest", "latest", "precision"), SPANS)
def test_the_words_and_the_span_that_they_mean_are_kept_as_target_and_as_original(
    words: str, earliest: date, latest: date, precision: str, planned: Any
) -> None:
    action = planned(words)
    assert current(action) == first(action) == (words, earliest, latest, precision)


@pytest.mark.parametrize("words", ["Ongoing", "Completed"])
def test_ongoing_and_completed_are_no_date_and_their_words_are_kept(words: str, planned: Any) -> None:
    assert current(planned(words)) == (words, None, None, "none")


@pytest.mark.parametrize("words", ["winter 2026", "Q2 2025", "within 3 months", "31 June 2026"])
def test_what_would_have_to_be_guessed_is_asked_about(words: str, planned: Any, people: People) -> None:
    assert refused(planned("30 June 2026"), people.contributor, words) == {"target_date"}


def test_a_move_keeps_what_stood_before_and_after_why_who_and_when(planned: Any, people: People) -> None:
    action = planned("summer 2026")
    move(action, people.contributor, "15 October 2026")
    kept = action.target_revisions.get()
    assert (kept.number, kept.reason, kept.author, kept.recorded_at) == (1, WHY, people.contributor, NOW)
    assert (kept.before_words, kept.before_latest, kept.before_precision) == (
        "summer 2026",
        date(2026, 8, 31),
        "season",
    )
    assert (kept.after_words, kept.after_latest, kept.after_precision) == (
        "15 October 2026",
        date(2026, 10, 15),
        "day",
    )
    assert kept.days_moved == 45


def test_the_original_stays_however_often_the_target_moves(planned: Any, people: People) -> None:
    action = planned("30 June 2026")
    stood = first(action)
    for words in ("31 July 2026", "Ongoing", "autumn 2026", "30 June 2026"):
        move(action, people.contributor, words)
        assert first(action) == stood
    assert list(action.target_revisions.values_list("number", "before_words", "after_words")) == [
        (1, "30 June 2026", "31 July 2026"),
        (2, "31 July 2026", "Ongoing"),
        (3, "Ongoing", "autumn 2026"),
        (4, "autumn 2026", "30 June 2026"),
    ]


def test_the_first_date_that_is_given_later_is_the_original_and_no_revision(
    planned: Any, people: People
) -> None:
    action = planned("")
    after = move(action, people.contributor, "30 June 2026", reason="")
    assert first(after) == current(after) == ("30 June 2026", date(2026, 6, 30), date(2026, 6, 30), "day")
    assert not TargetRevision.objects.exists()


@pytest.mark.parametrize("words", ["Ongoing", "tbc"])
def test_the_first_date_after_words_that_name_none_is_the_original(
    words: str, planned: Any, people: People
) -> None:
    """“Ongoing” is no date: from it nothing could ever be late."""
    action = planned(words)
    after = move(action, people.contributor, "30 June 2026")
    assert after.original_latest == date(2026, 6, 30)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_move_without_a_reason_is_refused(reason: str, planned: Any, people: People) -> None:
    assert refused(planned("30 June 2026"), people.contributor, "31 July 2026", reason) == {"reason"}


def test_a_date_cannot_be_taken_away_without_a_reason(planned: Any, people: People) -> None:
    assert refused(planned("30 June 2026"), people.contributor, "", "") == {"reason"}


def test_the_same_date_is_no_move(planned: Any, people: People) -> None:
    assert refused(planned("30 June 2026"), people.contributor, "30 June 2026") == {"target_date"}


def test_every_problem_of_a_move_is_told(planned: Any, people: People) -> None:
    assert refused(planned("30 June 2026"), people.contributor, "\0", "\0") >= {"target_date"}


def test_a_move_of_a_row_that_another_changed_is_refused(planned: Any, people: People) -> None:
    action = planned("30 June 2026")
    move(action, people.contributor, "31 July 2026")
    stood = everything()
    with pytest.raises(StaleVersion):
        revise_target(
            action=action, version=1, target_date="1 May 2026", reason=WHY, by=people.contributor, at=NOW
        )
    assert everything() == stood


def test_only_the_owners_people_move_a_target(planned: Any, people: People) -> None:
    action = planned("30 June 2026")
    for name in ("viewer", "sibling", "partner", "assurer", "inspector", "administrator"):
        with pytest.raises(NotPermitted):
            move(action, getattr(people, name), "31 July 2026")
    assert current(action)[0] == "30 June 2026"


def test_overdue_counts_from_the_latest_day_of_the_span(planned: Any) -> None:
    action = planned("summer 2026")
    assert not Action.objects.overdue(on=date(2026, 8, 31)).contains(action)
    assert Action.objects.overdue(on=date(2026, 9, 1)).contains(action)
    assert action.due_in_words(on=date(2026, 9, 1)).startswith("Overdue by 1 day ")


def test_a_move_is_one_event_that_holds_revision_and_action(planned: Any, people: People) -> None:
    action = planned("30 June 2026")
    before = Event.objects.count()
    move(action, people.contributor, "31 July 2026")
    event = Event.objects.latest("sequence")
    assert Event.objects.count() == before + 1
    assert {said["noun"] for said in event.content["rows"]} >= {"targetrevision", "action"}
    assert event.reason == WHY
