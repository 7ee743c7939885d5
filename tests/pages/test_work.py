"""My work and the review queue: what is late, what is next, and for whom others wait."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recommendations.models import Inspection
from recommendations.operations.reviews import record_review
from tests.admin.journey import attached, claimed, take
from tests.factories import NOW, People
from tests.pages.writing import words


def numbers(page: str) -> dict[str, int]:
    found = re.findall(r"<dt[^>]*>([^<]+)</dt><dd[^>]*>(\d+)</dd>", page)
    return {said: int(count) for said, count in found}


def items(page: str) -> list[tuple[str, str, str]]:
    """Name, address of the next step, and its verb."""
    return re.findall(r'list__key">([^<]+)</dt>.*?list__actions"><a [^>]*href="([^"]+)">([^<]+)<span', page)


def my_work(browser: Client) -> str:
    return words(browser.get("/work/"))


def queue(browser: Client) -> str:
    return words(browser.get("/reviews/"))


def test_a_contributor_sees_three_numbers_and_one_list_by_due_date(
    screens: Callable, people: People, plan: Callable
) -> None:
    plan(2, target_date="1 June 2027")
    plan(1, target_date="1 May 2024")
    back = plan(3, target_date="20 March 2026")
    attached(back, people.contributor)
    take(back, "submit", people.contributor, outcome="Done.")
    take(back, "return", people.assurer, reason="Not yet.")
    page = my_work(screens(people.contributor))
    assert list(numbers(page)) == ["Overdue", "Due in 30 days", "Returned to me"]
    assert numbers(page)["Returned to me"] == 1
    assert [name for name, _, _ in items(page)][:3] == [
        "BSG-2023-1 action 1a",
        "BSG-2023-3 action 3a",
        "BSG-2023-2 action 2a",
    ]


def test_the_next_step_is_a_link_that_leads_to_its_page(
    screens: Callable, people: People, plan: Callable
) -> None:
    plan()
    browser = screens(people.contributor)
    assert ("BSG-2023-1 action 1a", "/recommendations/BSG-2023-1/actions/1a/steps/start/", "Start") in items(
        my_work(browser)
    )
    for _, address, _ in items(my_work(browser))[:3]:
        assert browser.get(address).status_code == 200


def test_an_assurer_judges_what_has_waited_longest_first(
    screens: Callable, people: People, plan: Callable
) -> None:
    action = plan()
    evidence = attached(action, people.contributor)
    take(action, "submit", people.contributor, outcome="Done.")
    assert items(queue(screens(people.assurer))) == [
        ("Evidence for BSG-2023-1 action 1a", f"/evidence/{evidence.pk}/verdict/", "Accept or reject"),
        ("BSG-2023-1 action 1a", "/recommendations/BSG-2023-1/actions/1a/steps/close/", "Close"),
    ]


def test_an_inspector_reviews_what_is_claimed_until_it_is_reviewed(
    screens: Callable, people: People, plan: Callable
) -> None:
    recommendation = claimed(plan(), people)
    browser = screens(people.inspector)
    assert items(queue(browser)) == [("BSG-2023-1", "/recommendations/BSG-2023-1/reviews/new/", "Review")]
    record_review(
        recommendation=recommendation,
        judgement="good_progress",
        narrative="It is so.",
        by=people.inspector,
        at=NOW,
    )
    assert "Every claim has been reviewed." in queue(browser)


def test_the_queue_shows_nothing_of_what_a_person_is_to_do_themselves(
    screens: Callable, people: People, plan: Callable
) -> None:
    plan()
    page = queue(screens(people.contributor))
    assert not items(page)
    assert "Nothing waits here for you" in page


@pytest.mark.parametrize("who", ["outsider", "viewer"])
def test_who_has_nothing_to_do_is_led_to_the_overview(screens: Callable, people: People, who: str) -> None:
    page = my_work(screens(getattr(people, who)))
    assert "Nothing is asked of you here." in page


def test_whoever_is_not_signed_in_is_asked_to(client: Client, bsg: Inspection) -> None:
    for path in ("/work/", "/reviews/"):
        assert client.get(path).headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    ("who", "path"), [("contributor", "/work/"), ("assurer", "/reviews/"), ("inspector", "/reviews/")]
)
def test_the_lists_take_few_queries_at_any_length(
    screens: Callable, people: People, plan: Callable, who: str, path: str
) -> None:
    claimed(plan(1), people)
    browser, counts = screens(getattr(people, who)), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(path).status_code == 200
        counts.append(len(asked))
        for number in (2, 3, 4):
            attached(plan(number), people.contributor)
    assert counts[0] == counts[1] <= 12
