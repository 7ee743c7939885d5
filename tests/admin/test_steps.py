"""Steps of the workflow: who is offered which, what the page says and asks, and what it refuses."""

import re
from collections.abc import Callable

import pytest

from recommendations.models import Action, Event, Inspection, LinkKind, Recommendation, Response
from recommendations.operations.actions import revise_action
from recommendations.operations.ownership import link_recommendations
from tests.admin.journey import answered, attached, claimed, closed, step, take
from tests.admin.test_screens import ACTIONS, LIST, change
from tests.factories import NOW, Bodies, People


def offered(page: str) -> list[str]:
    """The labels of the buttons at the top of a record's screen."""
    found = re.search(r'<nav aria-label="What you can do next".*?</nav>', page, re.DOTALL)
    labels = re.findall(r">([^<]+)</a>", found[0]) if found else []
    return [label for label in labels if label != "History"]


def summary(page: str) -> str:
    return page[page.index("There is a problem") : page.index("<h1")]


@pytest.mark.parametrize(
    ("who", "labels"),
    [
        ("contributor", ["Start", "Submit for assurance", "Ask not to do it"]),
        ("viewer", []),
        ("assurer", []),
        ("inspector", ["Supersede"]),
        ("administrator", []),
    ],
)
def test_each_is_offered_the_steps_of_their_role(
    screens: Callable, people: People, plan: Callable, who: str, labels: list[str]
) -> None:
    page = screens(getattr(people, who)).get(f"{ACTIONS}{plan().pk}/change/").content.decode()
    assert offered(page) == labels


def test_a_button_leads_to_a_page_that_states_the_effect(
    screens: Callable, people: People, plan: Callable
) -> None:
    action = plan()
    page = screens(people.contributor).get(step(action, "submit")).content.decode()
    assert "You claim that this action is done." in page
    assert "Train every practitioner." in page
    assert 'name="outcome"' in page


def test_a_step_is_taken(screens: Callable, people: People, plan: Callable) -> None:
    action = plan()
    answer = screens(people.contributor).post(step(action, "start"), {"version_read": 1}, follow=True)
    action.refresh_from_db()
    assert action.status == "in_progress"
    assert "BSG-2023-1 action 1a is now: in progress." in answer.content.decode()
    assert Event.objects.get(verb="start").actor == people.contributor


def test_a_refused_step_names_all_that_is_missing_and_writes_nothing(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, events = plan(), Event.objects.count()
    answer = screens(people.contributor).post(step(action, "submit"), {"version_read": 1, "outcome": ""})
    page = answer.content.decode()
    assert "State the outcome: what is different now?" in summary(page)
    assert "There is no current evidence" in summary(page)
    assert '<a href="#id_outcome">' in summary(page)
    action.refresh_from_db()
    assert (action.status, Event.objects.count()) == ("not_started", events)


def test_a_day_that_is_no_day_hides_nothing_else_that_is_missing(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    posted = {"version_read": recommendation.version, "answer": "partly_agreed", "dated": "yesterday"}
    page = screens(people.contributor).post(step(recommendation, "respond"), posted).content.decode()
    for sentence in ("Enter a valid date", "Say which part is accepted.", "Say why it is not agreed"):
        assert sentence in summary(page)
    assert not Response.objects.exists()


def test_what_was_typed_is_kept_when_a_step_is_refused(
    screens: Callable, people: People, plan: Callable
) -> None:
    posted = {"version_read": 1, "outcome": "Everybody is trained."}
    page = screens(people.contributor).post(step(plan(), "submit"), posted).content.decode()
    assert ">\nEverybody is trained.</textarea>" in page


def test_a_stale_step_says_what_changed_and_is_asked_again(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, browser = plan(), screens(people.contributor)
    revise_action(action=action, version=1, responsible_post="Deputy head", by=people.regional, at=NOW)
    page = browser.post(step(action, "start"), {"version_read": 1}).content.decode()
    assert "was changed since you opened it" in summary(page)
    changed = re.sub(r"\s+", " ", page)
    assert "Responsible post</th><td>Head of PDU</td><td>Deputy head</td>" in changed
    assert "regional, 2 March 2026" in page
    assert 'name="version_read" value="2"' in page
    action.refresh_from_db()
    assert action.status == "not_started"
    browser.post(step(action, "start"), {"version_read": 2})
    action.refresh_from_db()
    assert action.status == "in_progress"


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "99999999999999999999"])
def test_a_step_without_a_version_that_stands_is_not_taken(
    screens: Callable, people: People, plan: Callable, version: str
) -> None:
    action = plan()
    answer = screens(people.contributor).post(step(action, "start"), {"version_read": version})
    assert answer.status_code == 200
    action.refresh_from_db()
    assert action.status == "not_started"


@pytest.mark.parametrize(
    ("who", "status"), [("sibling", 404), ("viewer", 403), ("assurer", 403), ("inspector", 403)]
)
def test_a_step_that_is_not_theirs_is_refused_and_out_of_reach_is_absent(
    screens: Callable, people: People, plan: Callable, who: str, status: int
) -> None:
    action, browser = plan(), screens(getattr(people, who))
    for answer in (
        browser.get(step(action, "start")),
        browser.post(step(action, "start"), {"version_read": 1}),
    ):
        assert answer.status_code == status
    action.refresh_from_db()
    assert action.status == "not_started"


def test_a_step_that_is_none_does_not_exist(screens: Callable, people: People, plan: Callable) -> None:
    assert screens(people.contributor).get(step(plan(), "approve")).status_code == 404


def test_a_step_that_is_not_possible_now_leads_back_and_says_so(
    screens: Callable, people: People, plan: Callable
) -> None:
    page = screens(people.contributor).get(step(plan(), "withdraw"), follow=True).content.decode()
    assert "“Withdraw the submission” is not possible now" in page


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({"answer": "agreed"}, "in_progress"),
        (
            {"answer": "partly_agreed", "accepted_part": "The first half.", "reason": "No budget."},
            "in_progress",
        ),
        ({"answer": "not_agreed", "reason": "It is not ours."}, "not_agreed"),
    ],
)
def test_an_answer_is_given(
    screens: Callable, people: People, bsg: Inspection, posted: dict, status: str
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    browser = screens(people.contributor)
    browser.post(
        step(recommendation, "respond"),
        {"version_read": recommendation.version, "dated": "1/3/2026", **posted},
    )
    recommendation.refresh_from_db()
    assert recommendation.status == status
    assert Response.objects.get().answer == posted["answer"]
    assert (posted.get("reason") or "Agreed") in browser.get(change(recommendation)).content.decode()


def test_every_version_of_the_response_is_shown(screens: Callable, people: People, bsg: Inspection) -> None:
    recommendation = bsg.recommendations.get(number=1)
    take(recommendation, "respond", people.contributor, answer="not_agreed", reason="It is not ours.")
    take(recommendation, "respond", people.contributor, answer="agreed")
    page = screens(people.contributor).get(change(recommendation)).content.decode()
    assert "It is not ours." in page
    assert page.index("Agreed</th>") < page.index("Not agreed</th>")


def test_closing_shows_the_four_statuses_the_repeat_links_and_every_gap(
    screens: Callable, people: People, plan: Callable, bsg: Inspection
) -> None:
    recommendation = claimed(plan(), people)
    link_recommendations(
        source=recommendation,
        target=bsg.recommendations.get(number=3),
        kind=LinkKind.REPEATS,
        reason="The same again.",
        by=people.inspector,
        at=NOW,
    )
    page = screens(people.assurer).get(step(recommendation, "close")).content.decode()
    for words in (
        "<dt>Status</dt>",
        "Evidence",
        "Schedule",
        "Inspector’s judgement",
        "This repeats BSG-2023-3",
    ):
        assert words in page
    assert page.count('type="checkbox" name="acknowledged"') == 2
    assert "Claimed, with no accepted evidence above output" in page


def test_each_gap_is_acknowledged_before_a_recommendation_closes(
    screens: Callable, people: People, plan: Callable
) -> None:
    recommendation = claimed(plan(), people)
    browser, path = screens(people.assurer), step(recommendation, "close")
    posted = {
        "version_read": recommendation.version,
        "reason": "Enough.",
        "acknowledged": ["nothing_above_output"],
    }
    assert "(measure_not_moved)" in browser.post(path, posted).content.decode()
    posted["acknowledged"].append("measure_not_moved")
    assert browser.post(path, posted).status_code == 302
    recommendation.refresh_from_db()
    assert recommendation.status == "closed"


def test_who_did_some_of_the_work_is_not_offered_to_close_it_and_is_told_why(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    from recommendations import roles
    from recommendations.operations.accounts import grant_role, system_actor

    grant_role(
        user=people.contributor,
        role=roles.ASSURER,
        home=bodies.assurance,
        reach=bodies.national,
        by=system_actor(),
        at=NOW,
    )
    recommendation = claimed(plan(), people)
    browser = screens(people.contributor)
    assert "Close" not in offered(browser.get(change(recommendation)).content.decode())
    posted = {"version_read": recommendation.version, "reason": "Done."}
    page = browser.post(step(recommendation, "close"), posted).content.decode()
    assert "another person decides on it" in summary(page)
    assert "You work for" in summary(page)


def test_a_successor_is_chosen_among_the_actions_of_the_same_recommendation(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, other, elsewhere = plan(1), plan(1), plan(2)
    browser, path = screens(people.inspector), step(action, "supersede")
    page = browser.get(path).content.decode()
    assert f'<option value="{other.pk}">BSG-2023-1 action 1b: Train every practitioner.' in page
    assert f'<option value="{elsewhere.pk}"' not in page
    browser.post(path, {"version_read": 1, "reason": "Merged.", "successor": other.pk})
    action.refresh_from_db()
    assert (action.status, action.successor) == ("superseded", other)


def test_a_declined_action_names_who_carries_the_risk(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, browser = plan(), screens(people.contributor)
    browser.post(
        step(action, "decline"),
        {"version_read": 1, "reason": "No money.", "risk_carrier": "Regional director"},
    )
    action.refresh_from_db()
    assert (action.status, action.risk_carrier) == ("submitted_decline", "Regional director")
    assert "Regional director" in browser.get(f"{ACTIONS}{action.pk}/change/").content.decode()


def test_why_no_action_is_asked_only_where_none_was_closed(
    screens: Callable, people: People, plan: Callable, bsg: Inspection
) -> None:
    with_action = claimed(plan(1), people)
    without = answered(bsg.recommendations.get(number=2), people)
    attached(without, people.contributor)
    take(without, "submit", people.contributor, outcome="It was so already.")
    browser = screens(people.assurer)
    assert 'name="why_no_action"' not in browser.get(step(with_action, "close")).content.decode()
    assert 'name="why_no_action"' in browser.get(step(without, "close")).content.decode()


def test_a_lead_organisation_takes_the_steps_of_its_own_action_alone(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    own, other, browser = plan(1, lead=bodies.police), plan(1), screens(people.partner)
    assert browser.post(step(own, "start"), {"version_read": 1}).status_code == 302
    assert browser.get(step(other, "start")).status_code == 404
    assert browser.get(step(own.recommendation, "respond")).status_code == 403


def test_a_partner_who_leads_an_action_is_not_told_how_the_whole_stands(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    own = plan(1, lead=bodies.police)
    closed(plan(1), people)
    page = screens(people.partner).get(change(own.recommendation)).content.decode()
    assert "Only for people whose role covers the owner" in page
    assert "None accepted" not in page
    for query in ("unsupported_claim=yes", "no_recent_update=yes"):
        assert "BSG-2023-1" not in screens(people.partner).get(f"{LIST}?{query}").content.decode()


def test_no_status_is_changed_but_by_a_step(screens: Callable, people: People, plan: Callable) -> None:
    action = plan()
    page = screens(people.contributor).get(f"{ACTIONS}{action.pk}/change/").content.decode()
    assert not re.search(r'name="(status|outcome|risk_carrier|successor)"', page)
    assert isinstance(action, Action)
    assert Recommendation.objects.get(pk=action.recommendation_id).status == "awaiting_response"
