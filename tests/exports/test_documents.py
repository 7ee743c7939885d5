"""A printed table as a Word document and as a spreadsheet."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from openpyxl import load_workbook

from recommendations.exports import Column, ColumnKind, PrintLayout, docx_file, xlsx_file
from tests.factories import NOW

LAYOUT = PrintLayout(
    title="Action plan: a report",
    details=[("Inspected body", "A body")],
    notes=["A note."],
    widths=(1, 2, 3),
    made=NOW,
    full_text_in="the Word document",
)
GROUPS = [[(1, "first", "a"), (1, "first", "b")], [(2, "second", "c\nd")]]


def written(groups: Sequence[Any] = GROUPS, layout: PrintLayout = LAYOUT) -> bytes:
    return docx_file(("No", "What", "Who"), groups, spanning=2, layout=layout).read()


def read(groups: Sequence[Any] = GROUPS, layout: PrintLayout = LAYOUT) -> Any:
    return Document(io.BytesIO(written(groups, layout)))


def test_the_first_row_is_marked_as_the_heading_of_each_page() -> None:
    first, *others = read().tables[0]._tbl.tr_lst
    assert first.trPr.find(qn("w:tblHeader")) is not None
    assert all(row.trPr.find(qn("w:tblHeader")) is None for row in others)


def test_no_row_is_cut_by_the_end_of_a_page() -> None:
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in read().tables[0]._tbl.tr_lst)


def test_the_first_cells_span_their_group_and_no_other() -> None:
    _, first, second, alone = read().tables[0]._tbl.tr_lst
    assert [cell.vMerge for cell in first.tc_lst] == ["restart", "restart", None]
    assert [cell.vMerge for cell in second.tc_lst] == ["continue", "continue", None]
    assert [cell.vMerge for cell in alone.tc_lst] == [None, None, None]


def test_lines_of_a_cell_are_paragraphs() -> None:
    last = read().tables[0].rows[3].cells[2]
    assert [paragraph.text for paragraph in last.paragraphs] == ["c", "d"]


def test_the_title_and_the_block_stand_in_styles_before_the_table() -> None:
    title, detail, note = read().paragraphs
    assert (title.text, title.style.name) == ("Action plan: a report", "Title")
    assert (detail.text, detail.runs[0].style.name) == ("Inspected body: A body", "Strong")
    assert note.text == "A note."


def test_it_is_british_english_on_a4_across() -> None:
    document = read()
    [section] = document.sections
    assert {found.get(qn("w:val")) for found in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)


def test_it_says_when_it_was_made_and_nothing_of_who_made_it_or_with_what() -> None:
    with zipfile.ZipFile(io.BytesIO(written())) as parts:
        names, whole = parts.namelist(), b"".join(parts.read(name) for name in parts.namelist())
    about = read().core_properties
    assert (about.title, about.author, about.last_modified_by, about.comments) == (LAYOUT.title, "", "", "")
    assert about.created == about.modified == NOW
    assert not any("thumbnail" in name or "app.xml" in name for name in names)
    assert b"python" not in whole
    assert b"Macintosh" not in whole


def test_columns_share_the_page_as_asked() -> None:
    first, second, third = (cell.width for cell in read().tables[0].rows[1].cells)
    assert (round(second / first), round(third / first)) == (2, 3)


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\ud800", "\uffff"])
def test_what_xml_forbids_is_replaced_wherever_it_stands(sign: str) -> None:
    dirty = f"a{sign}b"
    layout = replace(LAYOUT, title=dirty, details=[("What", dirty)], notes=[dirty])
    document = read([[(1, dirty, "c")]], layout)
    assert document.tables[0].rows[1].cells[1].text == "a\ufffdb"
    assert [part.text for part in document.paragraphs] == ["a\ufffdb", "What: a\ufffdb", "a\ufffdb"]


def sheet_of(*row: Any) -> Any:
    columns = [
        Column("No", ColumnKind.NUMBER),
        Column("What", ColumnKind.TEXT),
        Column("Who", ColumnKind.TEXT),
    ]
    with xlsx_file(columns, [[row]], sheet="Plan", layout=LAYOUT) as file:
        return load_workbook(file)["Plan"]


def test_a_spreadsheet_for_paper_has_its_title_block_above_the_headings() -> None:
    cells = [row[0] for row in sheet_of(1, "a", "b").iter_rows(values_only=True)]
    assert cells == ["Action plan: a report", "Inspected body: A body", "A note.", None, "No", 1]


def test_a_spreadsheet_for_paper_prints_across_with_its_headings_on_each_page() -> None:
    sheet = sheet_of(1, "a", "b")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.print_title_rows, sheet.freeze_panes, sheet.auto_filter.ref) == ("$5:$5", "A6", "A5:C6")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


def test_a_spreadsheet_for_paper_wraps_what_is_long_and_what_looks_like_a_formula() -> None:
    sheet = sheet_of(1, "long " * 50, "=1+1")
    assert [sheet[place].alignment.wrap_text for place in ("B6", "C6")] == [True, True]
    assert (sheet["C6"].data_type, sheet["C6"].quotePrefix) == ("s", True)


def test_a_cell_that_is_cut_names_the_file_in_which_the_text_is_whole() -> None:
    assert sheet_of(1, "a" * 40_000, "b")["B6"].value.endswith(
        "… (cut: the whole text is in the Word document)"
    )


def test_a_plan_of_thirty_recommendations_with_five_long_actions_each_is_whole() -> None:
    groups = [[(number, f"text {number}", "word " * 400) for _ in range(5)] for number in range(1, 31)]
    assert len(read(groups).tables[0].rows) == 1 + 30 * 5
