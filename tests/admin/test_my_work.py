"""The index: what is late, what is next, and for whom others wait."""

import re
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recommendations.models import Inspection
from recommendations.operations.reviews import record_review
from tests.admin.journey import answered, attached, claimed, step, take
from tests.factories import NOW, Bodies, People


def numbers(page: str) -> dict[str, int]:
    found = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page)
    return {words: int(count) for words, count in found}


def items(page: str) -> list[tuple[str, str, str]]:
    """Name, address of the next step, and its verb."""
    flat = " ".join(page.split())
    found = re.findall(r'<th scope="row"><strong>([^<]+)</strong>.*?<a href="([^"]+)">([^<]+)<span', flat)
    return [(name, address, verb) for name, address, verb in found]


def index(browser: Client) -> str:
    return browser.get("/admin/").content.decode()


def test_a_contributor_sees_what_is_late_due_and_returned(
    screens: Callable, people: People, plan: Callable
) -> None:
    plan(1, target_date="1 May 2024")
    back = plan(2)
    attached(back, people.contributor)
    take(back, "submit", people.contributor, outcome="Done.")
    take(back, "return", people.assurer, reason="Not yet.")
    assert numbers(index(screens(people.contributor))) == {
        "Overdue": 1,
        "Due in 30 days": 0,
        "Returned to me": 1,
    }


def test_what_was_submitted_again_is_no_longer_returned(
    screens: Callable, people: People, plan: Callable
) -> None:
    back = plan(2)
    attached(back, people.contributor)
    for name, who, given in (
        ("submit", people.contributor, {"outcome": "Done."}),
        ("return", people.assurer, {"reason": "Not yet."}),
        ("submit", people.contributor, {"outcome": "Done now."}),
        ("withdraw", people.contributor, {"reason": "A mistake."}),
    ):
        take(back, name, who, **given)
    assert numbers(index(screens(people.contributor)))["Returned to me"] == 0


def test_open_actions_come_by_due_with_the_next_step_as_a_verb(
    screens: Callable, people: People, plan: Callable
) -> None:
    later, undated, sooner = plan(1, target_date="1 May 2030"), plan(2), plan(3, target_date="1 May 2024")
    take(sooner, "start", people.contributor)
    found = [item for item in items(index(screens(people.contributor))) if "action" in item[0]]
    assert found == [
        (str(sooner), step(sooner, "submit"), "Submit for assurance"),
        (str(later), step(later, "start"), "Start"),
        (str(undated), step(undated, "start"), "Start"),
    ]


def test_a_recommendation_without_an_answer_waits_for_one(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    found = items(index(screens(people.contributor)))
    first = bsg.recommendations.get(number=1)
    assert ("BSG-2023-1", step(first, "respond"), "Respond") in found
    assert len(found) == 6


def test_work_of_others_is_not_mine(screens: Callable, people: People, plan: Callable) -> None:
    plan(1), plan(7)
    page = index(screens(people.contributor))
    assert "BSG-2023-7" not in page
    assert items(index(screens(people.sibling))) == []
    assert numbers(index(screens(people.viewer))) == {}


def test_a_person_who_is_named_finds_the_action(screens: Callable, people: People, plan: Callable) -> None:
    named = plan(7, person=people.regional)
    assert str(named) in [name for name, _, _ in items(index(screens(people.regional)))]


def test_an_assurer_sees_what_waits_longest_first(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    action = plan(1)
    evidence = attached(action, people.contributor)
    take(action, "submit", people.contributor, outcome="Done.")
    found = items(index(screens(people.assurer)))
    assert found == [
        (
            f"Evidence for {action}",
            f"/admin/recommendations/evidence/{evidence.pk}/verdict/",
            "Accept or reject",
        ),
        (str(action), step(action, "close"), "Close"),
    ]
    assert numbers(index(screens(people.assurer))) == {"Waiting for assurance": 2}


def test_an_assurer_is_not_shown_what_they_may_not_judge(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    from recommendations import roles
    from recommendations.operations.accounts import grant_role, system_actor

    grant_role(
        user=people.regional,
        role=roles.ASSURER,
        home=bodies.pdu,
        reach=bodies.national,
        by=system_actor(),
        at=NOW,
    )
    action = plan(1)
    attached(action, people.contributor)
    take(action, "submit", people.contributor, outcome="Done.")
    assert numbers(index(screens(people.regional)))["Waiting for assurance"] == 0


def test_an_inspector_sees_claims_that_were_not_reviewed_since(
    screens: Callable, people: People, plan: Callable, bsg: Inspection
) -> None:
    recommendation = claimed(plan(), people)
    browser = screens(people.inspector)
    address = f"/admin/recommendations/recommendation/{recommendation.pk}/review/"
    assert items(index(browser)) == [("BSG-2023-1", address, "Review")]
    code = bsg.framework.judgements.all()[1].code
    record_review(
        recommendation=recommendation, judgement=code, narrative="Seen.", by=people.inspector, at=NOW
    )
    assert items(index(browser)) == []


def test_it_costs_the_same_however_much_there_is(screens: Callable, people: People, plan: Callable) -> None:
    def cost(browser: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            index(browser)
        return len(queries)

    for who in ("contributor", "assurer", "inspector"):
        browser = screens(getattr(people, who))
        plan(1), attached(plan(2), people.contributor)
        index(browser)
        few = cost(browser)
        for _ in range(5):
            plan(3)
            action = plan(4)
            attached(action, people.contributor)
            take(action, "submit", people.contributor, outcome="Done.")
        assert cost(browser) == few <= 20


def test_answered_work_without_open_actions_is_ready_to_submit(
    screens: Callable, people: People, plan: Callable
) -> None:
    from tests.admin.journey import closed

    action = plan(1)
    recommendation = answered(action.recommendation, people)
    closed(action, people)
    found = items(index(screens(people.contributor)))
    assert ("BSG-2023-1", step(recommendation, "submit"), "Submit for assurance") in found
