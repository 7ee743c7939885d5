"""Organisations: the numbers of each are the summary's, and each is the length of the list it leads to."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.models import Inspection, Level
from recommendations.operations.accounts import system_actor
from recommendations.operations.organisations import create_organisation
from recommendations.pages.views import organisations
from recommendations.read_models.counts import SHOWN, median_days
from tests.factories import NOW, TODAY, Bodies, People
from tests.pages.standing_story import plain, told, totals_on

BUDGET = 12
TREE = "/organisations/"
PDU = f"{TREE}bristol-and-south-gloucestershire-pdu/"
LISTED = re.compile(r'href="/recommendations/(BSG-2023-\d)/')


@pytest.fixture
def story(bsg: Inspection, people: People, bodies: Bodies) -> SimpleNamespace:
    return told(bsg, people, bodies)


@pytest.mark.parametrize("who", ["inspector", "regional"])
@pytest.mark.parametrize("when", [None, "begun"])
def test_the_tree_adds_up_to_what_the_summary_says_of_each(
    api: Callable,
    screens: Callable,
    people: People,
    story: SimpleNamespace,
    who: str,
    when: str | None,
) -> None:
    query = f"?as_of={getattr(story, when)}" if when else ""
    user = getattr(people, who)
    rows = api(user).get(f"/api/v1/summary/{query}").json()["results"]
    expected = {
        row["organisation"]["slug"]: (
            row["recommendations"],
            row["open"],
            row["schedule_status"]["overdue"],
            row["no_recent_update"],
        )
        for row in rows
        if row["organisation"]
    }
    branches = screens(user).get(f"{TREE}{query}").context["branches"]
    shown = {one.body.slug: one.totals for one in branches if one.totals.recommendations}
    assert {
        slug: (found.recommendations, found.open, found.overdue, found.no_recent_update)
        for slug, found in shown.items()
    } == expected


@pytest.mark.parametrize("show", list(SHOWN))
def test_each_number_is_the_length_of_its_list(
    screens: Callable, people: People, story: SimpleNamespace, show: str
) -> None:
    page = screens(people.inspector).get(f"{PDU}?show={show}&as_of={story.begun}").content.decode()
    numbers = dict(zip(("all", *list(SHOWN)[1:]), totals_on(page).values(), strict=False))
    assert len(set(LISTED.findall(page))) == int(numbers[show])


def test_what_is_claimed_and_not_judged_awaits_review(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    address = f"{PDU}?show=awaiting_review&as_of={story.begun}"
    assert LISTED.findall(screens(people.inspector).get(address).content.decode()) == ["BSG-2023-6"]


def test_the_latest_against_its_date_comes_first(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    page = screens(people.inspector).get(PDU).content.decode()
    assert LISTED.findall(page)[0] == "BSG-2023-2"


def test_a_long_list_is_paged(
    screens: Callable, people: People, story: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organisations, "PAGE", 3)
    browser = screens(people.inspector)
    first = browser.get(f"{PDU}?show=all").content.decode()
    second = browser.get(f"{PDU}?show=all&page=2").content.decode()
    assert 'href="?page=2&amp;show=all#recommendations"' in first
    assert "4 to 5 of 5" in plain(second)
    assert len({*LISTED.findall(first), *LISTED.findall(second)}) == 5


@pytest.mark.parametrize("slug", ["hmpps", "south-west", "no-such-body"])
def test_a_body_out_of_reach_is_as_if_it_did_not_exist(
    screens: Callable, people: People, bsg: Inspection, slug: str
) -> None:
    assert screens(people.contributor).get(f"{TREE}{slug}/").status_code == 404


def test_a_body_out_of_reach_stands_neither_in_the_tree_nor_above_one(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    browser = screens(people.contributor)
    for address in (TREE, PDU):
        page = browser.get(address).content.decode()
        assert "South West region" not in page
        assert "Cornwall" not in page


def test_who_reaches_nothing_is_told_so(screens: Callable, people: People, bsg: Inspection) -> None:
    assert "None of your roles reaches an organisation" in screens(people.outsider).get(TREE).content.decode()


def test_of_many_bodies_the_upper_levels_are_shown(
    screens: Callable,
    people: People,
    bodies: Bodies,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(organisations, "MOST_BRANCHES", 2)
    shown = screens(people.inspector).get(TREE).context["branches"]
    assert {one.body.level for one in shown} == {Level.NATIONAL_SERVICE, Level.REGION}


@pytest.mark.parametrize("query", ["show=late", "page=9", "page=x", "nothing=1"])
def test_what_cannot_be_asked_is_a_400(
    screens: Callable, people: People, bsg: Inspection, query: str
) -> None:
    assert screens(people.inspector).get(f"{PDU}?{query}").status_code == 400


def test_a_past_day_stays_with_every_link(screens: Callable, people: People, story: SimpleNamespace) -> None:
    page = screens(people.inspector).get(f"{PDU}?as_of={TODAY}").content.decode()
    main = page.partition("<h1")[2].partition("Show a past day")[0]
    inside = re.findall(r'href="((?:/organisations/|/recommendations/|/charts/|\?)[^"]*)"', main)
    assert inside
    assert [address for address in inside if f"as_of={TODAY}" not in address] == []


def test_the_pages_cost_the_same_queries_at_3_bodies_and_at_30(
    screens: Callable, people: People, story: SimpleNamespace, bodies: Bodies
) -> None:
    browser = screens(people.inspector)
    costs = []
    for count in (3, 27):
        for number in range(count):
            name = f"Unit {count} {number} PDU"
            given = {"level": Level.PDU, "parent": bodies.region, "by": system_actor(), "at": NOW}
            create_organisation(name=name, **given)
        for address in (TREE, f"{TREE}{bodies.region.slug}/"):
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(address).status_code == 200
            costs.append(len(asked))
    assert costs[:2] == costs[2:]
    assert max(costs) <= BUDGET


@pytest.mark.parametrize(
    ("days", "middle"), [([], None), ([4], 4), ([9, 1, 5], 5), ([1, 2], 2), ([10, 20, 30, 50], 25)]
)
def test_the_median_is_the_middle_and_a_half_is_rounded_up(days: list[int], middle: int | None) -> None:
    assert median_days(days) == middle
