"""What every staff screen keeps to, whatever it shows: its title, its language, its headings, its policy."""

import re
from collections.abc import Callable

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from recommendations.models import Action, Inspection, User
from tests.admin.test_screens import ACTIONS, LIST, action_form, change, form, new_action
from tests.factories import Bodies, People

SERVICE = "Recommendation tracker"


@pytest.fixture
def pages(screens: Callable, people: People, bsg: Inspection, plan: Callable[..., Action]) -> dict[str, str]:
    """Every kind of screen that a contributor comes to: its address, and what it shows."""
    action = plan()
    browser = screens(people.contributor)
    addresses = [
        "/admin/",
        *(reverse(f"admin:recommendations_{model._meta.model_name}_changelist") for model in registered()),
        f"{LIST}?q=nothing+like+it",
        change(action.recommendation),
        f"{LIST}{action.recommendation_id}/history/",
        f"{ACTIONS}add/",
        f"{ACTIONS}{action.pk}/change/",
        f"/admin/recommendations/inspection/{bsg.pk}/change/",
        f"/admin/recommendations/organisation/{bsg.inspected_id}/change/",
    ]
    return {address: browser.get(address).content.decode() for address in addresses}


# For those who manage access alone: to others these screens do not exist.
OF_ADMINISTRATORS = {User}


def registered() -> list[type[models.Model]]:
    """The nouns with a screen for everybody who holds a role."""
    ours = [model for model in admin.site._registry if model._meta.app_label == "recommendations"]
    return [model for model in ours if model not in OF_ADMINISTRATORS]


def title(page: str) -> str:
    [found] = re.findall(r"<title>(.*?)</title>", page)
    return found


def test_each_title_says_where_one_is_and_ends_with_the_service(pages: dict[str, str]) -> None:
    titles = {title(page) for address, page in pages.items() if "?" not in address}
    assert len(titles) == len(pages) - 1
    assert all(found.endswith(f" – {SERVICE}") for found in titles)
    assert {
        f"My work – {SERVICE}",
        f"Recommendations – {SERVICE}",
        f"Recommendation – BSG-2023-1 – {SERVICE}",
        f"Action – BSG-2023-1 action 1a – {SERVICE}",
    } <= titles


def test_each_screen_has_a_language_one_main_heading_and_a_way_past_the_header(
    pages: dict[str, str],
) -> None:
    for address, page in pages.items():
        assert '<html lang="en-gb"' in page, address
        assert page.count("<h1") == 1, address
        assert 'href="#content-start"' in page, address


def test_no_screen_holds_a_style_or_a_script_of_its_own(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page), address
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), address


def test_the_index_leads_to_every_list(pages: dict[str, str]) -> None:
    for model in registered():
        address = reverse(f"admin:recommendations_{model._meta.model_name}_changelist")
        assert f'href="{address}"' in pages["/admin/"]


def test_accounts_are_led_to_for_administrators_alone(
    screens: Callable, people: People, pages: dict[str, str]
) -> None:
    link = 'href="/admin/recommendations/user/"'
    assert link not in pages["/admin/"]
    assert link in screens(people.administrator).get("/admin/").content.decode()


def test_every_field_that_can_be_filled_in_has_a_label(pages: dict[str, str]) -> None:
    page = pages[f"{ACTIONS}add/"]
    fields = re.findall(r'<(?:input type="(?:text|checkbox)"|select|textarea)[^>]* id="([^"]+)"', page)
    assert len(fields) > 5
    assert all(f'for="{field}"' in page for field in fields)


def test_a_refusal_is_told_at_the_top_with_a_link_to_its_field(
    screens: Callable, people: People, plan: Callable
) -> None:
    action = plan()
    given = action_form(action, responsible_post="")
    page = screens(people.contributor).post(f"{ACTIONS}{action.pk}/change/", given).content.decode()
    assert title(page).startswith("Error: ")
    summary = page[page.index("There is a problem") : page.index("<h1")]
    assert '<a href="#id_responsible_post">Responsible post: Fill this in</a>' in summary
    assert 'id="id_responsible_post"' in page


def test_a_refusal_in_one_of_several_rows_says_in_which(
    screens: Callable, people: People, bsg: Inspection, bodies: Bodies
) -> None:
    given = form(**new_action(bodies.pdu.pk, description=""))
    page = screens(people.contributor).post(change(bsg.recommendations.get(number=1)), given).content.decode()
    assert '<a href="#id_actions-0-description">New action – What is to be done: Fill this in</a>' in page


def test_a_wrong_password_is_told_in_plain_words(people: People) -> None:
    page = Client().post("/sign-in/", {"username": "viewer", "password": "wrong"}).content.decode()
    assert '<a href="#id_username">Username: The username or the password is not right.' in page


def test_the_reference_of_the_api_has_no_style_or_script_of_its_own(db: None) -> None:
    page = Client().get("/api/v1/docs/").content.decode()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)", page)
    assert '<html lang="en-GB">' in page


def test_who_only_reads_an_action_sees_its_target_date_as_it_was_said(
    screens: Callable, people: People, plan: Callable
) -> None:
    action = plan(target_date="summer 2027")
    page = screens(people.viewer).get(f"{ACTIONS}{action.pk}/change/").content.decode()
    assert re.search(r'Target date, as it was said</div>\s*<div class="readonly">summer 2027</div>', page)


def test_a_responsible_person_is_named_without_a_way_to_their_account(
    screens: Callable, people: People, plan: Callable
) -> None:
    action, browser = plan(person=people.contributor), screens(people.viewer)
    for path in (f"{ACTIONS}{action.pk}/change/", change(action.recommendation)):
        page = browser.get(path).content.decode()
        assert re.search(r'Responsible person</div>\s*<div class="readonly">contributor</div>', page)
        assert "/recommendations/user/" not in page


@pytest.mark.parametrize(("who", "words"), [("viewer", "You may not do this"), ("sibling", "Page not found")])
def test_a_refused_page_says_so_in_plain_words(
    screens: Callable, people: People, plan: Callable, who: str, words: str
) -> None:
    page = screens(getattr(people, who)).get(f"{ACTIONS}{plan().pk}/step/start/").content.decode()
    assert title(page) == f"{words} – {SERVICE}"
    assert 'href="/">Go to the overview' in page
