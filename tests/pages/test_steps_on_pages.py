"""Steps on the pages: asked, checked, confirmed; refused in the words of every other face."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recommendations.models import Event, Inspection
from recommendations.operations.actions import revise_action
from recommendations.pages.available_actions import recommendation_links
from tests.admin.journey import answered, attached, claimed
from tests.factories import NOW, TODAY, People
from tests.pages.writing import check, confirm, events, hidden, problems, where, words, written


def test_a_step_page_states_the_effect_and_what_stands(
    screens: Callable, people: People, plan: Callable
) -> None:
    action = plan()
    page = words(screens(people.contributor).get(where(action, "steps/submit/")))
    for said in ("You claim that this action is done.", "Train every practitioner.", 'name="outcome"'):
        assert said in page
    assert f'href="{where(action, "evidence/new/")}"' in page


def test_a_step_is_taken_only_when_its_answers_are_confirmed(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, browser = plan(), screens(people.contributor)
    attached(action, people.contributor)
    path, before = where(action, "steps/submit/"), events()
    checked = check(browser, path, version_read=1, outcome="Everybody\nis trained.")
    assert "Everybody<br>is trained." in words(checked)
    action.refresh_from_db()
    assert (action.status, events()) == ("not_started", before)
    page = words(browser.get(confirm(browser, path, checked)["Location"]))
    action.refresh_from_db()
    assert (action.status, action.outcome) == ("submitted", "Everybody\nis trained.")
    assert "BSG-2023-1 action 1a is now: submitted for assurance." in page


def test_change_leads_back_to_the_form_with_everything_kept(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    recommendation, browser = bsg.recommendations.get(number=1), screens(people.contributor)
    path = where(recommendation, "steps/respond/")
    given = {
        "version_read": recommendation.version,
        "answer": "partly_agreed",
        "accepted_part": "The first half.",
        "reason": "No “budget” & no time.",
        "dated": "1/3/2026",
    }
    checked = check(browser, path, **given)
    form = words(browser.post(path, {**hidden(checked), "stage": "change:reason"}))
    for kept in (
        'value="partly_agreed" id="id_answer_1" checked',
        "The first half.",
        "No “budget” & no time.",
        "1/3/2026",
    ):
        assert kept in form
    assert "There is a problem" not in form
    assert f'name="version_read" value="{recommendation.version}"' in form


def test_a_refused_step_names_all_that_is_missing_in_the_words_of_the_api(
    screens: Callable, api: Callable, people: People, plan: Callable
) -> None:
    recommendation, before = claimed(plan(), people), events()
    answer = api(people.assurer).post(
        f"/api/v1/recommendations/{recommendation.reference}/steps/",
        {"step": "close", "version": recommendation.version, "reason": ""},
    )
    said = {one["detail"] for one in answer.json()["errors"]}
    assert len(said) == 3
    page = check(
        screens(people.assurer), where(recommendation, "steps/close/"), version_read=recommendation.version
    )
    shown = problems(page)
    assert "govuk-textarea--error" in words(page)
    for sentence in said:
        assert any(one.endswith(sentence) for one in shown), sentence
    assert events() == before


def test_each_gap_is_acknowledged_before_a_recommendation_closes(
    screens: Callable, people: People, plan: Callable
) -> None:
    recommendation = claimed(plan(), people)
    browser, path = screens(people.assurer), where(recommendation, "steps/close/")
    given = {
        "version_read": recommendation.version,
        "reason": "Enough.",
        "acknowledged": ["nothing_above_output"],
    }
    assert any("(measure_not_moved)" in one for one in problems(check(browser, path, **given)))
    given["acknowledged"].append("measure_not_moved")
    written(browser, path, **given)
    recommendation.refresh_from_db()
    assert recommendation.status == "closed"
    stated = Event.objects.filter(verb="close").latest("sequence").content
    assert "measure_not_moved" in str(stated)


def test_what_another_changed_since_is_shown_beside_theirs_and_asked_again(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, browser = plan(), screens(people.contributor)
    path = where(action, "steps/decline/")
    given = {"reason": "No money.", "risk_carrier": "Regional director"}
    revise_action(action=action, version=1, responsible_post="Deputy head", by=people.regional, at=NOW)
    answer = check(browser, path, version_read=1, **given)
    assert answer.status_code == 409
    page = words(answer)
    assert "was changed since you opened it" in problems(answer)[0]
    assert "regional, 2 March 2026" in page
    for said in ("Head of PDU", "Deputy head", "No money.", 'name="version_read" value="2"'):
        assert said in page
    written(browser, path, version_read=2, **given)
    action.refresh_from_db()
    assert action.status == "submitted_decline"


def test_a_change_between_check_and_confirmation_is_stale_too(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, browser = plan(), screens(people.contributor)
    path = where(action, "steps/start/")
    checked = check(browser, path, version_read=1)
    revise_action(action=action, version=1, responsible_post="Deputy head", by=people.regional, at=NOW)
    assert confirm(browser, path, checked).status_code == 409
    action.refresh_from_db()
    assert action.status == "not_started"


def test_a_confirmation_that_is_sent_twice_is_one_step(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, browser = plan(), screens(people.contributor)
    path = where(action, "steps/start/")
    checked = check(browser, path, version_read=1)
    first, second = (confirm(browser, path, checked) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Event.objects.filter(verb="start").count() == 1


@pytest.mark.parametrize("token", ["", "x", "0" * 31])
def test_a_confirmation_without_its_token_is_checked_again(
    screens: Callable, people: People, plan: Callable, token: str
) -> None:
    action, browser = plan(), screens(people.contributor)
    answer = browser.post(
        where(action, "steps/start/"), {"version_read": 1, "once": token, "stage": "confirm"}
    )
    assert "Check your answers" in words(answer)
    action.refresh_from_db()
    assert action.status == "not_started"


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "99999999999999999999"])
def test_a_step_without_a_version_that_stands_is_not_taken(
    screens: Callable, people: People, plan: Callable, version: str
) -> None:
    answer = check(screens(people.contributor), where(plan(), "steps/start/"), version_read=version)
    assert "Check your answers" not in words(answer)
    assert answer.status_code in (200, 409)
    assert problems(answer)


@pytest.mark.parametrize(
    ("who", "status"), [("sibling", 404), ("viewer", 403), ("assurer", 403), ("inspector", 403)]
)
def test_a_step_that_is_not_theirs_is_refused_and_out_of_reach_is_absent(
    screens: Callable, people: People, plan: Callable, who: str, status: int
) -> None:
    action, browser = plan(), screens(getattr(people, who))
    path = where(action, "steps/start/")
    for answer in (browser.get(path), check(browser, path, version_read=1)):
        assert answer.status_code == status
    if status == 403:
        assert "Your roles do not let you" in words(answer)


def test_a_step_that_is_none_does_not_exist(screens: Callable, people: People, plan: Callable) -> None:
    assert screens(people.contributor).get(where(plan(), "steps/approve/")).status_code == 404


def test_a_step_that_is_not_possible_now_leads_back_and_says_so(
    screens: Callable, people: People, plan: Callable
) -> None:
    page = words(screens(people.contributor).get(where(plan(), "steps/withdraw/"), follow=True))
    assert "“Withdraw the submission” is not possible now" in page


def test_a_step_without_the_token_against_forgery_is_refused(people: People, plan: Callable) -> None:
    action, browser = plan(), Client(enforce_csrf_checks=True)
    browser.force_login(people.contributor)
    assert check(browser, where(action, "steps/start/"), version_read=1).status_code == 403


def test_the_links_are_the_steps_and_the_forms_that_the_person_may_use(
    people: People, plan: Callable, bsg: Inspection
) -> None:
    recommendation = answered(plan().recommendation, people)
    offered = {
        who: [link.verb for link in recommendation_links(getattr(people, who), recommendation, on=TODAY)]
        for who in ("contributor", "inspector", "viewer", "assurer")
    }
    assert offered["contributor"] == [
        "Submit for assurance",
        "Add a progress update",
        "Attach evidence",
        "Add a reading",
    ]
    assert offered["inspector"] == ["Supersede", "Record a review"]
    assert offered["viewer"] == offered["assurer"] == []


def test_the_page_of_a_step_takes_few_queries_however_much_stands_there(
    screens: Callable, people: People, plan: Callable
) -> None:
    recommendation, browser = claimed(plan(), people), screens(people.assurer)
    path, counts = where(recommendation, "steps/close/"), []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.get(path).status_code == 200
        counts.append(len(asked))
        for number in range(4):
            attached(recommendation, people.contributor, title=f"Log {number}")
    assert counts[0] == counts[1] <= 12
