"""The page of a recommendation: claim beside evidence beside measured outcome beside finding."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from recommendations.models import Inspection, LinkKind, Measure, Recommendation
from recommendations.operations.actions import plan_action
from recommendations.operations.ownership import change_owner, link_recommendations
from recommendations.operations.readings import add_reading
from recommendations.operations.reviews import record_review
from tests.factories import NOW, TODAY, Bodies, People
from tests.operations.work import reach, take, update
from tests.pages.shown import words_of

ADDRESS = "/recommendations/BSG-2023-1/"
DAY = timedelta(days=1)
CANARY = "zebra-crossing"


@pytest.fixture
def first(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


@pytest.fixture
def markup(screens: Callable, bsg: Inspection, people: People) -> Callable[..., Any]:
    def shown(who: str = "inspector", address: str = ADDRESS) -> Any:
        answer = screens(getattr(people, who)).get(address)
        assert answer.status_code == 200
        return answer

    return shown


@pytest.fixture
def shown_to(markup: Callable[..., Any]) -> Callable[..., str]:
    return lambda *given, **more: words_of(markup(*given, **more))


def review(row: Recommendation, people: People, code: str, *, at: Any = NOW, **given: Any) -> Any:
    return record_review(
        recommendation=row,
        **{"judgement": code, "narrative": "In 14 of 25 cases nobody had asked.", **given},
        by=people.inspector,
        at=at,
    )


def test_the_published_text_is_set_apart_with_its_addressee(markup: Callable[..., Any]) -> None:
    shown = markup("outsider").content.decode()
    quoted = shown[shown.index("<blockquote") : shown.index("</blockquote>")]
    assert "Bristol and South Gloucestershire PDU should: improve the quality of work to assess" in quoted


def test_claim_evidence_outcome_and_finding_stand_side_by_side(
    shown_to: Callable[..., str], first: Recommendation, people: People
) -> None:
    reach(first, "closed", people)
    review(first, people, "insufficient_progress")
    shown = shown_to()
    assert "Claim Closed “Assessments now name the risk to each child.” Response: agreed." in shown
    assert "Evidence Practice 1 piece: 1 accepted." in shown
    assert "Measured outcome Not measured again Of 7 measures: 7 not measured again." in shown
    assert "Finding Insufficient progress “In 14 of 25 cases nobody had asked.” inspector, 2 March" in shown


def test_each_gap_stands_in_a_warning_with_its_reason(
    shown_to: Callable[..., str], first: Recommendation, people: People
) -> None:
    reach(first, "closed", people)
    review(first, people, "insufficient_progress")
    measure = Measure.objects.get(recommendation=first, slug="home-visits-missing")
    add_reading(
        measure=measure, taken_on=TODAY, source="Audit", n=50, out_of=55, by=people.contributor, at=NOW
    )
    shown = shown_to()
    assert (
        "Warning Claimed, but an inspector found no meaningful or insufficient progress Insufficient"
        " progress, 2 March 2026" in shown
    )
    assert (
        "Warning Claimed, while a measure shows no clear change Worse: Cases where a necessary home visit"
        " was not made. Not measured again: 6 measures." in shown
    )


def test_what_is_not_claimed_has_no_gap(shown_to: Callable[..., str]) -> None:
    shown = shown_to()
    assert "The owner does not claim that it is done." in shown
    assert "Warning Claimed" not in shown


@pytest.mark.parametrize(
    ("state", "here"),
    [
        ("awaiting_response", "Awaiting response"),
        ("in_progress", "In progress"),
        ("not_agreed", "Not agreed"),
        ("superseded", "Superseded"),
    ],
)
def test_the_way_through_says_where_it_stands(
    markup: Callable[..., Any],
    first: Recommendation,
    people: People,
    state: str,
    here: str,
) -> None:
    reach(first, state, people)
    page = markup()
    assert f"{here} (current status)" in words_of(page)
    assert page.content.decode().count('aria-current="step"') == 1


def test_an_earlier_recommendation_that_it_repeats_is_shown_first(
    markup: Callable[..., Any], bsg: Inspection, people: People
) -> None:
    second = bsg.recommendations.get(number=2)
    link_recommendations(
        source=bsg.recommendations.get(number=1),
        target=second,
        kind=LinkKind.REPEATS,
        reason="It came back.",
        by=people.inspector,
        at=NOW,
    )
    page = markup("outsider")
    assert "Warning This repeats BSG-2023-2" in words_of(page)
    assert 'href="/recommendations/BSG-2023-2/"' in page.content.decode()


def test_an_owner_that_changed_stands_beside_the_addressee(
    shown_to: Callable[..., str], first: Recommendation, people: People, bodies: Bodies
) -> None:
    given = {"owner": bodies.region, "reason": "Reorganised.", "by": people.inspector, "at": NOW}
    change_owner(recommendation=first, version=first.version, **given)
    assert f"Owner now {bodies.region}" in shown_to("outsider")


def test_what_people_write_is_escaped(
    markup: Callable[..., Any], first: Recommendation, people: People
) -> None:
    take(first, "respond", people.contributor, answer="agreed")
    update(first, people.contributor, text="<script>alert(1)</script> {{ user }}")
    shown = markup().content.decode()
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ user }}" in shown


def test_the_chart_says_what_its_table_and_its_file_say(
    markup: Callable[..., Any], first: Recommendation, people: People
) -> None:
    measure = Measure.objects.get(recommendation=first, slug="home-visits-missing")
    add_reading(
        measure=measure, taken_on=TODAY, source="Audit", n=18, out_of=58, by=people.contributor, at=NOW
    )
    assert "1 of 7 measures has improved" in words_of(markup())
    file = markup(address=f"{ADDRESS}measures.csv").content.decode()
    (row,) = (line for line in file.splitlines() if "home visit" in line)
    assert row.split(",")[2:11] == [
        "36 of 59 (61 per cent)",
        "61",
        "48.3",
        "72.4",
        "18 of 58 (31 per cent)",
        "2026-03-02",
        "31",
        "20.6",
        "43.8",
    ]
    drawn = markup().content.decode()
    assert "report 61%" in drawn
    assert "latest 31%" in drawn


def test_a_recommendation_without_a_figure_has_no_chart(
    markup: Callable[..., Any], screens: Callable, people: People
) -> None:
    page = markup(address="/recommendations/BSG-2023-8/")
    assert "The report prints no figure for vetting timescales" in words_of(page)
    assert "<svg" not in page.content.decode()
    absent = screens(people.inspector).get("/recommendations/BSG-2023-8/measures.csv")
    assert absent.status_code == 404


def test_the_timeline_is_cut_until_all_of_it_is_asked_for(
    markup: Callable[..., Any], first: Recommendation, people: People
) -> None:
    take(first, "respond", people.contributor, answer="agreed")
    for _ in range(16):
        update(first, people.contributor)
    cut, whole = markup(), markup(address=f"{ADDRESS}?timeline=all")
    assert cut.content.decode().count("moj-timeline__item") == 15
    assert "Show the whole timeline" in words_of(cut)
    assert "Show the whole timeline" not in words_of(whole)
    assert "Response given by contributor, contributor" in words_of(whole)


@pytest.mark.parametrize("query", ["timeline=some", "of=1", "as_of=2020-01-01&x=1"])
def test_what_the_address_may_not_hold_is_refused(
    screens: Callable, bsg: Inspection, people: People, query: str
) -> None:
    assert screens(people.inspector).get(f"{ADDRESS}?{query}").status_code == 400


def test_the_verbs_are_those_that_the_reader_may_take(
    markup: Callable[..., Any], first: Recommendation, people: People
) -> None:
    reach(first, "in_progress", people)
    plan_action(
        recommendation=first,
        description="Train.",
        lead=first.owner,
        responsible_post="Head",
        by=people.contributor,
        at=NOW,
    )
    shown = markup("contributor").content.decode()
    assert f'href="{ADDRESS}steps/submit/"' in shown
    assert f'href="{ADDRESS}actions/1a/steps/start/"' in shown
    assert "/steps/" not in markup("viewer").content.decode()
