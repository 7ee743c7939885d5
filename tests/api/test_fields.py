"""Fields of rows: optional ones, those that are asked for or left out, and those that are not known."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from recommendations.api.urls import router
from tests.factories import People

RESOURCES: dict[str, Any] = {prefix: view for prefix, view, _ in router.registry}
OPTIONAL = {
    "actions": "person successor days_late days_late_original outcome risk_carrier contributors",
    "evidence": "action file link document_reference expires judged_by judged_at redacted_at",
    "updates": "action corrects redacted_at",
    "reviews": "corrects",
    "readings": "value n p_value note",
    "events": "recommendation action reason version_before redacted",
    "measures": "value n target key_question qualifier note",
}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worked"), pytest.mark.xdist_group("rows")]


@pytest.mark.parametrize(("prefix", "names"), OPTIONAL.items())
def test_each_optional_field_is_filled_in_one_row_and_empty_in_another(
    api: Callable, people: People, prefix: str, names: str
) -> None:
    rows = api(people.inspector).get(f"/api/v1/{prefix}/?page_size=200").json()["results"]
    there = {name: {bool(row[name]) for row in rows} for name in names.split()}
    assert there == {name: {True, False} for name in there}


def test_a_successor_out_of_scope_is_not_named(api: Callable, people: People) -> None:
    def named(who: str) -> list[Any]:
        rows = api(getattr(people, who)).get("/api/v1/actions/?status=superseded").json()["results"]
        return [row["successor"] and row["successor"]["label"] for row in rows]

    assert (named("contributor"), named("partner")) == (["1a"], [None])


@pytest.mark.parametrize("action", ["list", "retrieve"])
@pytest.mark.parametrize("prefix", RESOURCES)
def test_the_fields_that_are_asked_for_or_not_left_out_come_in_their_order(
    api: Callable, people: People, prefix: str, action: str
) -> None:
    [whole] = first(api(people.inspector), prefix, action)
    wanted, left_out = list(whole)[::2], list(whole)[1::2]
    named, omitted = "fields=" + ",".join(reversed(wanted)), "&".join(f"omit={name}" for name in left_out)
    for query in (named, omitted):
        [row] = first(api(people.inspector), prefix, action, query)
        assert list(row.items()) == [(name, whole[name]) for name in wanted]


def first(caller: APIClient, prefix: str, action: str, query: str = "") -> list[dict[str, Any]]:
    """The first row of a list, as the list or its detail shows it; no row where there is none."""
    path = f"/api/v1/{prefix}/?page_size=1"
    if action == "list":
        return caller.get(f"{path}&{query}" if query else path).json()["results"]
    return [caller.get(f"{row['url']}?{query}").json() for row in caller.get(path).json()["results"]]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("organisations/", "aliases"),
        ("frameworks/", "judgements"),
        ("inspections/BSG-2023/", "standard_ratings"),
        ("recommendations/", "baselines"),
        ("recommendations/", "evidence_count"),
        ("recommendations/BSG-2023-1/", "links,linked_from"),
        ("actions/", "contributors"),
        ("actions/", "successor"),
    ],
)
def test_what_is_left_out_is_not_asked_of_the_database(
    api: Callable, people: People, path: str, name: str
) -> None:
    caller = api(people.inspector)

    def cost(query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert caller.get(f"/api/v1/{path}{query}").status_code == 200
        return len(queries)

    cost("")  # What a process learns once.
    assert cost(f"?omit={name}") < cost("")


@pytest.mark.parametrize("parameter", ["fields", "omit"])
@pytest.mark.parametrize("prefix", RESOURCES)
def test_a_field_that_is_not_known_is_refused_with_those_that_are(
    api: Callable, people: People, prefix: str, parameter: str
) -> None:
    answer = api(people.inspector).get(f"/api/v1/{prefix}/?{parameter}=url,colour")
    [problem] = answer.json()["errors"]
    assert (answer.status_code, problem["field"]) == (400, parameter)
    known = ", ".join(RESOURCES[prefix].field_names("list", as_of=False))
    assert problem["detail"] == f"“colour” is not a field of this resource. The fields are: {known}."
