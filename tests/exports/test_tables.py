"""Rows leave as CSV, NDJSON and XLSX: the same from both databases, and never as a formula.

They are read again by the csv module and by openpyxl, as a spreadsheet would.
"""

import csv
import io
import json
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import BooleanField, DecimalField, ExpressionWrapper, Q, Value
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from recommendations.api.renderers import to_line
from recommendations.errors import Refused
from recommendations.exports import (
    Column,
    ColumnKind,
    TooManyRows,
    csv_stream,
    ndjson_stream,
    xlsx_file,
)
from recommendations.models import Action
from tests.factories import NOW

COLUMNS = [
    Column("reference", ColumnKind.CODE),
    Column("text", ColumnKind.TEXT),
    Column("post", ColumnKind.TEXT),
    Column("times", ColumnKind.NUMBER),
    Column("value", ColumnKind.NUMBER),
    Column("due", ColumnKind.DAY),
    Column("changed", ColumnKind.INSTANT),
    Column("overdue", ColumnKind.FLAG),
]
MIDDAY = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
SQLITE = [
    ("BSG-1", "Café – “clôture”", "Head, PDU", -3, 12.5, "2026-03-02", "2026-03-02 12:00:00.123456", 1),
    ("BSG-2", 'She said "no"', None, 0, 0.00001, None, "2026-03-02 12:00:00", 0),
    ("BSG-3", "two\nlines", "", None, 40, "2027-12-31", None, None),
]
POSTGRESQL = [
    ("BSG-1", "Café – “clôture”", "Head, PDU", -3, Decimal("12.50"), date(2026, 3, 2), MIDDAY, True),
    ("BSG-2", 'She said "no"', None, 0, Decimal("1E-5"), None, MIDDAY.replace(microsecond=0), False),
    ("BSG-3", "two\nlines", "", None, Decimal("40.00"), date(2027, 12, 31), None, None),
]
LINES = (
    "\ufeffreference,text,post,times,value,due,changed,overdue\r\n"
    'BSG-1,Café – “clôture”,"Head, PDU",-3,12.5,2026-03-02,2026-03-02T12:00:00.123456Z,true\r\n'
    'BSG-2,"She said ""no""",,0,0.00001,,2026-03-02T12:00:00Z,false\r\n'
    'BSG-3,"two\nlines",,,40,2027-12-31,,\r\n'
)
FROM_BOTH = pytest.mark.parametrize("rows", [SQLITE, POSTGRESQL], ids=["sqlite", "postgresql"])
OPENERS = [*"=+-@\t\r\n＝＋－＠", " =", '"=', "'+", "\u00a0@", "\ufeff=", "\u200b-", "\x00="]
TEXTS = [Column("first", ColumnKind.TEXT), Column("second", ColumnKind.TEXT)]


def words(columns: Sequence[Column], *blocks: Sequence[Sequence[Any]]) -> str:
    return b"".join(csv_stream(columns, blocks)).decode()


def read(columns: Sequence[Column], *blocks: Sequence[Sequence[Any]]) -> list[list[str]]:
    """Return the rows below the headings, as the csv module reads them."""
    return list(csv.reader(io.StringIO(words(columns, *blocks).removeprefix("\ufeff"), newline="")))[1:]


def sheet_of(columns: Sequence[Column], *blocks: Sequence[Sequence[Any]]) -> Any:
    with xlsx_file(columns, blocks, sheet="Actions") as file:
        return load_workbook(file)["Actions"]


def broken(*blocks: Any, error: Exception) -> Iterator[Any]:
    yield from blocks
    raise error


def pieces_until(error: type[Exception], stream: Iterator[bytes]) -> list[bytes]:
    """Return the output of a stream before it fails with this error."""
    pieces: list[bytes] = []
    with pytest.raises(error):
        pieces.extend(stream)
    return pieces


class Source:
    """Endless blocks that record whether they were closed."""

    closed = False

    def __iter__(self) -> Iterator[Any]:
        while True:
            yield [{"reference": "BSG-1"}]

    def close(self) -> None:
        self.closed = True


@FROM_BOTH
def test_the_same_csv_from_both_databases(rows: list[tuple[Any, ...]]) -> None:
    assert words(COLUMNS, rows) == LINES


@pytest.mark.django_db
def test_rows_of_the_driver_of_this_database_leave_in_the_same_form(plan: Callable[..., Action]) -> None:
    plan(1, target_date="30 June 2027")
    kinds = {
        "target_latest": ColumnKind.DAY,
        "created_at": ColumnKind.INSTANT,
        "first": ColumnKind.FLAG,
        "value": ColumnKind.NUMBER,
    }
    rows = Action.objects.annotate(
        first=ExpressionWrapper(Q(version=1), output_field=BooleanField()),
        value=Value(Decimal("-12.50"), output_field=DecimalField(max_digits=9, decimal_places=2)),
    ).values_list(*kinds)
    with connection.cursor() as cursor:
        cursor.execute(*rows.query.sql_with_params())
        [cells] = read([Column(name, kind) for name, kind in kinds.items()], cursor.fetchall())
    assert cells == ["2027-06-30", f"{NOW:%Y-%m-%dT%H:%M:%SZ}", "true", "-12.5"]


def test_an_instant_of_another_zone_leaves_in_utc() -> None:
    summer = datetime(2026, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert read([Column("changed", ColumnKind.INSTANT)], [(summer,)]) == [["2026-06-30T23:30:00Z"]]


def test_numbers_have_no_exponent() -> None:
    rows = [(number,) for number in (-5, -0.5, 1e21, Decimal("1E+3"), Decimal("-0.10"), 100.0)]
    [*cells] = (cell for [cell] in read([Column("n", ColumnKind.NUMBER)], rows))
    assert cells == ["-5", "-0.5", "1000000000000000000000", "1000", "-0.1", "100"]


def test_a_row_of_one_empty_cell_is_still_a_row() -> None:
    assert read(TEXTS[:1], [("",), (None,), ("a",)]) == [[""], [""], ["a"]]


def test_no_rows_give_the_headings() -> None:
    assert words(TEXTS) == words(TEXTS, []) == "\ufefffirst,second\r\n"


def test_the_first_piece_comes_before_the_second_block_is_read() -> None:
    stream = csv_stream(TEXTS, broken([("a", "b")], error=OSError()))
    assert next(stream).decode() == "\ufefffirst,second\r\na,b\r\n"


def test_headings_come_once_and_no_piece_is_empty() -> None:
    pieces = list(csv_stream(TEXTS, [[("a", "b")], [], [("c", "d")]]))
    assert pieces == ["\ufefffirst,second\r\na,b\r\n".encode(), b"c,d\r\n"]


def test_a_row_of_another_length_is_an_error() -> None:
    pieces_until(ValueError, csv_stream(TEXTS, [[("a", "b", "c")]]))


@given(st.lists(st.tuples(st.text(), st.text()), max_size=4))
@example([("'=1", '"\r\n,'), ("\r", "'")])
def test_any_text_comes_back_but_for_an_apostrophe(rows: list[tuple[str, str]]) -> None:
    for came, went in zip(read(TEXTS, rows), rows, strict=True):
        for cell, text in zip(came, went, strict=True):
            assert cell in (text, f"'{text}")


@given(st.lists(st.tuples(st.text('a,"\r\n é“'), st.text()), min_size=1, max_size=4))
def test_cells_are_quoted_as_the_csv_module_does(rows: list[tuple[str, str]]) -> None:
    codes = [Column("first", ColumnKind.CODE), Column("second", ColumnKind.CODE)]
    expected = io.StringIO(newline="")
    csv.writer(expected).writerows(rows)
    assert words(codes, rows).removeprefix("\ufefffirst,second\r\n") == expected.getvalue()


@pytest.mark.parametrize("opener", OPENERS)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe_in_csv(opener: str) -> None:
    rows = [("plain", f"{opener}1+1"), (f"{opener}1+1", "plain")]
    assert read(TEXTS, rows) == [["plain", f"'{opener}1+1"], [f"'{opener}1+1", "plain"]]


@pytest.mark.parametrize("text", ["5 - 1", " a", '"Yes"', "a=b", "’tis", "– a dash", "'quoted'", "", " "])
def test_text_that_is_no_formula_stays_as_it_is(text: str) -> None:
    assert read(TEXTS, [(text, text)]) == [[text, text]]


@pytest.mark.parametrize("opener", OPENERS)
def test_no_cell_of_a_spreadsheet_is_a_formula(opener: str) -> None:
    rows = [(f"{opener}1+1", "plain"), ("https://a.example/", f'{opener}HYPERLINK("x")')]
    cells = [cell for row in sheet_of(TEXTS, rows).iter_rows(min_row=2) for cell in row]
    assert [(cell.data_type, cell.hyperlink) for cell in cells] == [("s", None)] * 4


def test_formulas_stay_text_in_a_spreadsheet_without_an_apostrophe_in_them() -> None:
    cell = sheet_of(TEXTS, [("=1+1", "")])["A2"]
    assert (cell.value, cell.quotePrefix) == ("=1+1", True)


@FROM_BOTH
def test_the_same_spreadsheet_from_both_databases(rows: list[tuple[Any, ...]]) -> None:
    first, second, third = sheet_of(COLUMNS, rows).iter_rows(min_row=2, values_only=True)
    noon, day = datetime.fromisoformat("2026-03-02T12:00:00.123"), datetime.fromisoformat("2026-03-02")
    assert first == ("BSG-1", "Café – “clôture”", "Head, PDU", -3, 12.5, day, noon, True)
    assert second[3:] == (0, 0.00001, None, noon.replace(microsecond=0), False)
    assert third == ("BSG-3", "two\nlines", None, None, 40, datetime.fromisoformat("2027-12-31"), None, None)


def test_a_spreadsheet_is_ready_to_filter_under_bold_headings() -> None:
    sheet = sheet_of(COLUMNS, SQLITE)
    assert [cell.value for cell in sheet[1]][-2:] == ["changed (UTC)", "overdue"]
    assert all(cell.font.bold for cell in sheet[1])
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:H4")


def test_a_spreadsheet_is_read_from_its_beginning() -> None:
    with xlsx_file(TEXTS, [], sheet="Actions") as file:
        assert file.read(2) == b"PK"


def test_days_before_those_of_excel_are_text() -> None:
    [[cell]] = sheet_of([Column("due", ColumnKind.DAY)], [("1899-12-31",)]).iter_rows(min_row=2)
    assert cell.value == "1899-12-31"


def test_signs_that_xml_forbids_do_not_break_a_spreadsheet() -> None:
    assert sheet_of(TEXTS, [("a\x00\x0b\uffffb", "c\r\nd\re")])["A2"].value == "a���b"


def test_the_ends_of_lines_are_those_of_a_spreadsheet() -> None:
    assert sheet_of(TEXTS, [("a\r\nb\rc", "")])["A2"].value == "a\nb\nc"


@pytest.mark.parametrize("letter", ["é", "😀"])
def test_a_text_too_long_for_a_cell_is_cut_and_says_so(letter: str) -> None:
    long, longest = letter * 40_000, "a" * 32_767
    sheet = sheet_of(TEXTS, [(long, longest)])
    cut = sheet["A2"].value
    assert cut.endswith(f"{letter}… (cut: the whole text is in CSV)")
    assert 32_765 <= len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert sheet["B2"].value == longest


def test_as_many_rows_as_a_spreadsheet_holds_are_written() -> None:
    with xlsx_file(TEXTS, [[("a", "b")], [("c", "d")]], sheet="Actions", most_rows=2) as file:
        assert load_workbook(file)["Actions"].max_row == 3


def test_more_rows_than_a_spreadsheet_holds_are_refused_and_csv_is_named() -> None:
    with pytest.raises(TooManyRows, match=r"at most 1 rows.*CSV"):
        xlsx_file(TEXTS, [[("a", "b")], [("c", "d")]], sheet="Actions", most_rows=1)


def test_a_spreadsheet_that_breaks_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(OSError, match="gone"):
        xlsx_file(TEXTS, broken([("a", "b")], error=OSError("gone")), sheet="Actions")
    assert list(tmp_path.iterdir()) == []


def test_a_csv_that_breaks_ends_with_the_last_whole_block() -> None:
    pieces = pieces_until(OSError, csv_stream(TEXTS, broken([("a", "b")], error=OSError("gone"))))
    assert len(pieces) == 1


def test_each_row_of_ndjson_is_a_line() -> None:
    rows = [{"text": "Café\n“=1”"}, {"text": None}]
    body = b"".join(ndjson_stream([rows, [], rows], to_line))
    assert [json.loads(line) for line in body.split(b"\n")[:-1]] == rows * 2
    assert body.endswith(b"\n")


def test_no_rows_of_ndjson_are_no_lines() -> None:
    assert list(ndjson_stream([[]], to_line)) == []


def test_ndjson_that_breaks_says_so_without_what_is_inside() -> None:
    source = broken([{"a": 1}], error=OSError("could not connect to 10.0.0.7"))
    first, last = pieces_until(OSError, ndjson_stream(source, to_line))
    assert first == b'{"a":1}\n'
    assert list(json.loads(last)) == ["incomplete"]
    assert b"10.0.0.7" not in last


def test_ndjson_that_we_refuse_ends_in_our_words() -> None:
    source = broken(error=Refused(["Too long."]))
    assert pieces_until(Refused, ndjson_stream(source, to_line)) == [b'{"incomplete":"Too long."}\n']


@pytest.mark.parametrize(
    "streamed",
    [
        lambda source: csv_stream(TEXTS[:1], source),
        lambda source: ndjson_stream(source, to_line),
    ],
    ids=["csv", "ndjson"],
)
def test_a_reader_who_leaves_closes_the_source(streamed: Callable[[Any], Any]) -> None:
    source = Source()
    stream = streamed(source)
    next(stream)
    stream.close()
    assert source.closed


def peak(rows: int, consume: Callable[[Iterator[Any]], None]) -> int:
    """Return the peak of memory, in bytes, while blocks of 1,000 rows are written."""
    tracemalloc.start()
    try:
        consume([(f"BSG-{n}", *SQLITE[0][1:]) for n in range(1000)] for _ in range(rows // 1000))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_is_flat_while_csv_streams() -> None:
    def consume(blocks: Iterator[Any]) -> None:
        assert sum(map(len, csv_stream(COLUMNS, blocks))) > 4_000_000

    assert peak(50_000, consume) < 3 * 2**20


def test_memory_is_flat_while_a_spreadsheet_is_written() -> None:
    def consume(blocks: Iterator[Any]) -> None:
        xlsx_file(COLUMNS, blocks, sheet="Actions").close()

    assert peak(5_000, consume) < 3 * 2**20
