"""The staff area: which rows each user finds, and what they can do there."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from recommendations.models import Action, Evidence, Inspection, ProgressUpdate, Recommendation
from tests.factories import PASSWORD, Bodies, People

LIST = "/admin/recommendations/recommendation/"
ACTIONS = "/admin/recommendations/action/"


def listed(browser: Client, path: str = LIST) -> list[str]:
    page = browser.get(path, follow=True).content.decode()
    return re.findall(r"field-(?:reference|label_in_full)[^>]*>\s*(?:<a[^>]*>)?(BSG-2023-\d+[^<]*)", page)


def change(recommendation: Recommendation) -> str:
    return f"{LIST}{recommendation.pk}/change/"


def form(**given: object) -> dict[str, object]:
    """The form of a recommendation as the screen posts it, with what was filled in."""
    empty = {}
    for prefix in ("actions", "updates", "evidence"):
        for name, value in (("TOTAL", 0), ("INITIAL", 0), ("MIN_NUM", 0), ("MAX_NUM", 1000)):
            empty[f"{prefix}-{name}_FORMS"] = value
    return {**empty, **given}


def new_action(pdu_id: int, **given: object) -> dict[str, object]:
    filled = {
        "description": "Train every practitioner.",
        "responsible_post": "Head of PDU",
        "target_date": "30 June 2027",
        "lead": pdu_id,
        **given,
    }
    return {"actions-TOTAL_FORMS": 1} | {f"actions-0-{name}": value for name, value in filled.items()}


@pytest.mark.parametrize(
    ("who", "numbers"),
    [
        ("contributor", range(1, 7)),
        ("regional", range(1, 8)),
        ("national", range(1, 10)),
        ("inspector", range(1, 10)),
        ("administrator", range(1, 10)),
        ("viewer", range(1, 10)),
        ("assurer", range(1, 10)),
        ("sibling", []),
        ("partner", []),
    ],
)
def test_each_finds_the_recommendations_within_reach(
    screens: Callable, people: People, who: str, numbers: range
) -> None:
    assert listed(screens(getattr(people, who))) == [f"BSG-2023-{number}" for number in numbers]


def test_an_account_without_a_role_is_turned_away(screens: Callable, people: People) -> None:
    people.outsider.is_staff = people.outsider.is_superuser = True
    people.outsider.save()
    assert screens(people.outsider).get(LIST).status_code == 302


def test_a_person_signs_in_with_a_password(people: People) -> None:
    browser = Client()
    answer = browser.post("/sign-in/?next=/admin/", {"username": "contributor", "password": PASSWORD})
    assert answer.headers["Location"] == "/admin/"
    assert browser.get(LIST).status_code == 200


def test_the_published_text_and_ratings_are_shown_and_cannot_be_changed(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    page = screens(people.contributor).get(change(recommendation)).content.decode()
    assert recommendation.text in page
    assert re.search(r"2\.2 Assessment</th>\s*<td>Inadequate</td>", page)
    assert "36 per cent" in page
    assert not re.search(r'name="(text|reference|owner|status|addressee)"', page)


def test_posted_text_and_status_change_nothing_published(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    screens(people.contributor).post(change(recommendation), form(text="Other.", status="closed", owner=1))
    again = Recommendation.objects.get(pk=recommendation.pk)
    assert (again.text, again.status, again.version) == (
        recommendation.text,
        "awaiting_response",
        recommendation.version,
    )


def test_a_contributor_adds_an_action_under_a_recommendation(
    screens: Callable, people: People, bsg: Inspection, bodies: Bodies
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    answer = screens(people.contributor).post(change(recommendation), form(**new_action(bodies.pdu.pk)))
    assert answer.status_code == 302
    action = Action.objects.get()
    assert (action.label, action.lead, str(action.target_latest)) == ("1a", bodies.pdu, "2027-06-30")


def test_an_unclear_date_is_asked_about_beside_its_field(
    screens: Callable, people: People, bsg: Inspection, bodies: Bodies
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    answer = screens(people.contributor).post(
        change(recommendation),
        form(**new_action(bodies.pdu.pk, target_date="winter 2027")),
    )
    assert answer.status_code == 200
    assert "inter" in str(answer.context["inline_admin_formsets"][0].formset.errors[0]["target_date"])
    assert not Action.objects.exists()


def test_an_action_is_changed_under_its_recommendation(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    action = plan()
    given = new_action(bodies.pdu.pk, id=action.pk, version_read=1, description="Train half of them.")
    answer = screens(people.contributor).post(
        change(action.recommendation),
        form(**given, **{"actions-INITIAL_FORMS": 1}),
    )
    assert answer.status_code == 302
    action.refresh_from_db()
    assert (action.description, action.version) == ("Train half of them.", 2)


def action_form(action: Action, **given: object) -> dict[str, object]:
    return form(
        **{
            "description": action.description,
            "responsible_post": action.responsible_post,
            "target_date": action.target_words,
            "lead": action.lead_id,
            "version_read": action.version,
            **given,
        },
    )


@pytest.mark.postgres
def test_an_action_is_changed_on_its_own_screen(screens: Callable, people: People, plan: Callable) -> None:
    action = plan()
    answer = screens(people.contributor).post(
        f"{ACTIONS}{action.pk}/change/", action_form(action, target_date="summer 2027")
    )
    assert answer.status_code == 302
    action.refresh_from_db()
    assert (str(action.target_latest), action.version) == ("2027-08-31", 2)


def test_a_change_of_what_another_changed_meanwhile_is_refused(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, browser = plan(), screens(people.contributor)
    path = f"{ACTIONS}{action.pk}/change/"
    browser.post(path, action_form(action, description="First."))
    answer = browser.post(path, action_form(action, description="Second."))
    assert "Somebody else changed this after you read it" in answer.content.decode()
    action.refresh_from_db()
    assert (action.description, action.version) == ("First.", 2)


def test_a_change_without_a_version_is_refused(screens: Callable, people: People, plan: Callable) -> None:
    action = plan()
    screens(people.contributor).post(f"{ACTIONS}{action.pk}/change/", action_form(action, version_read=""))
    action.refresh_from_db()
    assert action.version == 1


def test_saving_without_a_change_writes_nothing(screens: Callable, people: People, plan: Callable) -> None:
    action = plan()
    answer = screens(people.contributor).post(f"{ACTIONS}{action.pk}/change/", action_form(action))
    assert answer.status_code == 302
    action.refresh_from_db()
    assert action.version == 1


def test_an_action_is_added_from_the_list_of_actions(
    screens: Callable, people: People, bsg: Inspection, bodies: Bodies
) -> None:
    recommendation = bsg.recommendations.get(number=2)
    given = {
        "recommendation": recommendation.pk,
        "description": "Agree the process.",
        "responsible_post": "Deputy head",
        "target_date": "",
        "lead": bodies.pdu.pk,
    }
    answer = screens(people.contributor).post(f"{ACTIONS}add/", form(**given))
    assert answer.status_code == 302
    assert Action.objects.get().label == "2a"


def test_a_recommendation_out_of_reach_cannot_be_posted(
    screens: Callable, people: People, bsg: Inspection, bodies: Bodies
) -> None:
    recommendation = bsg.recommendations.get(number=8)
    given = {
        "recommendation": recommendation.pk,
        "description": "Agree the process.",
        "responsible_post": "Deputy head",
        "lead": bodies.pdu.pk,
    }
    answer = screens(people.contributor).post(f"{ACTIONS}add/", form(**given))
    assert answer.status_code == 200
    assert not Action.objects.exists()


def test_an_update_and_evidence_are_added_under_a_recommendation(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    given = {
        "updates-TOTAL_FORMS": 1,
        "updates-0-text": "Half of the staff are trained.",
        "updates-0-dated": "2026-01-31",
        "evidence-TOTAL_FORMS": 1,
        "evidence-0-title": "Training log",
        "evidence-0-url": "https://example.org/log",
        "evidence-0-level": "output",
        "evidence-0-represents": "2026-01-31",
        "evidence-0-declared_no_personal_data": "on",
    }
    answer = screens(people.contributor).post(change(recommendation), form(**given))
    assert answer.status_code == 302
    assert ProgressUpdate.objects.get().author == people.contributor
    assert Evidence.objects.get().attached_by == people.contributor


def test_evidence_without_the_declaration_is_refused_in_the_words_of_the_operation(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    recommendation = bsg.recommendations.get(number=1)
    given = {
        "evidence-TOTAL_FORMS": 1,
        "evidence-0-title": "Training log",
        "evidence-0-url": "https://example.org/log",
        "evidence-0-level": "output",
        "evidence-0-represents": "2026-01-31",
    }
    page = screens(people.contributor).post(change(recommendation), form(**given))
    assert "no personal data of people on probation" in page.content.decode()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("who", ["viewer", "assurer", "inspector", "administrator"])
def test_who_does_not_plan_reads_and_writes_nothing(
    screens: Callable, people: People, plan: Callable, bodies: Bodies, who: str
) -> None:
    action, browser = plan(), screens(getattr(people, who))
    for path, posted in (
        (change(action.recommendation), form(**new_action(bodies.pdu.pk))),
        (f"{ACTIONS}{action.pk}/change/", action_form(action, description="Other.")),
        (f"{ACTIONS}add/", action_form(action, recommendation=action.recommendation_id)),
    ):
        assert browser.post(path, posted).status_code == 403
    assert Action.objects.count() == 1
    assert Action.objects.get().version == 1


def test_a_lead_organisation_keeps_its_own_action_up_to_date(
    screens: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    own, other, browser = plan(1, lead=bodies.police), plan(1), screens(people.partner)
    assert listed(browser, ACTIONS) == [str(own)]
    posted = action_form(own, responsible_post="Chief inspector")
    assert browser.post(f"{ACTIONS}{own.pk}/change/", posted).status_code == 302
    assert browser.post(f"{ACTIONS}{other.pk}/change/", action_form(other, lead=1)).status_code == 302
    own.refresh_from_db(), other.refresh_from_db()
    assert (own.responsible_post, other.version) == ("Chief inspector", 1)


def test_an_action_out_of_reach_is_as_one_that_does_not_exist(
    screens: Callable, people: People, plan: Callable
) -> None:
    browser = screens(people.sibling)
    hidden = browser.get(f"{ACTIONS}{plan().pk}/change/")
    absent = browser.get(f"{ACTIONS}999999/change/")
    assert hidden.headers["Location"] == absent.headers["Location"] == "/admin/"


@pytest.mark.parametrize("who", ["contributor", "administrator"])
def test_nothing_can_be_deleted(screens: Callable, people: People, plan: Callable, who: str) -> None:
    action, browser = plan(), screens(getattr(people, who))
    assert browser.post(f"{ACTIONS}{action.pk}/delete/", {"post": "yes"}).status_code == 403
    browser.post(ACTIONS, {"action": "delete_selected", "_selected_action": [action.pk], "post": "yes"})
    assert Action.objects.exists()


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?q=disproportionality", [6]),
        ("?q=Quality+lead", [3]),
        ("?q=BSG-2023-2", [2]),
        ("?due=overdue", [3]),
        ("?due=soon", []),
        ("?due=none", [4]),
        ("?mine=yes", [4]),
        ("?status__exact=closed", []),
        ("?organisation=bristol-and-south-gloucestershire-pdu", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_search_and_filters_find_the_work(
    screens: Callable, people: People, plan: Callable, query: str, numbers: list[int]
) -> None:
    plan(3, responsible_post="Quality lead", target_date="1 May 2024")
    plan(4, target_date="Ongoing", person=people.contributor)
    plan(5, target_date="31 December 2099")
    found = listed(screens(people.contributor), LIST + query)
    assert found == [f"BSG-2023-{number}" for number in numbers]


def test_a_late_action_is_told_in_words(screens: Callable, people: People, plan: Callable) -> None:
    plan(3, target_date="1 May 2024")
    page = screens(people.contributor).get(ACTIONS).content.decode()
    assert re.search(r"Overdue by \d+ days \(was due 1 May 2024\)", page)


def test_a_screen_loads_nothing_from_elsewhere_and_runs_no_inline_script(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    answer = screens(people.contributor).get(change(bsg.recommendations.get(number=1)))
    page = answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert re.findall(r'(?:src|href)="(https?:)?//', page) == []
    assert re.findall(r"<script(?![^>]*(?:src=|type=\"application/json\"|data-))[^>]*>", page) == []


def test_the_inspection_and_the_organisations_can_be_looked_up(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    browser = screens(people.contributor)
    page = browser.get(f"/admin/recommendations/inspection/{bsg.pk}/change/").content.decode()
    assert "August 2023" in page
    assert "6 of 27" in page
    assert "made up" in browser.get("/admin/recommendations/organisation/").content.decode()


def test_only_recommendations_that_one_plans_for_are_offered(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    page = screens(people.contributor).get(f"{ACTIONS}add/").content.decode()
    offered = re.findall(r"<option[^>]*>(BSG-2023-\d)</option>", page)
    assert offered == [f"BSG-2023-{number}" for number in range(1, 7)]
