"""The four statuses and the unsupported_claim: shown, filtered by and sorted by within reach alone."""

from collections.abc import Callable

import pytest

from tests.factories import TODAY, Bodies, People

LIST = "/api/v1/recommendations/"
ONE = f"{LIST}BSG-2023-1/"


def numbers(caller: object, query: str) -> list[int]:
    rows = caller.get(f"{LIST}?{query}").json()["results"]  # type: ignore[attr-defined]
    return [row["number"] for row in rows]


@pytest.mark.postgres
def test_the_statuses_stand_side_by_side(
    api: Callable, people: People, submitted: Callable, plan: Callable
) -> None:
    plan(2, target_date="30 June 2026")
    submitted(1)
    row = api(people.viewer).get(ONE).json()
    assert (row["status"], row["evidence_level"], row["judgement"]) == ("submitted", "practice", None)
    assert row["schedule_status"] == "no_date"
    late = api(people.viewer).get(f"{LIST}BSG-2023-2/").json()
    assert (late["schedule_status"], late["due"]) == ("overdue", "2026-06-30")
    assert late["days_late"] == late["days_late_original"] > 0


def test_a_gap_says_why(api: Callable, people: People, submitted: Callable) -> None:
    submitted(1)
    row = api(people.viewer).get(ONE).json()
    assert row["unsupported_claim"] is True
    assert [reason["code"] for reason in row["unsupported_claim_reasons"]] == ["measure_not_moved"]
    assert row["unsupported_claim_reasons"][0]["text"].startswith("Claimed")


@pytest.mark.parametrize(
    "query",
    [
        "status=submitted",
        "evidence_level=practice",
        "unsupported_claim=true",
        "unsupported_claim_reason=measure_not_moved",
    ],
)
def test_a_filter_finds_what_the_rows_show(
    api: Callable, people: People, submitted: Callable, query: str
) -> None:
    submitted(1)
    assert numbers(api(people.viewer), query) == [1]


@pytest.mark.parametrize(
    "query",
    [
        "status=awaiting_response",
        "evidence_level=none",
        "schedule_status=no_date",
        "no_recent_update=true",
        "no_recent_update=false",
        "judgement=none",
        "unsupported_claim=false",
        "unsupported_claim=true",
    ],
)
@pytest.mark.parametrize("who", ["contributor", "sibling", "outsider"])
def test_a_status_out_of_reach_does_not_show_through_a_filter(
    api: Callable, people: People, who: str, query: str
) -> None:
    reached = set(range(1, 7)) if who == "contributor" else set()
    assert set(numbers(api(getattr(people, who)), query)) <= reached


@pytest.mark.parametrize("ordering", ["due", "-due", "days_late", "-days_late"])
def test_an_order_tells_nothing_of_what_is_out_of_reach(
    api: Callable, people: People, plan: Callable, ordering: str
) -> None:
    plan(8, target_date="1 May 2026")
    plan(9, target_date="1 April 2026")
    plan(7, target_date="1 June 2026")
    shown = numbers(api(people.contributor), f"ordering={ordering},number")
    assert [number for number in shown if number > 6] == [7, 8, 9]


def test_what_is_due_first_comes_first_and_what_has_no_date_last(
    api: Callable, people: People, plan: Callable
) -> None:
    plan(3, target_date="1 May 2026")
    plan(5, target_date="1 April 2026")
    caller = api(people.inspector)
    assert numbers(caller, "ordering=due,number")[:3] == [5, 3, 1]
    assert numbers(caller, "ordering=-days_late,number")[:3] == [5, 3, 1]


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("ordering", ["due", "-due", "days_late", "-days_late"])
def test_pages_by_due_date_show_each_row_once(
    api: Callable, people: People, plan: Callable, ordering: str, size: int
) -> None:
    for number in (1, 3, 5):
        plan(number, target_date=f"{number} May 2026")
    caller = api(people.inspector)
    paged, address = [], f"{LIST}?ordering={ordering}&page_size={size}"
    while address:
        body = caller.get(address).json()
        paged += [row["number"] for row in body["results"]]
        address = body["next"]
    assert paged == numbers(caller, f"ordering={ordering}")
    assert sorted(paged) == list(range(1, 10))


ORDERINGS = ["due", "-due", "due,number", "due,-days_late", "days_late", "owner", "-owner,due", "reference"]
SELECTIONS = [
    "overdue=true",
    "open=true&owner_subtree=south-west-region",
    "owner_subtree=south-west-region",
    "due_from=2026-01-01&status=awaiting_response",
    f"as_of={TODAY}&owner_subtree=south-west-region",
    "owner_subtree=south-west-region&owner_subtree=hmpps&open=true",
]


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize("ordering", ORDERINGS)
def test_pages_of_a_selection_show_what_one_page_shows(
    api: Callable,
    people: People,
    bodies: Bodies,
    plan: Callable,
    selection: str,
    ordering: str,
) -> None:
    """Each row once, in the same order, whichever table the list is driven by; and as many as are counted."""
    for number in (1, 2, 4, 5):
        plan(number, target_date=f"{number // 2 + 1} January 2026")
    caller = api(people.inspector)
    query = f"{selection}&ordering={ordering}&fields=number".replace("south-west-region", bodies.region.slug)
    whole = caller.get(f"{LIST}?{query}&count=true").json()
    paged, address = [], f"{LIST}?{query}&page_size=1"
    while address:
        body = caller.get(address).json()
        paged += body["results"]
        address = body["next"]
    assert paged == whole["results"]
    assert len(paged) == whole["count"]


def test_the_outcome_of_the_whole_is_not_for_a_lead_of_one_action(
    api: Callable, people: People, bodies: Bodies, submitted: Callable, plan: Callable
) -> None:
    plan(1, lead=bodies.police)
    assert "status" in api(people.partner).get(ONE).json()
    assert "outcome" not in api(people.partner).get(ONE).json()
    assert "outcome" in api(people.viewer).get(ONE).json()


def test_an_owner_is_changed_with_a_reason(api: Callable, people: People, bodies: Bodies) -> None:
    caller = api(people.inspector)
    body = {"owner": bodies.region.slug, "reason": "Reorganised.", "version": 2}
    row = caller.post(f"{ONE}owner/", body).json()
    assert row["owner"]["slug"] == bodies.region.slug
    assert row["addressee"]["slug"] == bodies.pdu.slug
    assert caller.post(f"{ONE}owner/", body).status_code in (400, 412)
    assert api(people.contributor).post(f"{ONE}owner/", body).status_code == 403


def test_a_repeat_is_linked_and_shown_on_both(api: Callable, people: People) -> None:
    body = {"target": "BSG-2023-2", "kind": "repeats", "reason": "Found again."}
    assert api(people.inspector).post(f"{ONE}links/", body).status_code == 201
    reader = api(people.outsider)
    [link] = reader.get(ONE).json()["links"]
    assert (link["kind"], link["recommendation"]["reference"]) == ("repeats", "BSG-2023-2")
    [back] = reader.get(f"{LIST}BSG-2023-2/").json()["linked_from"]
    assert (back["kind"], back["recommendation"]["reference"]) == ("repeats", "BSG-2023-1")


@pytest.mark.parametrize("target", ["BSG-2023-1", "NO-1"])
def test_a_link_joins_two_that_exist(api: Callable, people: People, target: str) -> None:
    body = {"target": target, "kind": "repeats", "reason": "Found again."}
    answer = api(people.inspector).post(f"{ONE}links/", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "target"
