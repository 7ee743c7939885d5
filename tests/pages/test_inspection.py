"""The page of an inspection: the ratings of the real report explained, and what readings would give."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.models import Inspection, Measure
from recommendations.operations.readings import add_reading
from tests.factories import NOW, TODAY, People
from tests.operations.work import reach, take
from tests.pages.shown import words_of

ADDRESS = "/inspections/BSG-2023/"
DAY = timedelta(days=1)


@pytest.fixture
def shown_to(screens: Callable, bsg: Inspection, people: People) -> Callable[..., str]:
    def shown(who: str = "inspector", query: str = "") -> str:
        answer = screens(getattr(people, who)).get(ADDRESS + query)
        assert answer.status_code == 200
        return words_of(answer)

    return shown


def read_again(bsg: Inspection, by: Any, slug: str, percentage: int, *, at: Any = NOW) -> None:
    measure = Measure.objects.get(recommendation__inspection=bsg, slug=slug)
    add_reading(measure=measure, taken_on=TODAY, source="Case audit", value=Decimal(percentage), by=by, at=at)


def test_the_total_adds_up_and_says_what_another_rating_takes(shown_to: Callable[..., str]) -> None:
    shown = shown_to()
    assert "1 + 1 + 1 + 2 + 0 + 0 + 1 + 0 + 0 = 6 of 27, which gives Requires improvement overall" in shown
    assert "Good overall: A total of 14: 8 points more. (unconfirmed)" in shown


def test_the_lowest_key_question_decides_and_names_what_it_would_have_to_reach(
    shown_to: Callable[..., str],
) -> None:
    shown = shown_to()
    assert "2.3.3 (47 per cent) is the lowest figure, and the lowest decides." in shown
    assert "Requires improvement: 2.2.3 (36 per cent) would have to reach 50 per cent." in shown
    assert "2.3.1 (60 per cent) and 2.3.3 (47 per cent) would each have to reach 65 per cent." in shown


def test_a_boundary_is_marked_where_no_report_prints_it(shown_to: Callable[..., str]) -> None:
    shown = shown_to()
    assert "would have to reach 50 per cent. (unconfirmed)" not in shown
    assert "2.1.1 (31 per cent) would have to reach 65 per cent. (unconfirmed)" in shown


def test_guidance_stands_beside_what_was_awarded_with_the_printed_reason(
    shown_to: Callable[..., str],
) -> None:
    shown = shown_to()
    assert "Requires improvement (differs) 1 Inadequate 2.3.3 (47 per cent)" in shown
    assert "The lowest figure lies 3 points below the boundary of 50 per cent" in shown
    assert "Professional discretion could be applied as the lowest score" in shown


def test_in_domain_one_no_figure_decides(shown_to: Callable[..., str]) -> None:
    shown = shown_to()
    assert "1.4 Information and facilities Good 2 None stated No figure decides" in shown
    assert "in recognition of the strengths seen at a strategic level, leadership is rated" in shown


def test_what_is_measured_and_not_rated_stands_apart(shown_to: Callable[..., str]) -> None:
    assert "2.6 Outcomes is measured and not rated: 2.6.1 (44 per cent)." in shown_to()


def test_the_latest_readings_give_guidance_and_no_award(
    shown_to: Callable[..., str], bsg: Inspection, people: People
) -> None:
    read_again(bsg, people.contributor, "planning-keeping-people-safe", 66)
    shown = shown_to()
    assert "Guidance from later figures, and not an award" in shown
    assert (
        "2.3.3 (66 per cent), 2 March 2026 Requires improvement: 2.3.1 (60 per cent) is the lowest" in shown
    )


def test_without_a_reading_there_is_no_later_guidance(shown_to: Callable[..., str]) -> None:
    assert "What the latest readings would give" not in shown_to()


@pytest.mark.parametrize("who", ["outsider", "sibling"])
def test_out_of_reach_is_the_published_part_alone(
    shown_to: Callable[..., str], bsg: Inspection, people: People, who: str
) -> None:
    read_again(bsg, people.contributor, "planning-keeping-people-safe", 66)
    reach(bsg.recommendations.get(number=1), "submitted", people)
    shown = shown_to(who)
    assert "improve the quality of work to assess" in shown
    assert "= 6 of 27" in shown
    assert "Submitted" not in shown
    assert "66 per cent" not in shown


def test_the_four_statuses_stand_side_by_side(
    shown_to: Callable[..., str], bsg: Inspection, people: People
) -> None:
    reach(bsg.recommendations.get(number=1), "closed", people)
    assert "Closed Practice Ended Not reviewed No clear change" in shown_to()


def test_who_reaches_one_owner_reads_the_others_published_part(
    shown_to: Callable[..., str], bsg: Inspection, people: People
) -> None:
    shown = shown_to("contributor")
    assert shown.count("The published part alone is open to you.") == 3


def test_a_past_day_shows_what_was_known_then(
    shown_to: Callable[..., str], bsg: Inspection, people: People
) -> None:
    read_again(bsg, people.contributor, "planning-keeping-people-safe", 66, at=NOW + DAY)
    take(bsg.recommendations.get(number=1), "respond", people.contributor, at=NOW + DAY, answer="agreed")
    then, after = shown_to(query=f"?as_of={TODAY}"), shown_to(query=f"?as_of={TODAY + DAY}")
    assert "This page shows what was recorded when 2 March 2026 ended." in then
    assert "In progress" not in then
    assert "66 per cent" not in then
    assert "In progress" in after
    assert "66 per cent" in after


def test_before_it_was_recorded_it_is_not_there(screens: Callable, bsg: Inspection, people: People) -> None:
    assert screens(people.inspector).get(f"{ADDRESS}?as_of={TODAY - DAY}").status_code == 404


def test_what_does_not_exist_is_not_found(screens: Callable, people: People) -> None:
    assert screens(people.inspector).get("/inspections/ABC-2020/").status_code == 404


def test_an_unknown_parameter_is_refused_by_name(screens: Callable, people: People) -> None:
    answer = screens(people.inspector).get(f"{ADDRESS}?asof=2026-03-02")
    assert answer.status_code == 400
    assert "asof" in answer.content.decode()


def test_it_links_to_the_action_plan_and_to_each_recommendation(
    screens: Callable, bsg: Inspection, people: People
) -> None:
    shown = screens(people.inspector).get(ADDRESS).content.decode()
    assert f'href="{ADDRESS}plan/"' in shown
    assert shown.count('href="/recommendations/BSG-2023-') == 9


def test_it_costs_the_same_however_much_was_read(screens: Callable, bsg: Inspection, people: People) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get(ADDRESS)
        return len(asked)

    browser = screens(people.inspector)
    browser.get(ADDRESS)
    for percentage in range(50, 53):
        read_again(bsg, people.contributor, "planning-keeping-people-safe", percentage)
    few = cost()
    for percentage in range(53, 80):
        read_again(bsg, people.contributor, "planning-keeping-people-safe", percentage)
    assert cost() == few <= 12
