"""Lists: what is unknown is refused by name, the order is total, a page repeats and skips nothing."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from recommendations.api import pagination
from recommendations.api.urls import router
from recommendations.models import RecommendationVisibility
from recommendations.models.visibility import NO_DUE_DATE
from tests.factories import People

LISTS = [prefix for prefix, _, _ in router.registry]


def pages(caller: APIClient, path: str) -> Iterator[list[dict]]:
    address: str | None = path
    while address:
        body = caller.get(address).json()
        yield body["results"]
        address = body["next"]


@pytest.mark.parametrize("kind", LISTS)
def test_an_unknown_parameter_is_refused_by_name(api: Callable, people: People, kind: str) -> None:
    answer = api(people.viewer).get(f"/api/v1/{kind}/?colour=red")
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == "colour"
    assert "page_size" in error["detail"]


@pytest.mark.parametrize("kind", LISTS)
def test_an_unknown_ordering_is_refused_by_name(api: Callable, people: People, kind: str) -> None:
    answer = api(people.viewer).get(f"/api/v1/{kind}/?ordering=colour")
    assert answer.status_code == 400
    assert "“colour”" in answer.json()["errors"][0]["detail"]


def test_every_unknown_parameter_is_named_at_once(api: Callable, people: People) -> None:
    answer = api(people.viewer).get("/api/v1/recommendations/?colour=red&size=abc")
    assert {error["field"] for error in answer.json()["errors"]} == {"colour", "size"}


def test_a_detail_takes_no_parameter(api: Callable, people: People) -> None:
    assert api(people.viewer).get("/api/v1/recommendations/BSG-2023-1/?count=true").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "number=abc",
        "number=2147483648",
        "number=-1",
        "number=1.5",
        "status=unknown",
        "page_size=0",
        "page_size=201",
        "page_size=x",
        "page_size=²",
        "count=maybe",
        "cursor=nonsense",
        "cursor=WyJhIl0",
        "search=%00",
        "owner=",
        "page_size=1&page_size=2",
        "due_from=2026-01-01&due_from=2026-01-02",
        "search=" + "a+" * 1200,
        "search=",
        "inspection=%00",
        "evidence_level=splendid",
        "schedule_status=never",
        "no_recent_update=yes",
        "unsupported_claim=1",
        "unsupported_claim_reason=none",
        "judgement=%00",
        "as_of=2023-8-1",
        "as_of=2023-02-30",
        "as_of=٢٠٢٣-01-01",
        "as_of=9999-12-31",
        "as_of=",
    ],
)
def test_a_value_that_does_not_fit_is_a_400_that_names_the_parameter(
    api: Callable, people: People, query: str
) -> None:
    answer = api(people.viewer).get(f"/api/v1/recommendations/?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(query.split("=")[0])


@pytest.mark.parametrize(
    "ordering", ["number", "-number", "owner", "-owner,number", "published", "inspection,-number"]
)
@pytest.mark.parametrize("size", [pytest.param(1, marks=pytest.mark.slow), 4])
def test_pages_show_each_row_once_in_the_order_asked_for(
    api: Callable, people: People, ordering: str, size: int
) -> None:
    caller, path = api(people.viewer), f"/api/v1/recommendations/?ordering={ordering}"
    whole = [row["reference"] for row in caller.get(f"{path}&page_size=200").json()["results"]]
    paged = [row["reference"] for page in pages(caller, f"{path}&page_size={size}") for row in page]
    assert len(whole) == 9
    assert paged == whole


@pytest.mark.parametrize("ordering", ["due", "-due"])
def test_rows_without_a_value_come_last_and_are_paged_too(
    api: Callable, people: People, plan: Callable, ordering: str
) -> None:
    for target in ("30 June 2026", "Ongoing", "1 May 2026", "", "30 June 2026"):
        plan(target_date=target)
    path = f"/api/v1/actions/?ordering={ordering}&page_size=2"
    rows = [row for page in pages(api(people.contributor), path) for row in page]
    assert len({row["id"] for row in rows}) == len(rows) == 5
    due = [row["target_date"]["latest"] for row in rows]
    assert due[3:] == [None, None]
    assert due[:3] == sorted(due[:3], reverse=ordering.startswith("-"))


def test_a_row_added_between_two_pages_neither_repeats_nor_hides_another(
    api: Callable, people: People, plan: Callable
) -> None:
    before = [plan(number).pk for number in (1, 2, 3, 4)]
    caller = api(people.contributor)
    first = caller.get("/api/v1/actions/?ordering=recommendation&page_size=2").json()
    plan(1)  # It sorts before the second page.
    second = caller.get(first["next"]).json()
    assert [row["id"] for row in (*first["results"], *second["results"])] == before


def test_a_cursor_of_another_ordering_is_refused(api: Callable, people: People, plan: Callable) -> None:
    plan(1), plan(2)
    caller = api(people.contributor)
    address = caller.get("/api/v1/actions/?ordering=recommendation&page_size=1").json()["next"]
    answer = caller.get(address.replace("ordering=recommendation", "ordering=due"))
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "asked",
    ["fields=reference,number&page%5Fsize=4", "search=th%65&page_size=4", "page_size=4&number__in=1,2,3,4,5"],
)
def test_the_next_page_is_asked_as_the_first_was(api: Callable, people: People, asked: str) -> None:
    caller = api(people.viewer)
    path, found, pages = f"/api/v1/recommendations/?{asked}", [], 0
    while path:
        page = caller.get(path).json()
        found, path, pages = [*found, *page["results"]], page["next"], pages + 1
        assert path is None or f"?{asked}&cursor=" in path
        assert path is None or path.startswith("http://testserver/api/v1/recommendations/?")
    whole = caller.get(f"/api/v1/recommendations/?{asked}".replace("size=4", "size=100")).json()
    assert found == whole["results"]
    assert pages > 1


def test_a_cursor_is_replaced_however_its_name_is_written(api: Callable, people: People) -> None:
    caller = api(people.viewer)
    first = caller.get("/api/v1/recommendations/?page_size=2").json()
    second = caller.get(first["next"].replace("cursor=", "c%75rsor=")).json()
    third = caller.get(second["next"])
    assert third.status_code == 200
    assert third.json()["results"][0]["number"] == 5


def test_rows_are_counted_only_on_demand(api: Callable, people: People) -> None:
    caller = api(people.viewer)
    assert "count" not in caller.get("/api/v1/recommendations/").json()
    assert caller.get("/api/v1/recommendations/?count=true&page_size=1").json()["count"] == 9


@pytest.mark.parametrize("kind", LISTS)
def test_the_last_page_has_no_next(api: Callable, people: People, kind: str) -> None:
    assert api(people.inspector).get(f"/api/v1/{kind}/?page_size=200").json()["next"] is None


@pytest.mark.parametrize("word", ["%", "_", "\\", "ü", "🙂", "' OR 1=1"])
def test_a_search_takes_any_letter_as_it_is(api: Callable, people: People, word: str) -> None:
    answer = api(people.viewer).get(f"/api/v1/recommendations/?search={quote(word)}")
    assert answer.status_code == 200
    assert answer.json()["results"] == []


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_cursor_at_the_edge_of_the_calendar_is_refused(api: Callable, people: People, instant: str) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps([instant, 1]).encode()).decode()
    answer = api(people.viewer).get(f"/api/v1/updates/?ordering=created_at&cursor={cursor}")
    assert answer.status_code == 400


def test_a_day_is_taken_as_iso_writes_it_alone(api: Callable, people: People) -> None:
    caller = api(people.viewer)
    assert caller.get("/api/v1/inspections/?published_from=2023-08-01").status_code == 200
    assert caller.get("/api/v1/inspections/?published_from=01/08/23").status_code == 400


def test_a_search_finds_letters_however_they_are_composed(
    api: Callable, people: People, plan: Callable
) -> None:
    plan(description="Visit the caf\u00e9.")
    rows = api(people.contributor).get("/api/v1/actions/?search=cafe\u0301").json()["results"]
    assert len(rows) == 1


@pytest.mark.parametrize("ordering", ["id,due", "-id,due", "recommendation,id,due"])
def test_what_comes_after_the_key_in_an_order_does_not_stop_the_paging(
    api: Callable, people: People, plan: Callable, ordering: str
) -> None:
    planned = {plan(1, target_date=date).pk for date in ("", "30 June 2027", "")}
    path = f"/api/v1/actions/?ordering={ordering}&page_size=1"
    assert [len(page) for page in pages(api(people.inspector), path)] == [1] * len(planned)


def test_a_row_that_loses_its_date_between_the_two_parts_of_a_page_is_shown_once(
    api: Callable, people: People, plan: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(6, target_date="30 June 2027")
    read = pagination._read

    def read_and_write(*given: Any) -> Any:
        found = read(*given)
        RecommendationVisibility.objects.filter(recommendation__number=6).update(due=NO_DUE_DATE)
        return found

    monkeypatch.setattr(pagination, "_read", read_and_write)
    body = api(people.inspector).get("/api/v1/recommendations/?ordering=due").json()
    references = [row["reference"] for row in body["results"]]
    assert len(references) == len(set(references)) == 9


def test_blanks_after_the_commas_of_several_values_are_passed_over(api: Callable, people: People) -> None:
    path = "/api/v1/recommendations/?status__in=awaiting_response, in_progress"
    assert len(api(people.inspector).get(path).json()["results"]) == 9
