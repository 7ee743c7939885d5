"""Every row of a list as CSV, NDJSON or XLSX: what the pages show, to whom they show it, and no more."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.utils.timezone import localdate
from openpyxl import load_workbook

from recommendations.api.formats import FORMATS
from recommendations.api.urls import router
from recommendations.api.views import base
from recommendations.models import Action, Inspection, ProgressUpdate
from recommendations.operations.actions import plan_action
from recommendations.operations.updates import record_update
from tests.api.exported import body_of, objects_of, sheet_of, table_of, words_of
from tests.factories import NOW, TODAY, Bodies, People

pytestmark = pytest.mark.django_db
RESOURCES = [prefix for prefix, _, _ in router.registry]
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def canaries(bsg: Inspection, people: People, bodies: Bodies) -> dict[str, str]:
    """An update on a recommendation of each owner, whose words no other body may read."""
    said = {}
    owners = {"contributor": 1, "regional": 7, "national": 8}
    for person, number in owners.items():
        said[person] = f"Canary-{person}"
        action = plan_action(
            recommendation=bsg.recommendations.get(number=number),
            description=f"{said[person]} is planned.",
            lead=bsg.recommendations.get(number=number).owner,
            responsible_post=FORMULA,
            target_date="30 June 2026",
            by=getattr(people, person),
            at=NOW,
        )
        record_update(
            recommendation=action.recommendation,
            action=action,
            text=f"{FORMULA} {said[person]}",
            by=getattr(people, person),
            at=NOW,
        )
    return said


def pages(caller: Any, path: str) -> Iterator[dict[str, Any]]:
    address = f"{path}?page_size=2"
    while address:
        page = caller.get(address).json()
        yield from page["results"]
        address = page["next"]


@pytest.mark.parametrize("person", ["inspector", "contributor", "partner", "outsider"])
@pytest.mark.parametrize("resource", RESOURCES)
def test_lines_are_the_objects_of_the_pages(
    resource: str, person: str, api: Callable, people: People, canaries: dict
) -> None:
    caller, path = api(getattr(people, person)), f"/api/v1/{resource}/"
    shown = sorted(pages(caller, path), key=json.dumps)
    assert sorted(objects_of(caller.get(f"{path}?format=ndjson")), key=json.dumps) == shown


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_table_has_a_row_for_each_object_and_a_column_for_each_value(
    resource: str, api: Callable, people: People, canaries: dict
) -> None:
    caller, path = api(people.inspector), f"/api/v1/{resource}/"
    found = objects_of(caller.get(f"{path}?format=ndjson"))
    table = table_of(caller.get(path, headers={"Accept": "text/csv"}))
    assert len(table) == len(found)
    if found:
        assert {name.split(".")[0] for name in table[0]} == set(found[0])


def test_values_are_those_of_the_objects(api: Callable, people: People, canaries: dict) -> None:
    caller = api(people.inspector)
    fields = "id,lead,status,target_date,days_late,schedule_status,recommendation,created_at"
    objects = objects_of(caller.get(f"/api/v1/actions/?format=ndjson&fields={fields}"))
    table = table_of(caller.get(f"/api/v1/actions/?format=csv&fields={fields}"))
    for row, one in zip(table, objects, strict=True):
        assert row["id"] == str(one["id"])
        assert row["lead.name"] == one["lead"]["name"]
        assert row["recommendation.url"] == one["recommendation"]["url"]
        assert row["target_date.latest"] == one["target_date"]["latest"]
        assert row["target_date.in_words"] == one["target_date"]["in_words"]
        assert row["days_late"] == ("" if one["days_late"] is None else str(one["days_late"]))
        assert row["created_at"] == one["created_at"]


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx"])
@pytest.mark.parametrize("resource", ["actions", "updates", "events"])
def test_no_word_of_another_body_is_in_an_export(
    resource: str, form: str, api: Callable, people: People, canaries: dict
) -> None:
    """The region reads what stands below it; the PDU nothing from above; who has no role nothing."""
    readable = {"contributor": {"contributor"}, "regional": {"contributor", "regional"}, "outsider": set()}
    for person, seen in readable.items():
        answer = api(getattr(people, person)).get(f"/api/v1/{resource}/?format={form}")
        text = _text(body_of(answer), form)
        assert {name for name, said in canaries.items() if said in text} == seen


def _text(body: bytes, form: str) -> str:
    if form != "xlsx":
        return body.decode()
    rows = load_workbook(io.BytesIO(body), read_only=True).active.iter_rows(values_only=True)
    return "\n".join(str(row) for row in rows)


def test_a_spreadsheet_runs_no_formula(api: Callable, people: People, canaries: dict) -> None:
    caller = api(people.inspector)
    assert ProgressUpdate.objects.filter(text__startswith=FORMULA).exists()
    [text, *_] = [row["text"] for row in table_of(caller.get("/api/v1/updates/?format=csv"))]
    assert text.startswith("'=")
    sheet = load_workbook(io.BytesIO(body_of(caller.get("/api/v1/updates/?format=xlsx")))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row}.isdisjoint({"f"})


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx"])
@pytest.mark.parametrize("resource", ["recommendations", "inspections", "summary"])
def test_an_export_of_a_past_day_has_the_values_of_the_list(
    resource: str, form: str, api: Callable, people: People, canaries: dict
) -> None:
    caller, path = api(people.contributor), f"/api/v1/{resource}/?as_of={TODAY}"
    listed = caller.get(path).json()["results"]
    answer = caller.get(f"{path}&format={form}")
    assert (answer.status_code, len(listed) > 0) == (200, True)
    if form == "ndjson":
        assert sorted(objects_of(answer), key=json.dumps) == sorted(listed, key=json.dumps)
        return
    table = table_of(answer) if form == "csv" else sheet_of(answer)
    # Lists, and objects that one cell sums up, are compared in test_rows.
    whole = {name for row in listed for name, value in row.items() if isinstance(value, list | dict)}
    plain = [name for name in table[0] if name not in whole]
    expected = [{name: words_of(row, name) for name in plain} for row in listed]
    assert _sorted([{name: row[name] for name in plain} for row in table]) == _sorted(expected)


def _sorted(table: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(table, key=lambda row: list(row.values()))


def test_filters_and_fields_are_those_of_the_list(api: Callable, people: People, canaries: dict) -> None:
    caller = api(people.inspector)
    table = table_of(caller.get("/api/v1/actions/?recommendation=BSG-2023-1&fields=id,label&format=csv"))
    action = Action.objects.get(recommendation__reference="BSG-2023-1")
    assert table == [{"id": str(action.pk), "label": "1a"}]


def test_an_export_says_what_it_is(api: Callable, people: People, canaries: dict) -> None:
    answer = api(people.inspector).get("/api/v1/actions/?format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Record-End"].isdecimal()
    body_of(answer)


@pytest.mark.parametrize("resource", ["actions", "evidence", "target-revisions", "summary"])
def test_the_file_is_named_for_what_it_holds_and_the_day(
    resource: str, api: Callable, people: People
) -> None:
    answer = api(people.viewer).get(f"/api/v1/{resource}/?format=csv")
    assert answer["Content-Disposition"] == f'attachment; filename="{resource}-{localdate()}.csv"'
    body_of(answer)


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE"])
def test_a_method_that_is_not_served_is_refused_whatever_form_is_asked_for(
    method: str, api: Callable, people: People
) -> None:
    caller = api(people.viewer)
    for resource in [*RESOURCES, "summary"]:
        answer = caller.generic(method, f"/api/v1/{resource}/?format=csv", headers={"Accept": "text/csv"})
        assert (resource, answer.status_code) == (resource, 405)


def test_an_unknown_format_is_refused_by_name(api: Callable, people: People) -> None:
    answer = api(people.viewer).get("/api/v1/actions/?format=pdf")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["detail"] == (
        "“pdf” is not a format of this address. Use one of: json, csv, ndjson, xlsx."
    )


def test_what_belongs_to_pages_is_refused_by_name(api: Callable, people: People) -> None:
    caller = api(people.viewer)
    for chosen in FORMATS:
        for given in ["cursor=WzFd", "page_size=10", "count=true", "count=120171"]:
            name = given.partition("=")[0]
            answer = caller.get(f"/api/v1/actions/?format={chosen}&{given}")
            assert (chosen, given, answer.status_code) == (chosen, given, 400)
            assert answer.json()["errors"][0]["detail"] == (
                f"“{name}” is for pages. An export has every row: leave it out."
            )


def test_a_refusal_of_an_export_is_a_problem_in_json(api: Callable, people: People) -> None:
    answer = api(people.viewer).get("/api/v1/actions/?format=csv&status=lost")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("resource", ["organisations", "summary"])
def test_no_more_run_at_once_than_are_let(
    resource: str, api: Callable, people: People, settings: Any
) -> None:
    caller = api(people.inspector)
    caller.raise_request_exception = False
    with ExitStack() as held:
        for _ in range(settings.EXPORTS_AT_ONCE):
            answer = caller.get(f"/api/v1/{resource}/?format=csv")
            assert answer.status_code == 200
            held.callback(body_of, answer)  # Read to its end, it gives its place back.
        refused = caller.get(f"/api/v1/{resource}/?format=csv")
        assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert len(table_of(caller.get("/api/v1/organisations/?format=csv"))) > 5


def test_a_broken_source_breaks_the_stream_and_says_so(
    api: Callable, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first piece nothing can be refused any more: the last line says that more were to come."""

    whole = base.blocks

    def broken(*given: Any) -> Iterator[Any]:
        blocks: Any = whole(*given)
        yield next(blocks)
        blocks.close()
        raise OSError("the disk of the database is gone")

    monkeypatch.setattr(base, "blocks", broken)
    pieces: list[bytes] = []
    answer = api(people.inspector).get("/api/v1/organisations/?format=ndjson")
    with pytest.raises(OSError, match="disk"):
        pieces.extend(answer.streaming_content)
    assert set(json.loads(pieces[-1])) == {"incomplete"}
    assert b"disk" not in pieces[-1]
