"""The inspector's pack: one page that holds everything on record about one recommendation, to print."""

from collections.abc import Callable

import pytest

from recommendations.models import Evidence, Inspection, Recommendation, RecordHead
from recommendations.operations.evidence import Upload
from recommendations.operations.targets import revise_target
from tests.factories import NOW, People
from tests.operations.work import attach, fresh, judge, plan, take, update
from tests.pages.shown import words_of

ADDRESS = "/recommendations/BSG-2023-1/pack/"


@pytest.fixture
def worked_on(bsg: Inspection, people: People) -> Recommendation:
    first = bsg.recommendations.get(number=1)
    take(first, "respond", people.contributor, answer="agreed")
    action = plan(first, people.contributor, target_date="1 March 2026")
    for month in ("April", "May", "June"):
        row = fresh(action)
        moved = {"target_date": f"1 {month} 2026", "reason": f"Put off to {month}."}
        revise_target(action=row, version=row.version, **moved, by=people.contributor, at=NOW)
    judge(attach(action, people.contributor), people.assurer)
    update(action, people.contributor)
    return first


@pytest.fixture
def pack(screens: Callable, worked_on: Recommendation, people: People) -> Callable[..., str]:
    def shown(who: str = "inspector") -> str:
        answer = screens(getattr(people, who)).get(ADDRESS)
        assert answer.status_code == 200
        assert "<details" not in answer.content.decode()
        return words_of(answer)

    return shown


def test_it_holds_every_move_of_a_date(pack: Callable[..., str]) -> None:
    shown = pack()
    for before, after in (("March", "April"), ("April", "May"), ("May", "June")):
        assert f"From 1 {before} 2026 to 1 {after} 2026: Put off to {after}." in shown


def test_it_holds_every_event_with_its_hash_and_the_end_of_the_chain(
    pack: Callable[..., str], worked_on: Recommendation
) -> None:
    shown = pack()
    for event in worked_on.events.all():
        assert f"{event.sequence}. " in shown
        assert event.hash in shown
    head = RecordHead.objects.get(pk=1)
    assert f"The record ends today with event {head.sequence}, hash {head.hash}." in shown


def test_its_evidence_index_names_the_hash_of_a_file(
    pack: Callable[..., str], worked_on: Recommendation, people: People
) -> None:
    audit = Upload(name="audit.txt", chunks=[b"Ten cases of June were read."])
    attach(worked_on, people.contributor, url="", file=audit)
    piece = Evidence.objects.get(file_name="audit.txt")
    assert f"SHA-256 {piece.sha256}" in pack()


def test_it_holds_the_text_the_response_and_the_updates(pack: Callable[..., str]) -> None:
    shown = pack()
    assert "improve the quality of work to assess" in shown
    assert "Responses Agreed, 2 March 2026 (version 1" in shown
    assert "Half of them are trained." in shown


def test_out_of_reach_it_is_the_published_part(pack: Callable[..., str], worked_on: Recommendation) -> None:
    shown = pack("outsider")
    assert "improve the quality of work to assess" in shown
    assert "Half of them are trained." not in shown
    assert worked_on.events.latest("sequence").hash not in shown
