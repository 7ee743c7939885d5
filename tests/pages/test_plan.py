"""The action plan as a page, as DOCX and as XLSX: the same six columns in each."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from recommendations.models import Action, Inspection
from recommendations.wording.dates import day
from tests.factories import Bodies, People

ADDRESS = "/inspections/BSG-2023/plan"
HEADINGS = [
    "Rec no",
    "Recommendation",
    "Agreed/Partly/Not agreed",
    "Response: action taken/planned",
    "Responsible owner",
    "Target date",
]
MOST_QUERIES = 12


@pytest.fixture
def got(screens: Callable, people: People, bsg: Inspection) -> Callable[..., Any]:
    """What a viewer of the whole service gets: `""` is the page, else the file of that kind, read."""
    browser = screens(people.viewer)

    def get(kind: str = "") -> Any:
        return whole(browser.get(f"{ADDRESS}.{kind}" if kind else f"{ADDRESS}/"))

    return get


def whole(response: Any) -> Any:
    """The response with its bytes as `body`; who reads a file to its end closes it."""
    response.body = response.getvalue()
    return response


def table_of(response: Any) -> list[list[str]]:
    """The table of the DOCX; what spans several rows stands in each."""
    [table] = Document(io.BytesIO(response.body)).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def sheet_of(response: Any) -> Any:
    return load_workbook(io.BytesIO(response.body))["Action plan"]


def rows_of(sheet: Any) -> list[list[str]]:
    """The rows of the XLSX from its headings on, in words."""
    rows = [[str(value or "") for value in values] for values in sheet.iter_rows(values_only=True)]
    return rows[[values[0] for values in rows].index(HEADINGS[0]) :]


def cells_of(response: Any) -> list[str]:
    """The cells of the page in their order, a line a line."""
    found = re.findall(r"<t[hd] [^>]*>(.*?)</t[hd]>", response.body.decode(), re.DOTALL)
    return [unescape(re.sub("<[^>]*>", "", cell.replace("<br>", "\n"))).strip() for cell in found]


def test_the_page_has_the_six_columns_in_the_order_of_the_paper_plan(got: Callable) -> None:
    assert cells_of(got())[:6] == HEADINGS


def test_page_and_files_say_the_same(got: Callable, plan: Callable[..., Action]) -> None:
    plan(target_date="31 January 2026")
    plan(7, target_date="Ongoing")
    document, sheet = table_of(got("docx")), rows_of(sheet_of(got("xlsx")))
    assert document[0] == sheet[0] == HEADINGS
    assert document == sheet
    assert cells_of(got()) == [cell for values in sheet for cell in values]


def test_the_nine_recommendations_stand_to_the_letter(got: Callable, bsg: Inspection) -> None:
    texts = [(str(one.number), one.text) for one in bsg.recommendations.order_by("number")]
    assert len(texts) == 9
    assert [tuple(values[:2]) for values in table_of(got("docx"))[1:]] == texts
    assert [tuple(values[:2]) for values in rows_of(sheet_of(got("xlsx")))[1:]] == texts


def test_page_and_files_begin_with_the_title_block(got: Callable, bsg: Inspection) -> None:
    title, as_at = f"Action plan: {bsg.title}", f"Plan as at: {day(timezone.localdate())}"
    lines = [part.text for part in Document(io.BytesIO(got("docx").body)).paragraphs]
    cells = [values[0] for values in sheet_of(got("xlsx")).iter_rows(values_only=True)]
    for block in (lines, cells):
        assert block[0] == title
        assert as_at in block
        assert "Report published: August 2023" in block
    assert f">{title}</h1>" in unescape(got().body.decode())


def test_the_files_say_which_rows_are_out_of_reach(screens: Callable, people: People) -> None:
    sheet = sheet_of(whole(screens(people.regional).get(f"{ADDRESS}.xlsx")))
    notes = [str(values[0]) for values in sheet.iter_rows(max_row=10, values_only=True)]
    assert any(note.endswith("that nothing was written.") and "8 and 9" in note for note in notes)


@pytest.mark.parametrize("ending", ["/", ".docx", ".xlsx"])
def test_a_report_under_embargo_has_no_plan_as_if_there_were_no_report(
    ending: str, screens: Callable, people: People, bsg: Inspection
) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    Inspection.objects.filter(pk=bsg.pk).update(published_latest=tomorrow)
    browser: Client = screens(people.viewer)
    assert browser.get(f"{ADDRESS}{ending}").status_code == 404
    assert browser.get(f"/inspections/NONE-2023/plan{ending}").status_code == 404


@pytest.mark.parametrize("ending", ["/", ".docx", ".xlsx"])
def test_nobody_reads_a_plan_without_signing_in(ending: str, bsg: Inspection) -> None:
    response = Client().get(f"{ADDRESS}{ending}")
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_file_is_a_download_that_no_cache_keeps(kind: str, got: Callable) -> None:
    headers = got(kind).headers
    name = f"BSG-2023-action-plan-{timezone.localdate().isoformat()}.{kind}"
    assert headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "openxmlformats" in headers["Content-Type"]


def test_a_spreadsheet_repeats_the_recommendation_for_each_action(
    got: Callable, plan: Callable[..., Action]
) -> None:
    plan()
    plan()
    sheet = sheet_of(got("xlsx"))
    first, second = rows_of(sheet)[1:3]
    assert (first[:3], first[3][:2], second[3][:2]) == (second[:3], "1a", "1b")
    assert sheet.auto_filter.ref == "A9:F19"


def test_no_cell_of_a_plan_is_a_formula(got: Callable, plan: Callable[..., Action]) -> None:
    plan(description="=1+1", responsible_post='=HYPERLINK("https://a.example")')
    sheet = sheet_of(got("xlsx"))
    cells = [cell for values in sheet.iter_rows() for cell in values if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)


@pytest.mark.parametrize("kind", ["", "docx", "xlsx"])
def test_a_plan_costs_the_same_queries_however_long(
    kind: str, got: Callable, plan: Callable[..., Action], bodies: Bodies
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert got(kind).status_code == 200
        return len(asked)

    plan(contributors=[bodies.region])
    few = queries()
    for number in (1, 1, 2, 3, 3, 4, 7):
        plan(number, contributors=[bodies.region, bodies.police])
    assert queries() == few <= MOST_QUERIES
