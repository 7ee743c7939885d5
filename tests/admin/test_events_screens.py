"""The record on the screens: who reads which events, what they say, and that nothing is told twice."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry

from recommendations.models import Event, Inspection
from recommendations.operations.actions import revise_action
from recommendations.operations.evidence import attach_evidence
from recommendations.operations.redaction import redact
from recommendations.operations.reviews import record_review
from tests.admin.journey import claimed
from tests.admin.test_screens import ACTIONS, LIST, action_form
from tests.factories import NOW, TODAY, Bodies, People, unguarded

EVENTS = "/admin/recommendations/event/"


def test_events_are_read_by_those_in_reach(screens: Callable, people: People, plan: Callable) -> None:
    event = Event.objects.get(action=plan(1, description="Train everybody."))
    path = f"{EVENTS}{event.pk}/change/"
    page = screens(people.contributor).get(path).content.decode()
    assert "Train everybody." in page
    assert "Bristol and South Gloucestershire PDU" in page
    assert screens(people.sibling).get(path).status_code == 302
    assert "action 1a" not in screens(people.sibling).get(EVENTS).content.decode()


def test_an_event_shows_each_field_before_and_after(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    action = plan(1, person=people.contributor)
    revise_action(action=action, version=1, lead=bodies.region, person=None, by=people.regional, at=NOW)
    event = Event.objects.get(verb="revise")
    page = screens(people.contributor).get(f"{EVENTS}{event.pk}/change/").content.decode()
    flat = " ".join(page.split())
    assert f"Action: Lead organisation</th><td>{bodies.pdu}</td><td>{bodies.region}</td>" in flat
    assert "Action: Person</th><td>contributor</td><td>Nothing</td>" in flat


@pytest.mark.parametrize(
    ("query", "found"),
    [("verb=plan", True), ("verb=revise", False), ("noun=action", True), ("channel=api", False)],
)
def test_events_are_filtered(
    screens: Callable, people: People, plan: Callable, query: str, found: bool
) -> None:
    action = plan(1)
    revise_action(action=plan(2), version=1, description="Other.", by=people.contributor, at=NOW)
    page = screens(people.contributor).get(f"{EVENTS}?{query}").content.decode()
    assert (str(action) in page) is found


def test_events_of_accounts_are_for_those_who_read_everything(screens: Callable, people: People) -> None:
    query = f"{EVENTS}?verb=grant+role"
    assert "contributor for" in screens(people.inspector).get(query).content.decode()
    assert "contributor for" not in screens(people.contributor).get(query).content.decode()


def test_no_event_is_added_changed_or_deleted(screens: Callable, people: People, plan: Callable) -> None:
    event = Event.objects.get(action=plan(1))
    browser = screens(people.administrator)
    assert browser.get(f"{EVENTS}add/").status_code == 403
    assert browser.post(f"{EVENTS}{event.pk}/change/", {"verb": "other"}).status_code == 403
    assert browser.post(f"{EVENTS}{event.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_redacted_event_says_so(screens: Callable, people: People, bsg: Inspection) -> None:
    evidence = attach_evidence(
        recommendation=bsg.recommendations.get(number=1),
        title="John Smith",
        level="output",
        represents=TODAY,
        declared_no_personal_data=True,
        document_reference="SW/1",
        by=people.contributor,
        at=NOW,
    )
    redact(row=evidence, reason="A name slipped in.", by=people.administrator, at=NOW)
    event = Event.objects.get(verb="attach")
    page = screens(people.contributor).get(f"{EVENTS}{event.pk}/change/").content.decode()
    assert "Its content was redacted" in page


def test_who_reads_everything_verifies_the_record(screens: Callable, people: People) -> None:
    browser = screens(people.inspector)
    assert "Verify now" in browser.get(EVENTS).content.decode()
    page = browser.post(f"{EVENTS}verify/", follow=True).content.decode()
    assert f"The record is whole: {Event.objects.count()} events" in page
    assert browser.get(f"{EVENTS}verify/").status_code == 405


def test_a_broken_record_is_told_with_where_it_breaks(screens: Callable, people: People) -> None:
    unguarded()
    Event.objects.filter(sequence=5).update(label="Somebody else")
    page = screens(people.administrator).post(f"{EVENTS}verify/", follow=True).content.decode()
    assert "The record is broken. Event 5" in page


def test_nobody_else_verifies(screens: Callable, people: People) -> None:
    browser = screens(people.contributor)
    assert "Verify now" not in browser.get(EVENTS).content.decode()
    assert browser.post(f"{EVENTS}verify/").status_code == 403


def test_history_tells_what_was_done_through_whichever_door(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, browser = plan(1), screens(people.contributor)
    browser.post(f"{ACTIONS}{action.pk}/change/", action_form(action, description="Other."))
    for path in (f"{ACTIONS}{action.pk}/history/", f"{LIST}{action.recommendation_id}/history/"):
        page = browser.get(path).content.decode()
        assert "Plan: BSG-2023-1 action 1a" in page
        assert "Revise: BSG-2023-1 action 1a" in page
        assert "<del>Train every practitioner.</del> <ins>Other.</ins>" in page


def test_history_tells_of_whatever_was_recorded(
    screens: Callable, people: People, plan: Callable, bsg: Inspection
) -> None:
    recommendation = claimed(plan(1), people)
    record_review(
        recommendation=recommendation,
        judgement=bsg.framework.judgements.all()[1].code,
        narrative="Nine of ten cases fell short.",
        by=people.inspector,
        at=NOW,
    )
    page = screens(people.contributor).get(f"{LIST}{recommendation.pk}/history/").content.decode()
    for words in (
        "Nine of ten cases fell short.",
        "Everybody is trained.",
        "Judge evidence",
        "Practice is safer.",
    ):
        assert words in page
    for event in Event.objects.all():
        path = f"{EVENTS}{event.pk}/change/"
        assert screens(people.inspector).get(path).status_code == 200, event


def test_the_history_of_an_action_out_of_reach_does_not_exist(
    screens: Callable, people: People, plan: Callable
) -> None:
    assert screens(people.sibling).get(f"{ACTIONS}{plan(1).pk}/history/").status_code == 404


def test_the_admin_keeps_no_second_record(screens: Callable, people: People, plan: Callable) -> None:
    action = plan(1)
    screens(people.contributor).post(
        f"{ACTIONS}{action.pk}/change/", action_form(action, description="Other.")
    )
    assert Event.objects.filter(verb="revise").exists()
    assert not LogEntry.objects.exists()
