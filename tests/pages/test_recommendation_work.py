"""The work on a recommendation as its page tells it: dates that moved, verdicts, findings, answers."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from recommendations.models import Action, Inspection, Recommendation
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from tests.factories import NOW, People
from tests.operations.work import attach, fresh, judge, reach, take
from tests.pages.shown import words_of

ADDRESS = "/recommendations/BSG-2023-1/"
DAY = timedelta(days=1)


@pytest.fixture
def first(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


@pytest.fixture
def markup(screens: Callable, bsg: Inspection, people: People) -> Callable[..., Any]:
    def shown(who: str = "inspector", address: str = ADDRESS) -> Any:
        answer = screens(getattr(people, who)).get(address)
        assert answer.status_code == 200
        return answer

    return shown


@pytest.fixture
def shown_to(markup: Callable[..., Any]) -> Callable[..., str]:
    return lambda *given, **more: words_of(markup(*given, **more))


def review(row: Recommendation, people: People, code: str, *, at: Any = NOW, **given: Any) -> Any:
    return record_review(
        recommendation=row,
        **{"judgement": code, "narrative": "In 14 of 25 cases nobody had asked.", **given},
        by=people.inspector,
        at=at,
    )


def move(action: Action, people: People, to: str, *, reason: str, at: Any = NOW) -> None:
    row = fresh(action)
    revise_target(
        action=row, version=row.version, target_date=to, reason=reason, by=people.contributor, at=at
    )


def test_a_date_that_moved_says_when_it_was_first_due_and_why_it_moved(
    shown_to: Callable[..., str], plan: Callable, people: People
) -> None:
    action = plan(target_date="31 March 2090")
    move(action, people, "30 April 2090", reason="The trainer left.")
    move(action, people, "30 June 2090", reason="New starters first.")
    shown = shown_to()
    assert "Due 30 June 2090, first due 31 March 2090, moved twice" in shown
    assert "From 31 March 2090 to 30 April 2090: The trainer left. (contributor, 2 March 2026)" in shown


def test_what_is_a_year_late_says_so(shown_to: Callable[..., str], plan: Callable, people: People) -> None:
    action = plan(target_date="1 June 2024")
    move(action, people, "1 July 2024", reason="The trainer left.")
    late, first = ((timezone.localdate() - date(2024, month, 1)).days for month in (7, 6))
    shown = shown_to()
    assert f"Overdue by {late} days (was due 1 July 2024), first due 1 June 2024, moved once" in shown
    assert f"{first} days past the first date" in shown
    assert f"Schedule Overdue by {late} days" in shown


def test_an_action_has_its_own_place(markup: Callable[..., Any], plan: Callable, people: People) -> None:
    plan()
    assert 'id="action-1a"' in markup().content.decode()


def test_evidence_shows_its_rung_and_its_verdict(
    shown_to: Callable[..., str], first: Recommendation, plan: Callable, people: People
) -> None:
    judge(attach(plan(), people.contributor), people.assurer, "rejected", reason="Minutes alone.")
    assert "Case audit for action 1a Practice Rejected Minutes alone. assurer, 2 March 2026" in shown_to()


def test_accepted_evidence_that_has_expired_says_so(
    shown_to: Callable[..., str], first: Recommendation, people: People
) -> None:
    piece = attach(first, people.contributor, expires=date(2026, 3, 9))
    judge(piece, people.assurer)
    assert "Accepted, expired 9 March 2026" in shown_to()


def test_a_review_stands_beside_the_claim_of_that_day(
    shown_to: Callable[..., str], first: Recommendation, people: People
) -> None:
    review(first, people, "no_meaningful_progress")
    reach(first, "submitted", people, at=NOW + DAY)
    shown = shown_to()
    assert "Finding: No meaningful progress" in shown
    assert "Claim on that day Status Awaiting response Outcome claimed None" in shown


def test_a_corrected_review_is_not_the_finding(
    shown_to: Callable[..., str], first: Recommendation, people: People
) -> None:
    wrong = review(first, people, "no_meaningful_progress")
    review(first, people, "reasonable_progress", corrects=wrong, narrative="We misread the sample.")
    shown = shown_to()
    assert "Finding Reasonable progress “We misread the sample.”" in shown
    assert "Corrected by the review of 2 March 2026." in shown


def test_every_version_of_the_response_is_shown(
    shown_to: Callable[..., str], first: Recommendation, people: People
) -> None:
    take(first, "respond", people.contributor, answer="not_agreed", reason="It is not ours.")
    take(first, "respond", people.contributor, answer="agreed")
    shown = shown_to()
    assert "Agreed, 2 March 2026 (version 2, recorded by contributor)" in shown
    assert "Earlier versions of the response Not agreed, 2 March 2026 (version 1" in shown
