"""The overview: every number is that of the API's summary and of SQL, for whoever asks, on any day."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recommendations.models import Inspection
from recommendations.operations.actions import plan_action
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from recommendations.pages.list_items import age_in_words
from recommendations.pages.views import overview
from tests.factories import NOW, TODAY, Bodies, People
from tests.pages.standing_story import CANARY, DAY, plain, told, totals_on

BUDGET = 12
WHO = ["inspector", "regional", "contributor", "partner"]
A_RECOMMENDATION = re.compile(r"BSG-2023-\d")


@pytest.fixture
def story(bsg: Inspection, people: People, bodies: Bodies) -> SimpleNamespace:
    return told(bsg, people, bodies)


def summary(caller: Any, query: str = "") -> dict[str, Any]:
    return caller.get(f"/api/v1/summary/?{query}").json()["results"][0]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("when", [None, "begun"])
def test_the_totals_are_those_of_the_summary(
    api: Callable,
    screens: Callable,
    people: People,
    story: SimpleNamespace,
    who: str,
    when: str | None,
) -> None:
    query = f"as_of={getattr(story, when)}" if when else ""
    user = getattr(people, who)
    whole = summary(api(user), query)
    shown = totals_on(screens(user).get(f"/?{query}").content.decode())
    assert shown["Recommendations"] == str(whole["recommendations"])
    assert shown["Open"] == str(whole["open"])
    assert shown["Overdue"] == str(whole["schedule_status"]["overdue"])
    assert shown["No recent update"] == str(whole["no_recent_update"])
    assert shown["Unsupported claims"] == str(whole["unsupported_claim"])


@pytest.mark.parametrize("who", ["inspector", "partner"])
def test_the_two_way_table_is_the_summary_split_by_both(
    api: Callable, screens: Callable, people: People, story: SimpleNamespace, who: str
) -> None:
    user = getattr(people, who)
    body = api(user).get("/api/v1/summary/?by=response,judgement").json()["results"]
    expected = {
        (row["by"]["response"], row["by"]["judgement"]): row["recommendations"]
        for row in body
        if row["organisation"] is None
    }
    table = screens(user).get("/").context["answers"]
    codes = ["none", *api(user).get("/api/v1/summary/").json()["results"][0]["judgement"]]
    codes = list(dict.fromkeys(codes))
    answers = ["none", "agreed", "partly_agreed", "not_agreed"]
    shown = {
        (answer, code): count
        for answer, (_, counts, _) in zip(answers, table["rows"][:-1], strict=True)
        for code, count in zip(codes, counts, strict=True)
        if count
    }
    assert shown == {key: count for key, count in expected.items() if count}
    assert table["rows"][-1][2] == sum(expected.values())


@pytest.mark.postgres
def test_what_no_summary_counts_is_what_sql_counts(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    present = "SELECT COUNT(*) FROM recommendations_recommendationhistory WHERE valid_to IS NULL AND "
    with connection.cursor() as cursor:
        cursor.execute(f"{present} judged_verified")
        verified = cursor.fetchone()[0]
        cursor.execute(
            f"{present} status IN ('submitted', 'closed') AND NOT judged_verified AND NOT judged_short"
        )
        waiting = cursor.fetchone()[0]
    totals = totals_on(screens(people.inspector).get("/").content.decode())
    assert (totals["Verified"], totals["Awaiting review"]) == (str(verified), str(waiting)) == ("1", "0")


def test_the_median_is_of_the_days_by_which_the_overdue_are_late(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    page = screens(people.inspector).get(f"/?as_of={story.moved}").content.decode()
    assert totals_on(page)["Median days late"] == "41"  # 25 January to 7 March 2026.


def test_a_gap_is_listed_with_each_of_its_reasons(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    shown = screens(people.inspector).get("/").context["unsupported"]
    first = shown.items[0]
    assert (shown.total, first.reference) == (2, "BSG-2023-1")
    assert first.reasons == [
        "Claimed, but an inspector found no meaningful or insufficient progress",
        "Claimed, while a measure shows no clear change",
    ]
    assert first.address == "/recommendations/BSG-2023-1/"


def test_a_list_that_is_cut_says_of_how_many(
    screens: Callable, people: People, story: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "MOST", 1)
    page = screens(people.inspector).get("/").content.decode()
    assert "The first 1 of 2." in plain(page)
    assert 'href="/organisations/hmpps/?show=unsupported_claim"' in page


def test_dates_that_moved_are_those_of_the_summary(
    api: Callable, screens: Callable, people: People, story: SimpleNamespace
) -> None:
    for user in (people.inspector, people.partner):
        context = screens(user).get("/").context
        assert context["moves"] == summary(api(user))["dates_moved"]
    assert [one.more for one in context["moved"].items] == ["1 move of 1 action"]


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("inspector", "You see the work of every body."),
        ("regional", "You see the work of South West region, and of all under it."),
        ("contributor", "You see the work of Bristol and South Gloucestershire PDU"),
    ],
)
def test_the_page_says_whose_work_it_counts(
    screens: Callable, people: People, bsg: Inspection, who: str, words: str
) -> None:
    assert words in plain(screens(getattr(people, who)).get("/").content.decode())


def test_who_holds_no_role_sees_what_is_published_and_is_told_so(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    page = screens(people.outsider).get("/").content.decode()
    assert "You have no role" in page
    assert "9 recommendations, under the inspections below" in plain(page)
    assert 'href="/inspections/BSG-2023/"' in page
    assert totals_on(page) == {}


@pytest.mark.parametrize("who", ["sibling", "outsider"])
def test_nothing_out_of_reach_is_listed(
    screens: Callable, people: People, story: SimpleNamespace, who: str
) -> None:
    page = screens(getattr(people, who)).get("/").content.decode()
    assert A_RECOMMENDATION.search(page) is None


@pytest.mark.parametrize("address", ["/", "/organisations/", "/organisations/hmpps/"])
def test_what_bodies_write_does_not_stand_among_the_numbers(
    screens: Callable, people: People, story: SimpleNamespace, address: str
) -> None:
    assert CANARY not in screens(people.inspector).get(address).content.decode()


def test_a_past_day_is_shown_as_one(screens: Callable, people: People, story: SimpleNamespace) -> None:
    page = screens(people.inspector).get(f"/?as_of={TODAY}").content.decode()
    assert "This page shows what was recorded when 2 March 2026 ended." in plain(page)
    assert (totals_on(page)["Recommendations"], totals_on(page)["Open"]) == ("9", "9")
    assert f"/recommendations/BSG-2023-1/?as_of={TODAY}" in page


def test_a_past_day_shows_no_more_than_is_in_reach_today(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    page = screens(people.contributor).get(f"/?as_of={story.begun}").content.decode()
    assert totals_on(page)["Recommendations"] == "5"
    assert "BSG-2023-5" not in page


def test_before_anything_was_recorded_the_page_says_so(
    screens: Callable, people: People, story: SimpleNamespace
) -> None:
    page = screens(people.inspector).get("/?as_of=2020-01-01").content.decode()
    assert "no recommendation was recorded" in page
    assert "No inspection was recorded by then." in page


@pytest.mark.parametrize("query", ["as_of=never", "inspections=99", "inspections=x", "nothing=1"])
def test_what_cannot_be_asked_is_a_400(
    screens: Callable, people: People, bsg: Inspection, query: str
) -> None:
    assert screens(people.inspector).get(f"/?{query}").status_code == 400


def test_a_stranger_is_asked_to_sign_in(db: None) -> None:
    assert Client().get("/").status_code == 302


def test_the_overview_costs_the_same_queries_at_3_rows_and_at_30(
    screens: Callable, people: People, bsg: Inspection, bodies: Bodies
) -> None:
    browser = screens(people.inspector)
    judgement = bsg.framework.judgements.filter(verified=True)[0].code
    costs = []
    for count in (3, 27):
        for number in range(count):
            recommendation = bsg.recommendations.get(number=number % 9 + 1)
            plain = {"description": "x", "responsible_post": "x", "by": people.national, "at": NOW}
            action = plan_action(
                recommendation=recommendation, lead=bodies.national, target_date="1 May 2026", **plain
            )
            moved = {"reason": "Late.", "by": people.national, "at": NOW}
            revise_target(action=action, version=1, target_date="2 May 2026", **moved)
            judged = {"judgement": judgement, "narrative": "Good.", "by": people.inspector, "at": NOW}
            record_review(recommendation=recommendation, **judged)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/").status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1] <= BUDGET


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (TODAY, "0 days"),
        (TODAY - DAY, "1 day"),
        (TODAY.replace(month=2), "28 days"),
        (TODAY.replace(year=2025, month=12, day=3), "2 months"),
        (TODAY.replace(year=2024, month=1, day=1), "2 years and 2 months"),
        (TODAY.replace(year=2025), "1 year"),
    ],
)
def test_an_age_is_said_in_years_and_months(since: Any, words: str) -> None:
    assert age_in_words(since, on=TODAY) == words
