"""Whole journeys: an owner updates, attaches, submits; an assurer judges and closes; an inspector reviews."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.hands import HANDS, Mouse
from tests.serving import Tracker, serving

PDU = "bristol-and-south-gloucestershire-pdu"
# Each way of using the pages works on a recommendation of its own.
NUMBERS = {hand: f"BSG-2023-{number}" for number, hand in enumerate(HANDS, 1)}


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracker]:
    """The nine recommendations, three of them agreed, with an action that has begun."""
    with serving(tmp_path_factory.mktemp("working"), workers=1) as running:
        for reference in NUMBERS.values():
            _begun(running, reference)
        yield running


def _begun(tracker: Tracker, reference: str) -> None:
    done = [
        _step(tracker, f"/recommendations/{reference}/", step="respond", answer="agreed"),
        tracker.call("contributor", "POST", "/actions/", {**ACTION, "recommendation": reference}),
    ]
    done.append(_step(tracker, f"/actions/{done[1].body['id']}/", step="start"))
    assert [answer.status for answer in done] == [200, 201, 200]


ACTION = {
    "description": "Audit cases.",
    "lead": PDU,
    "responsible_post": "Head of PDU",
    "target_date": "June 2027",
}


def _step(tracker: Tracker, address: str, **asked: Any) -> Any:
    version = tracker.call("contributor", "GET", address).body["version"]
    return tracker.call("contributor", "POST", f"{address}steps/", {"version": version, **asked})


class Journey:
    """One person on the way, with one way of using a page."""

    def __init__(self, page: Page, hand: Mouse, reference: str) -> None:
        self.page, self.hand, self.reference = page, hand, reference
        # Of the one action that is planned for it.
        self.label = f"{reference.rpartition('-')[2]}a"

    def open_recommendation(self, base: str) -> None:
        self.page.goto(f"{base}/recommendations/{self.reference}/")

    def follow(self, words: str, *, about: str) -> None:
        self.hand.press(self.page.get_by_role("link", name=f"{words} ({about})", exact=True))

    def write(self, label: str, words: str) -> None:
        self.hand.write(self.page.get_by_label(label, exact=True), words)

    def choose(self, label: str) -> None:
        self.hand.choose(self.page.get_by_label(label))

    def press(self, name: str) -> None:
        self.hand.press(self.page.get_by_role("button", name=name))

    def check_and_confirm(self, what: str) -> None:
        self.press("Continue")
        expect(self.page.get_by_role("heading", name="Check your answers")).to_be_visible()
        self.press(f"Confirm: {what}")
        self.done()

    def done(self) -> None:
        expect(self.page.get_by_role("heading", name="Success")).to_be_visible()


@pytest.fixture
def on_the_way(working: Tracker, enter: Enter, hand: type[Mouse]) -> Any:
    """`on_the_way("assurer")`: that person, signed in and at the recommendation."""

    def begin(role: str) -> Journey:
        page = enter(working, role, **hand.options).page
        journey = Journey(page, hand(page), NUMBERS[hand])
        journey.open_recommendation(working.base)
        return journey

    return begin


def state(tracker: Tracker, reference: str) -> Any:
    return tracker.call("inspector", "GET", f"/recommendations/{reference}/").body


def owner_updates_attaches_and_submits(owner: Journey, working: Tracker, paper: Path) -> None:
    paper.write_text("Twenty cases were read.")
    owner.follow("Add a progress update", about=owner.label)
    owner.write("What happened", "Twenty cases were read.")
    owner.check_and_confirm("Add a progress update")
    owner.follow("Attach evidence", about=owner.label)
    owner.write("Title", "Audit of twenty cases")
    owner.choose("In a file, which I send")
    owner.choose("Practice: an audit or observation shows that work is done differently")
    owner.write("Day that it speaks of", "1/3/2026")
    owner.press("Continue")
    owner.page.get_by_label("File", exact=True).set_input_files(paper)
    owner.choose("I declare that it holds no personal data of people on probation")
    owner.press("Confirm: Attach evidence")
    owner.done()
    owner.open_recommendation(working.base)
    owner.follow("Submit for assurance", about=owner.label)
    owner.write("Outcome: what is different now?", "Cases are read each month.")
    owner.check_and_confirm("Submit for assurance")
    found = state(working, owner.reference)
    assert [action["status"] for action in found["actions"]] == ["submitted"]
    assert [evidence["title"] for evidence in found["evidence"]] == ["Audit of twenty cases"]


def assurer_judges_the_evidence_and_closes(assurer: Journey, working: Tracker) -> None:
    assurer.hand.press(assurer.page.get_by_role("link", name="Audit of twenty cases").last)
    assurer.hand.press(assurer.page.get_by_role("link", name="Accept or reject"))
    assurer.choose("Accept")
    assurer.write("Reason", "A sample of cases was read beside it.")
    assurer.check_and_confirm("Accept or reject")
    assurer.open_recommendation(working.base)
    assurer.follow("Close", about=assurer.label)
    assurer.write("Reason", "The evidence shows it.")
    assurer.check_and_confirm("Close")
    found = state(working, assurer.reference)
    assert [action["status"] for action in found["actions"]] == ["closed"]


def owner_submits_the_whole(owner: Journey, working: Tracker) -> None:
    owner.follow("Submit for assurance", about=owner.reference)
    owner.write("Outcome: what is different now?", "Practice has changed.")
    owner.check_and_confirm("Submit for assurance")
    assert state(working, owner.reference)["status"] == "submitted"


def assurer_closes_the_whole(assurer: Journey, working: Tracker) -> None:
    """Each reason why the claim is unsupported is acknowledged by name."""
    assurer.follow("Close", about=assurer.reference)
    assurer.write("Reason", "Every action is closed on evidence.")
    for reason in assurer.page.get_by_role("checkbox").all():
        assurer.hand.choose(reason)
    assurer.check_and_confirm("Close")
    assert state(working, assurer.reference)["status"] == "closed"


def inspector_reviews_what_was_claimed(inspector: Journey, working: Tracker) -> None:
    inspector.follow("Record a review", about=inspector.reference)
    inspector.choose("Insufficient progress")
    inspector.write("What was found", "Of ten cases, seven had no plan.")
    inspector.check_and_confirm("Record a review")
    found = state(working, inspector.reference)
    assert (found["status"], found["judgement"]) == ("closed", "insufficient_progress")


@pytest.mark.parametrize("hand", HANDS, ids=lambda hand: hand.__name__)
def test_a_recommendation_goes_all_the_way(
    working: Tracker, on_the_way: Any, hand: type[Mouse], tmp_path: Path
) -> None:
    owner_updates_attaches_and_submits(on_the_way("contributor"), working, tmp_path / "audit.txt")
    assurer_judges_the_evidence_and_closes(on_the_way("assurer"), working)
    owner_submits_the_whole(on_the_way("contributor"), working)
    assurer_closes_the_whole(on_the_way("assurer"), working)
    inspector_reviews_what_was_claimed(on_the_way("inspector"), working)
