"""The schema: without a warning, equal to the committed one, served and shown offline; true of every list."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

import recommendations.api
from recommendations.api.query_params import known_parameters
from recommendations.api.urls import router

COMMITTED = Path(recommendations.api.__file__).parent / "schema.yaml"
LISTS = {prefix: view for prefix, view, _ in router.registry}


def test_the_committed_schema_is_the_generated_one_without_a_warning(tmp_path: Path) -> None:
    generated = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(generated), stderr=StringIO())
    assert generated.read_text() == COMMITTED.read_text(), (
        "Generate it anew: .venv/bin/python manage.py spectacular --file recommendations/api/schema.yaml"
    )


def test_the_schema_is_open_to_all(db: None, client: Client) -> None:
    assert client.get("/api/v1/schema/").status_code == 200


def test_the_reference_page_loads_nothing_from_elsewhere(db: None, client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    assert "swagger-ui" in page
    assert "https://" not in page


@pytest.fixture(scope="module")
def operations() -> dict[str, Any]:
    """What the generated schema says of each address."""
    return SchemaGenerator().get_schema(request=None, public=True)["paths"]


def told(operations: dict[str, Any], prefix: str) -> list[dict[str, Any]]:
    parameters = operations[f"/api/v1/{prefix}/"]["get"]["parameters"]
    return [one for one in parameters if one["in"] == "query"]


def taken(prefix: str) -> tuple[frozenset[str], frozenset[str]]:
    """What the list takes, and what of it several times."""
    return known_parameters(LISTS[prefix](action="list", request=Request(APIRequestFactory().get("/"))))


@pytest.mark.parametrize("prefix", LISTS)
def test_a_list_takes_what_the_schema_names_and_nothing_else(operations: dict[str, Any], prefix: str) -> None:
    assert {one["name"] for one in told(operations, prefix)} == taken(prefix)[0]


@pytest.mark.parametrize("prefix", LISTS)
def test_what_may_repeat_is_a_list_of_values(operations: dict[str, Any], prefix: str) -> None:
    repeated = {one["name"] for one in told(operations, prefix) if one.get("explode")}
    assert repeated | {"fields", "omit"} == taken(prefix)[1]


def test_every_list_has_its_formats(operations: dict[str, Any]) -> None:
    formats = {"application/json", "text/csv", "application/x-ndjson"}
    formats |= {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    for prefix in LISTS:
        assert set(operations[f"/api/v1/{prefix}/"]["get"]["responses"]["200"]["content"]) == formats


def test_every_answer_that_bids_wait_says_how_long(operations: dict[str, Any]) -> None:
    for address, methods in operations.items():
        for method, operation in methods.items():
            assert "Retry-After" in operation["responses"]["429"]["headers"], (address, method)
