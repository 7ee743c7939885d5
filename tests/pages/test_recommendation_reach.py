"""Who reads what of a recommendation, of which day, and at what cost; and whether its record holds."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.models import (
    EventPayload,
    Inspection,
    LinkKind,
    Measure,
    Recommendation,
    RecordHead,
)
from recommendations.operations.ownership import change_owner, link_recommendations
from recommendations.operations.readings import add_reading
from recommendations.operations.redaction import redact
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from recommendations.record.checkpoint import Checkpoints
from tests.factories import NOW, TODAY, Bodies, People, unguarded
from tests.operations.work import attach, fresh, judge, plan, reach, take, update
from tests.pages.shown import words_of

ADDRESS = "/recommendations/BSG-2023-1/"
DAY = timedelta(days=1)
CANARY = "zebra-crossing"


@pytest.fixture
def first(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


@pytest.fixture
def shown_to(screens: Callable, people: People) -> Callable[..., str]:
    def shown(who: str = "inspector", query: str = "") -> str:
        answer = screens(getattr(people, who)).get(ADDRESS + query)
        assert answer.status_code == 200
        return words_of(answer)

    return shown


@pytest.fixture
def worked_on(first: Recommendation, people: People, bodies: Bodies) -> Recommendation:
    """With a canary in every text that bodies and inspectors write; the police lead the second action."""
    take(first, "respond", people.contributor, answer="partly_agreed", accepted_part=CANARY, reason=CANARY)
    mine = plan(first, people.contributor, description=CANARY, responsible_post=CANARY)
    plan(first, people.contributor, description="Share what is known.", lead=bodies.police)
    for subject in (first, mine):
        update(subject, people.contributor, text=CANARY)
        attach(subject, people.contributor, title=CANARY)
    row = fresh(mine)
    moved = {"target_date": "June 2027", "reason": CANARY, "by": people.contributor, "at": NOW}
    revise_target(action=row, version=row.version, **moved)
    read(first, people, source=CANARY)
    judged = {"judgement": "insufficient_progress", "narrative": CANARY, "by": people.inspector, "at": NOW}
    record_review(recommendation=first, **judged)
    return first


def read(row: Recommendation, people: People, *, at: Any = NOW, source: str = "Audit") -> None:
    measure = Measure.objects.get(recommendation=row, slug="home-visits-missing")
    add_reading(measure=measure, taken_on=TODAY, source=source, n=18, out_of=58, by=people.contributor, at=at)


@pytest.mark.parametrize("who", ["outsider", "sibling"])
def test_out_of_reach_is_the_published_part_and_nothing_of_the_rest(
    shown_to: Callable[..., str], worked_on: Recommendation, who: str
) -> None:
    shown = shown_to(who)
    assert "improve the quality of work to assess" in shown
    assert "In the report: 36 of 59 (61 per cent)." in shown
    for word in (CANARY, "18 of 58", "Not measured again", "In progress", "Timeline", "Response", "Claim"):
        assert word not in shown, word


def test_who_leads_an_action_reads_that_action_and_not_the_whole(
    shown_to: Callable[..., str], worked_on: Recommendation
) -> None:
    shown = shown_to("partner")
    assert "Share what is known." in shown
    assert "You can read this because your organisation leads one of its actions." in shown
    for word in (CANARY, "18 of 58", "Insufficient progress"):
        assert word not in shown, word


@pytest.mark.parametrize("who", ["contributor", "viewer", "assurer", "administrator"])
def test_within_reach_everything_is_read(
    shown_to: Callable[..., str], worked_on: Recommendation, who: str
) -> None:
    shown = shown_to(who)
    assert shown.count(CANARY) >= 10
    assert "18 of 58" in shown


def test_what_does_not_exist_is_not_found(screens: Callable, people: People) -> None:
    assert screens(people.inspector).get("/recommendations/BSG-2023-99/").status_code == 404


def test_a_past_day_shows_it_as_it_was_then(
    shown_to: Callable[..., str], first: Recommendation, people: People
) -> None:
    take(first, "respond", people.contributor, answer="agreed")
    action = plan(first, people.contributor, target_date="1 March 2090")
    piece = attach(action, people.contributor)
    reach(action, "submitted", people, at=NOW + DAY)
    judge(piece, people.assurer, at=NOW + DAY)
    row = fresh(action)
    moved = {"target_date": "May 2090", "reason": CANARY, "by": people.contributor, "at": NOW + 2 * DAY}
    take(action, "withdraw", people.contributor, reason="Too early.", at=NOW + 2 * DAY)
    row = fresh(action)
    revise_target(action=row, version=row.version, **moved)
    read(first, people, at=NOW + 2 * DAY)

    then, next_day, today = (
        shown_to(query=f"?as_of={TODAY}"),
        shown_to(query=f"?as_of={TODAY + DAY}"),
        shown_to(),
    )
    assert "This page shows what was recorded when 2 March 2026 ended." in then
    assert "Action 1a Not started Train every practitioner. Due Due 1 March 2090 Owner" in then
    assert "Case audit for action 1a Practice Pending 2 March 2026" in then
    assert "Action 1a Submitted for assurance" in next_day
    assert "Practice Accepted" in next_day
    assert "Outcome claimed" in next_day
    for shown in (then, next_day):
        assert CANARY not in shown
        assert "18 of 58" not in shown
    assert "first due 1 March 2090, moved once" in today
    assert "18 of 58" in today


def test_a_past_day_shows_no_link_that_was_made_since(
    shown_to: Callable[..., str], first: Recommendation, people: People
) -> None:
    second, third = (first.inspection.recommendations.get(number=number) for number in (2, 3))
    given = {"reason": "It came back.", "by": people.inspector, "at": NOW + 2 * DAY}
    link_recommendations(source=first, target=second, kind=LinkKind.REPEATS, **given)
    take(first, "supersede", people.inspector, reason="Merged.", successor=third, at=NOW + 3 * DAY)
    for query, seen in (
        (f"?as_of={TODAY}", (False, False)),
        (f"?as_of={TODAY + 2 * DAY}", (True, False)),
        ("", (True, True)),
    ):
        shown = shown_to(query=query)
        assert ("repeats BSG-2023-2" in shown, "BSG-2023-3" in shown) == seen


def test_a_past_day_offers_no_step(screens: Callable, first: Recommendation, people: People) -> None:
    take(first, "respond", people.contributor, answer="agreed")
    browser = screens(people.contributor)
    assert "steps/submit" in browser.get(ADDRESS).content.decode()
    assert "steps/" not in browser.get(f"{ADDRESS}?as_of={TODAY}").content.decode()


def test_a_past_day_brings_nothing_redacted_back(
    shown_to: Callable[..., str], first: Recommendation, people: People
) -> None:
    take(first, "respond", people.contributor, answer="agreed")
    piece = attach(first, people.contributor, title=CANARY)
    judge(piece, people.assurer, at=NOW + DAY)
    redact(row=fresh(piece), reason="A name.", by=people.administrator, at=NOW + 2 * DAY)
    then = shown_to(query=f"?as_of={TODAY}")
    assert CANARY not in then
    assert "[Redacted]" in then
    assert "Accepted" not in then


def test_before_it_was_recorded_it_is_not_there(
    screens: Callable, first: Recommendation, people: People
) -> None:
    assert screens(people.inspector).get(f"{ADDRESS}?as_of={TODAY - DAY}").status_code == 404


def grown(row: Recommendation, people: People, *, times: int) -> None:
    for _ in range(times):
        action = plan(row, people.contributor, target_date="1 March 2027")
        held = fresh(action)
        moved = {"target_date": "1 May 2027", "reason": "Late.", "by": people.contributor, "at": NOW}
        revise_target(action=held, version=held.version, **moved)
        update(action, people.contributor)
        attach(action, people.contributor)
        read(row, people)
        judged = {"judgement": "insufficient_progress", "narrative": "So.", "by": people.inspector, "at": NOW}
        record_review(recommendation=row, **judged)


def test_it_costs_the_same_at_three_rows_and_at_thirty(
    screens: Callable, first: Recommendation, people: People
) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(ADDRESS + address).status_code == 200
        return len(asked)

    addresses = ["", "pack/", f"?as_of={TODAY}", f"pack/?as_of={TODAY}"]
    browser = screens(people.contributor)
    take(first, "respond", people.contributor, answer="agreed")
    grown(first, people, times=3)
    few = [cost(address) for address in addresses]
    grown(first, people, times=27)
    assert [cost(address) for address in addresses] == few
    assert max(few) <= 20


@pytest.fixture
def signed(settings: Any, tmp_path: Path, first: Recommendation) -> Callable[..., None]:
    """Sign the end of the record, with its hash or another."""
    settings.CHECKPOINTS_DIR = tmp_path

    def sign(hash_: str = "") -> None:
        head = RecordHead.objects.get(pk=1)
        Checkpoints(tmp_path).write(sequence=head.sequence, hash=hash_ or head.hash, at=NOW)

    return sign


def test_it_says_to_which_event_the_chain_is_verified(
    shown_to: Callable[..., str], signed: Callable[..., None]
) -> None:
    signed()
    sequence = RecordHead.objects.get(pk=1).sequence
    assert f"The record is verified up to event {sequence}, which was signed on" in shown_to()


def test_a_record_that_was_rebuilt_is_not_called_verified(
    shown_to: Callable[..., str], signed: Callable[..., None]
) -> None:
    signed("f" * 64)
    shown = shown_to()
    assert "Warning The record does not agree with its last signed checkpoint." in shown
    assert "The record is verified" not in shown


def test_an_unsigned_record_says_so(
    shown_to: Callable[..., str], first: Recommendation, settings: Any, tmp_path: Path
) -> None:
    settings.CHECKPOINTS_DIR = tmp_path / "none"
    assert "The record is not signed yet." in shown_to()


def test_an_event_that_was_altered_is_warned_of(
    shown_to: Callable[..., str], first: Recommendation, people: People
) -> None:
    take(first, "respond", people.contributor, answer="agreed")
    said = EventPayload.objects.get(event__recommendation=first, event__verb="respond")
    unguarded()
    EventPayload.objects.filter(pk=said.pk).update(text=str(said.text).replace("agreed", "Agreed"))
    assert "Warning An event on this page does not match its hash." in shown_to()


def test_a_day_is_a_day_of_london(shown_to: Callable[..., str], first: Recommendation) -> None:
    assert "when 30 October 2026 ended" in shown_to(query=f"?as_of={date(2026, 10, 30)}")


def test_a_past_day_names_the_owner_of_that_day(
    shown_to: Callable[..., str], first: Recommendation, people: People, bodies: Bodies
) -> None:
    given = {"owner": bodies.region, "reason": "Reorganised.", "by": people.inspector, "at": NOW + DAY}
    change_owner(recommendation=first, version=first.version, **given)
    assert "Owner now" not in shown_to(query=f"?as_of={TODAY}")
    assert f"Owner now {bodies.region}" in shown_to()
