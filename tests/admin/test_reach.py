"""What a person could do with the screens beyond what they show."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.models import Action, Evidence, Inspection, ProgressUpdate
from recommendations.operations.actions import revise_action
from tests.admin.test_screens import ACTIONS, LIST, action_form, change, form, new_action
from tests.factories import NOW, Bodies, People


@pytest.fixture
def embargoed(bsg: Inspection) -> Inspection:
    Inspection.objects.update(published_earliest=date(2999, 1, 1), published_latest=date(2999, 1, 31))
    return bsg


def test_an_embargoed_report_is_named_nowhere(
    screens: Callable, people: People, embargoed: Inspection
) -> None:
    browser = screens(people.contributor)
    for path in (LIST, ACTIONS, f"{ACTIONS}add/", "/admin/recommendations/inspection/"):
        assert "BSG-2023" not in browser.get(path).content.decode()


def test_nobody_plans_on_an_embargoed_recommendation(
    screens: Callable, people: People, embargoed: Inspection, bodies: Bodies
) -> None:
    given = new_action(bodies.pdu.pk)
    posted = {name.removeprefix("actions-0-"): value for name, value in given.items()}
    posted["recommendation"] = embargoed.recommendations.get(number=1).pk
    assert screens(people.contributor).post(f"{ACTIONS}add/", form(**posted)).status_code == 200
    assert not Action.objects.exists()


def test_saving_does_not_wipe_a_person_whom_one_could_not_choose(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    action = plan(1, lead=bodies.police, person=people.contributor)
    browser, path = screens(people.partner), f"{ACTIONS}{action.pk}/change/"
    assert f'<option value="{people.contributor.pk}" selected>' in browser.get(path).content.decode()
    posted = action_form(action, person=people.contributor.pk, description="Other.")
    assert browser.post(path, posted).status_code == 302
    action.refresh_from_db()
    assert (action.description, action.person) == ("Other.", people.contributor)


def test_the_history_of_a_whole_recommendation_is_for_those_who_reach_its_owner(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    path = f"{LIST}{plan(1, lead=bodies.police).recommendation_id}/history/"
    assert screens(people.contributor).get(path).status_code == 200
    assert screens(people.partner).get(path).status_code == 403


@pytest.mark.parametrize("posted_id", ["other", 999999])
def test_an_id_of_another_record_s_row_makes_and_changes_nothing(
    screens: Callable, people: People, plan: Callable, bodies: Bodies, posted_id: object
) -> None:
    first, second = plan(1), plan(2)
    given = new_action(
        bodies.pdu.pk,
        id=first.pk if posted_id == "other" else posted_id,
        description="Moved.",
        version_read=1,
    )
    answer = screens(people.contributor).post(
        change(second.recommendation), form(**{**given, "actions-INITIAL_FORMS": 1})
    )
    assert answer.status_code == 200
    assert "Select a valid choice" in str(answer.context["inline_admin_formsets"][0].formset.errors)
    assert not Action.objects.filter(description="Moved.").exists()
    assert Action.objects.count() == 2


def test_an_update_under_a_recommendation_may_name_one_of_its_actions(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, other, browser = plan(1), plan(2), screens(people.contributor)
    given = {
        "updates-TOTAL_FORMS": 1,
        "updates-0-text": "It goes on.",
        "updates-0-dated": "2026-01-31",
    }
    browser.post(change(action.recommendation), form(**given, **{"updates-0-action": other.pk}))
    assert not ProgressUpdate.objects.exists()
    browser.post(change(action.recommendation), form(**given, **{"updates-0-action": action.pk}))
    assert ProgressUpdate.objects.get().action == action


def test_an_update_is_saved_though_another_changed_an_action_meanwhile(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    action, browser = plan(1), screens(people.contributor)
    unchanged = new_action(
        bodies.pdu.pk,
        id=action.pk,
        version_read=1,
        description=action.description,
        responsible_post=action.responsible_post,
        target_date=action.target_words,
    )
    revise_action(action=action, version=1, contributors=[bodies.police], by=people.contributor, at=NOW)
    given = {"updates-TOTAL_FORMS": 1, "updates-0-text": "On.", "updates-0-dated": "2026-01-31"}
    posted = {**unchanged, **given, "actions-INITIAL_FORMS": 1, "actions-0-contributors": [bodies.police.pk]}
    assert browser.post(change(action.recommendation), form(**posted)).status_code == 302
    assert ProgressUpdate.objects.exists()


def test_looking_at_a_form_takes_no_lock(screens: Callable, people: People, plan: Callable) -> None:
    browser, path = screens(people.contributor), f"{ACTIONS}{plan().pk}/change/"
    with CaptureQueriesContext(connection) as queries:
        browser.get(path)
    assert not [q for q in queries if q["sql"].startswith(("SAVEPOINT", "BEGIN"))]


@pytest.mark.parametrize(
    "query",
    [
        "label__regex=(",
        "target_latest__year=99999999999",
        "label=%00",
        "status__exact=%00",
        "organisation=%00",
        "recommendation__text__startswith=a",
    ],
)
def test_a_lookup_that_no_filter_offers_is_refused(
    screens: Callable, people: People, plan: Callable, query: str
) -> None:
    assert screens(people.contributor).get(f"{ACTIONS}?{query}").status_code in (302, 400)


@pytest.mark.parametrize("words", ["a " * 1200, "a" * 55_000])
@pytest.mark.parametrize("path", [LIST, ACTIONS, "/admin/recommendations/organisation/"])
def test_a_search_without_measure_finds_nothing_and_says_so(
    screens: Callable, people: People, words: str, path: str
) -> None:
    answer = screens(people.contributor).get(path, {"q": words})
    assert answer.status_code == 200
    assert "At most 200 letters" in answer.content.decode()


def test_nothing_completes_itself(screens: Callable, people: People) -> None:
    query = "app_label=recommendations&model_name=action&field_name=lead&term=a"
    assert screens(people.contributor).get(f"/admin/autocomplete/?{query}").status_code == 404


def test_evidence_with_a_password_in_its_address_is_refused(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    given = {
        "evidence-TOTAL_FORMS": 1,
        "evidence-0-title": "Log",
        "evidence-0-url": "https://ann:secret@example.org/",
        "evidence-0-level": "output",
        "evidence-0-represents": "2026-01-31",
        "evidence-0-declared_no_personal_data": "on",
    }
    page = screens(people.contributor).post(change(bsg.recommendations.get(number=1)), form(**given))
    assert "Take them out" in page.content.decode()
    assert not Evidence.objects.exists()
