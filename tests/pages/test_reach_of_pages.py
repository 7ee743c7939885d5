"""Every address of the pages by every kind of person: what each may see and do stands here, cell by cell.

Out of reach answers as what does not exist; nothing is written by looking, nor by who may not.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from recommendations.models import Inspection
from recommendations.operations.evidence import Upload
from recommendations.pages.urls import urlpatterns
from tests.factories import Bodies, People
from tests.operations.work import attach, fresh, plan, take
from tests.pages.writing import events

EVERYBODY = {
    *("viewer", "contributor", "regional", "national", "sibling"),
    *("partner", "assurer", "inspector", "administrator", "outsider"),
}
SMOKE = {"contributor", "partner", "outsider"}
# Who reads the work of the PDU, and who does its work; the police lead one action of it.
READERS = EVERYBODY - {"sibling", "partner", "outsider"}
KNOWING = READERS | {"partner"}  # That there is work on it.
OWNERS = {"contributor", "regional", "national"}
ABOVE = READERS - {"contributor", "regional"}
NOBODY: set[str] = set()


class Cell(NamedTuple):
    """A page, who is shown it, and who may write there; `absent` names what does not exist."""

    name: str
    args: list[Any]
    absent: list[Any]
    readers: set[str]
    writers: set[str] | None = None


# What everybody who signs in is shown, as far as they reach: what of it, the page's own tests say.
SHOWN_TO_ALL = ["overview", "organisations", "work", "reviews", "password_change", "password_change_done"]
OF_PEOPLE = ["sign_in", "sign_out", "signed_out", "password_set", "password_set_done", "accessibility"]
ANSWERS = {
    "stage": "confirm",
    "once": "a" * 32,
    "version_read": "1",
    "reason": "So.",
    "outcome": "Done.",
    "text": "Begun.",
    "dated": "1/3/2026",
    "title": "Log",
    "place": "url",
    "url": "https://example.org/",
    "kind": "output",
    "represents": "1/3/2026",
    "declared_no_personal_data": "on",
    "verdict": "accepted",
    "judgement": "good_progress",
    "narrative": "Seen.",
}


@pytest.fixture
def cells(people: People, bodies: Bodies, bsg: Inspection) -> list[Cell]:
    """The pages of a recommendation of the PDU, of its own action and of the one that the police lead."""
    by = people.contributor
    first = take(bsg.recommendations.get(number=1), "respond", by, answer="agreed")
    mine, theirs = plan(first, by), plan(first, by, lead=bodies.police)
    file = Upload("log.csv", [b"Course,Staff\nRisk,12\n"])
    piece, led = attach(fresh(first), by, url="", file=file), attach(theirs, people.partner)
    where, nowhere = [first.reference], ["BSG-2023-77"]
    found = [
        *(Cell(name, [], [], EVERYBODY) for name in SHOWN_TO_ALL),
        *(
            Cell(name, [bsg.reference], ["BSG-1999"], EVERYBODY)
            for name in ("inspection", "plan", "plan_docx", "plan_xlsx")
        ),
        *(Cell(name, where, nowhere, EVERYBODY) for name in ("recommendation", "pack", "measures_csv")),
        Cell("chart", ["progress"], ["no-such-chart"], EVERYBODY),
        Cell("organisation", [bodies.pdu.slug], ["no-such-body"], READERS),
        Cell("organisation", [bodies.national.slug], ["no-such-body"], ABOVE),
        Cell(
            "organisation", [bodies.police.slug], ["no-such-body"], {"partner", "inspector", "administrator"}
        ),
        Cell("evidence", [piece.pk], [987654], READERS),
        Cell("evidence", [led.pk], [987654], READERS | {"partner"}),
        # Until a verdict: who attached it, and the assurers.
        Cell("evidence_file", [piece.pk], [987654], {"contributor", "assurer"}),
        Cell("verdict", [piece.pk], [987654], READERS, {"assurer"}),
        Cell("step", [*where, "submit"], [*nowhere, "submit"], KNOWING, OWNERS),
        Cell("step", [*where, "supersede"], [*nowhere, "supersede"], KNOWING, {"inspector"}),
        *(Cell(name, where, nowhere, KNOWING, OWNERS) for name in ("update", "evidence_new", "reading")),
        Cell("review_new", where, nowhere, KNOWING, {"inspector"}),
    ]
    for action, others in ((mine, NOBODY), (theirs, {"partner"})):
        this, none = [*where, action.label], [*where, "99z"]
        found += [
            Cell("action_step", [*this, "start"], [*none, "start"], READERS | others, OWNERS | others),
            Cell("action_update", this, none, READERS | others, OWNERS | others),
            Cell("action_evidence_new", this, none, READERS | others, OWNERS | others),
        ]
    return found


def address(cell: Cell, *, absent: bool = False) -> str:
    return reverse(f"pages:{cell.name}", args=cell.absent if absent else cell.args)


def status_of(cell: Cell, who: str) -> int:
    if who not in cell.readers:
        return 404
    return 403 if cell.writers is not None and who not in cell.writers else 200


# On PostgreSQL the parts of a union stand in brackets, and a form's choices come through a cursor.
READING = re.compile(r'(\(*|DECLARE "\w+" NO SCROLL CURSOR FOR )SELECT ')


def looked_at(browser: Client, path: str) -> HttpResponse:
    """The answer to a GET, which wrote nothing, asked little, and is kept by no cache."""
    with CaptureQueriesContext(connection) as asked:
        answer: Any = browser.get(path)
        if answer.streaming:
            assert b"".join(answer.streaming_content)
    said = [one["sql"] for one in asked.captured_queries]
    assert [sql for sql in said if not READING.match(sql)] == [], path
    assert len(said) <= 12, path
    assert "no-store" in answer["Cache-Control"], path
    assert answer["Content-Security-Policy"], path
    return answer


def walk(screens: Callable, people: People, cells: list[Cell], kinds: set[str]) -> None:
    for who in sorted(kinds):
        browser = screens(getattr(people, who))
        for cell in cells:
            path, wanted = address(cell), status_of(cell, who)
            answer = looked_at(browser, path)
            assert answer.status_code == wanted, (who, path)
            if wanted == 404:
                assert answer.content == looked_at(browser, address(cell, absent=True)).content, (who, path)


def test_smoke_of_what_each_kind_of_person_is_shown(
    screens: Callable, people: People, cells: list[Cell]
) -> None:
    walk(screens, people, cells, SMOKE)


@pytest.mark.slow
def test_what_each_kind_of_person_is_shown(screens: Callable, people: People, cells: list[Cell]) -> None:
    walk(screens, people, cells, EVERYBODY - SMOKE)


def test_what_is_not_theirs_to_write_is_refused_and_changes_nothing(
    screens: Callable, people: People, cells: list[Cell]
) -> None:
    before = events()
    for who in sorted(EVERYBODY):
        browser = screens(getattr(people, who))
        for cell in cells:
            wanted = status_of(cell, who)
            if cell.writers is not None and wanted != 200:
                answer = browser.post(address(cell), ANSWERS)
                assert answer.status_code == wanted, (who, address(cell))
    assert events() == before


def test_pages_that_do_not_write_take_no_form(screens: Callable, people: People, cells: list[Cell]) -> None:
    browser = screens(people.inspector)
    for cell in cells:
        if cell.writers is None and cell.name != "password_change":
            assert browser.post(address(cell), ANSWERS).status_code == 405, cell.name


def test_who_has_not_signed_in_is_asked_to_whatever_there_is(cells: list[Cell]) -> None:
    browser = Client()
    for cell in cells:
        for path in {address(cell), address(cell, absent=True)}:
            for answer in (browser.get(path), browser.post(path, ANSWERS)):
                assert answer.status_code == 302
                assert answer["Location"] == f"/sign-in/?next={path}"


def test_every_address_of_the_pages_was_ruled_on(cells: list[Cell]) -> None:
    """A new page stands in the table above when it was decided who is shown it."""
    ruled = {resolve(address(cell)).url_name for cell in cells}
    assert ruled | set(OF_PEOPLE) == {entry.name for entry in urlpatterns}
