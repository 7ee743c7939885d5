"""Overdue begins at 00:00 in London on the day after, wherever it is asked and in whatever zone.

Fourteen instants (both changes of the clock, the summer hour in which UTC and London disagree, ends of
months, the leap day), as three time zones of a server's clock would pass them.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from recommendations.models import Action, Event, Inspection, Recommendation, RecommendationHistory
from recommendations.models.base import in_words
from recommendations.queries.parameters import end_of
from recommendations.queries.statuses import with_statuses, with_statuses_as_of
from tests.factories import NOW, People
from tests.operations.work import plan, update

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
SECOND = timedelta(seconds=1)
# Each last day with the instant, in UTC, at which it ends in London; as a clock on the wall there says.
ENDS = [
    (date(2026, 3, 28), datetime(2026, 3, 29, 0, 0, tzinfo=UTC)),  # The day before the clocks go forward.
    (date(2026, 3, 29), datetime(2026, 3, 29, 23, 0, tzinfo=UTC)),  # The short day itself.
    (date(2026, 10, 24), datetime(2026, 10, 24, 23, 0, tzinfo=UTC)),  # The day before they go back.
    (date(2026, 10, 25), datetime(2026, 10, 26, 0, 0, tzinfo=UTC)),  # The long day itself.
    (date(2026, 6, 30), datetime(2026, 6, 30, 23, 0, tzinfo=UTC)),  # The end of a month in summer.
    (date(2026, 12, 31), datetime(2027, 1, 1, 0, 0, tzinfo=UTC)),  # The end of a year.
    (date(2028, 2, 29), datetime(2028, 3, 1, 0, 0, tzinfo=UTC)),  # The leap day.
]
# The last instant of the day, and the first of the next: fourteen.
INSTANTS = [
    (last, instant, instant >= ended)
    for last, ended in ENDS
    for instant in (ended - timedelta(microseconds=1), ended)
]
ZONES = ["UTC", "America/Los_Angeles", "Pacific/Auckland"]
EVERY = pytest.mark.parametrize(("last", "instant", "late"), INSTANTS, ids=lambda value: f"{value}")


@pytest.fixture
def planned(bsg: Inspection, people: People) -> Callable[[date], Action]:
    def due(last: date) -> Action:
        words = in_words(last, last, "day")
        return plan(bsg.recommendations.get(number=1), people.contributor, target_date=words)

    return due


def test_there_are_fourteen_instants_and_half_of_them_are_late() -> None:
    assert [late for *_, late in INSTANTS] == [False, True] * 7
    for last, ended in ENDS:
        assert (
            end_of(last) == ended == datetime.combine(last + timedelta(days=1), datetime.min.time(), LONDON)
        )


@EVERY
def test_overdue_begins_at_midnight_in_london(
    last: date, instant: datetime, late: bool, planned: Callable[[date], Action]
) -> None:
    """In the QuerySet, in the words of a row, in the standing, and in the standing as of that day."""
    action = planned(last)
    [on] = {timezone.localdate(instant.astimezone(ZoneInfo(zone))) for zone in ZONES}
    standing = with_statuses(Recommendation.objects.all(), on=on).get(pk=action.recommendation_id)
    past = with_statuses_as_of(Recommendation.objects.all(), day=on).get(pk=action.recommendation_id)
    assert {
        "query": Action.objects.overdue(on=on).contains(action),
        "words": action.due_in_words(on=on).startswith("Overdue by 1 day "),
        "due soon": not Action.objects.due_soon(on=on).contains(action),
    } == dict.fromkeys(["query", "words", "due soon"], late)
    said = ("overdue", 1) if late else ("due_soon", None)
    assert (standing.schedule_status, standing.late_by) == said
    assert (past.schedule_status, past.late_by) == said


@EVERY
def test_what_is_done_at_an_instant_is_done_on_its_day_in_london(
    last: date,
    instant: datetime,
    late: bool,
    bsg: Inspection,
    people: People,
) -> None:
    """The day of an update, of its event, and the first day on which history shows it."""
    row = bsg.recommendations.get(number=1)
    day = last + timedelta(days=1) if late else last
    for zone in ZONES:
        made = update(row, people.contributor, at=instant.astimezone(ZoneInfo(zone)))
        event = Event.objects.latest("sequence")
        assert (made.dated, event.day, event.at) == (day, day, instant)
    heard = dict(RecommendationHistory.objects.at_end_of(day).values_list("recommendation", "heard_on"))
    before = dict(
        RecommendationHistory.objects.at_end_of(day - timedelta(days=1)).values_list(
            "recommendation", "heard_on"
        )
    )
    assert heard[row.pk] == day
    assert before[row.pk] < day


@pytest.mark.parametrize("server", ZONES)
def test_the_zone_of_the_process_changes_no_answer(
    server: str, planned: Callable[[date], Action], clock: Callable[[str], None]
) -> None:
    """One instant in the summer hour: still 30 June in UTC, and 1 July in London."""
    action = planned(date(2026, 6, 30))
    clock(server)
    instant = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    on = timezone.localdate(instant)
    assert on == date(2026, 7, 1)
    assert Action.objects.overdue(on=on).contains(action)
    update(action, action.events.get().actor, at=instant)
    row = with_statuses_as_of(Recommendation.objects.all(), day=date(2026, 6, 30)).get(
        pk=action.recommendation_id
    )
    assert (row.schedule_status, row.fact_heard_on) == ("due_soon", date(2023, 8, 31))
    row = with_statuses_as_of(Recommendation.objects.all(), day=on).get(pk=action.recommendation_id)
    assert (row.schedule_status, row.fact_heard_on) == ("overdue", on)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Set the zone of the process's own clock."""

    def set_to(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_to
    monkeypatch.undo()
    time.tzset()


def test_the_span_of_a_month_ends_with_its_last_day_in_a_leap_year_too(
    bsg: Inspection, people: People
) -> None:
    action = plan(bsg.recommendations.get(number=1), people.contributor, target_date="February 2028")
    assert not Action.objects.overdue(on=date(2028, 2, 29)).contains(action)
    assert Action.objects.overdue(on=date(2028, 3, 1)).contains(action)


def test_days_late_are_days_and_not_spans_of_24_hours(planned: Callable[[date], Action]) -> None:
    """Across the short night: two days after is two days late, though 47 hours passed."""
    action = planned(date(2026, 3, 28))
    row = with_statuses(Recommendation.objects.all(), on=date(2026, 3, 30)).get(pk=action.recommendation_id)
    assert row.late_by == 2
    assert action.due_in_words(on=date(2026, 3, 30)).startswith("Overdue by 2 days ")


def test_no_instant_lies_before_the_demonstration_began() -> None:
    assert all(instant > NOW for *_, instant, _ in INSTANTS)
