"""The action plan of an inspection: what stands in its title block and its six columns, for whom."""

from collections.abc import Callable
from datetime import date

import pytest

from recommendations.models import Action, Inspection
from recommendations.models.response import Answer
from recommendations.operations.responses import respond
from recommendations.operations.targets import revise_target
from recommendations.read_models.plan import Plan, PlanRow, plan_of
from recommendations.wording.references import numbers_in_words
from tests.factories import NOW, TODAY, Bodies, People
from tests.operations.work import reach


@pytest.fixture
def planned(people: People, bsg: Inspection) -> Callable[..., Plan]:
    """The plan as a person of some kind reads it."""

    def read(kind: str = "viewer", *, on: date = TODAY) -> Plan:
        return plan_of(Inspection.objects.for_list().get(pk=bsg.pk), getattr(people, kind), on=on)

    return read


def row(plan: Plan, number: int) -> PlanRow:
    return plan.rows[number - 1]


def test_the_title_block_says_of_what_and_of_when_the_plan_is(planned: Callable, bsg: Inspection) -> None:
    plan = planned()
    said = dict(plan.details)
    assert plan.title == f"Action plan: {bsg.title}"
    assert said["Inspected body"] == "Bristol and South Gloucestershire PDU"
    assert said["Inspectorate"] == "HM Inspectorate of Probation"
    assert said["Report published"] == "August 2023"
    assert said["Plan as at"] == "2 March 2026"
    assert said["Addressed to, and owned by"] == (
        "Bristol and South Gloucestershire PDU (1 to 6); South West region (7);"
        " HM Prison and Probation Service (8 and 9)"
    )
    assert "978-1-915468-81-9" in said["Source"]
    assert "© Crown copyright 2023, Open Government Licence v3.0" in said["Source"]


def test_a_target_stands_in_its_words_and_says_how_it_moved(
    planned: Callable, plan: Callable[..., Action], people: People
) -> None:
    action = plan(target_date="Spring 2026")
    for version, words in enumerate(("Summer 2026", "by end of December 2026"), start=1):
        given = {"reason": "Posts are vacant.", "by": people.contributor, "at": NOW}
        revise_target(action=action, version=version, target_date=words, **given)
    plan(target_date="Ongoing")
    plan()
    assert [entry.target for entry in row(planned(), 1).entries] == [
        "by end of December 2026\nMoved twice, first due Spring 2026",
        "Ongoing",
        "No date given",
    ]


def test_an_action_says_its_status_and_how_late_it_is(planned: Callable, plan: Callable[..., Action]) -> None:
    plan(target_date="18 February 2026")
    first = row(planned(), 1).entries[0]
    assert first.response == "1a. Train every practitioner.\nStatus: Not started. Overdue by 12 days"
    assert row(planned(on=date(2026, 2, 18)), 1).entries[0].status == "Not started"


def test_an_action_that_ended_is_not_overdue(
    planned: Callable, plan: Callable[..., Action], people: People
) -> None:
    reach(plan(target_date="18 February 2026"), "closed", people)
    assert row(planned(), 1).entries[0].status == "Closed"


def test_the_owner_is_a_post_its_body_and_those_who_help(
    planned: Callable, plan: Callable[..., Action], bodies: Bodies, people: People
) -> None:
    plan(contributors=[bodies.police], person=people.contributor)
    post, body, others = row(planned(), 1).entries[0].owner.split("\n")
    assert (post, body) == ("Head of PDU", bodies.pdu.name)
    assert others == f"With {bodies.police.name}"


def test_what_is_accepted_and_why_not_the_rest_comes_before_the_actions(
    planned: Callable, plan: Callable[..., Action], people: People, bsg: Inspection
) -> None:
    first = bsg.recommendations.get(number=1)
    given = {"recommendation": first, "version": first.version, "by": people.contributor, "at": NOW}
    given |= {"accepted_part": "Training", "reason": "No money"}
    respond(answer=Answer.PARTLY_AGREED, **given)
    plan()
    found = row(planned(), 1)
    assert found.answer == "Partly agreed"
    assert [entry.response.split("\n")[0] for entry in found.entries] == [
        "Accepted part: Training",
        "1a. Train every practitioner.",
    ]
    assert found.entries[0].text.endswith("Reason: No money")


def test_out_of_reach_a_row_has_its_published_part_alone(
    planned: Callable, plan: Callable[..., Action], bsg: Inspection
) -> None:
    blank = planned("outsider")
    plan(target_date="18 February 2026")
    written = planned("outsider")
    assert written == blank
    assert [(entry.response, entry.owner, entry.target) for entry in row(written, 1).entries] == [("",) * 3]
    assert row(written, 1).text == bsg.recommendations.get(number=1).text
    assert row(written, 1).answer == ""
    assert "recommendations 1 to 9" in written.notes[0]


def test_a_body_reads_of_another_owners_plan_what_it_leads_itself(
    planned: Callable, plan: Callable[..., Action], bodies: Bodies
) -> None:
    plan()
    plan(lead=bodies.police, description="Answer each request.")
    found = row(planned("partner"), 1)
    assert [entry.text for entry in found.entries] == ["Answer each request."]
    assert (found.answer, found.is_whole) == ("", False)


def test_who_reads_the_whole_is_told_nothing_of_reach(planned: Callable) -> None:
    assert planned().notes == []


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([], ""),
        ([7], "7"),
        ([8, 9], "8 and 9"),
        ([1, 2, 3], "1 to 3"),
        ([1, 3, 4, 5, 9], "1, 3 to 5 and 9"),
    ],
)
def test_numbers_are_listed_as_people_do(numbers: list[int], words: str) -> None:
    assert numbers_in_words(numbers) == words
