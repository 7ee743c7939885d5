"""A person outside the work, from another organisation, decides on it.

Who did any of the owner's work on a recommendation or any of its actions decides on none of it,
whatever role they hold now. Who works for the owner, or below it, decides on nothing of it.
"""

from collections.abc import Callable
from typing import Any

import pytest

from recommendations import roles
from recommendations.access import my_steps, with_my_steps
from recommendations.errors import NotPermitted, StepRefused
from recommendations.models import Action, Inspection, Recommendation, User
from recommendations.operations.accounts import hand_over, system_actor
from recommendations.operations.organisations import create_organisation
from recommendations.operations.ownership import change_owner
from recommendations.operations.readings import add_reading
from recommendations.operations.targets import revise_target
from recommendations.workflow import ACTION, RECOMMENDATION
from tests.factories import NOW, TODAY, Bodies, People
from tests.operations.work import (
    OUTCOME,
    REASON,
    also,
    attach,
    ends,
    enough,
    fresh,
    judge,
    person,
    plan,
    reach,
    refusal,
    second_assurer,
    take,
    update,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def recommendation(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


@pytest.fixture
def worker(bodies: Bodies) -> User:
    """Someone of the PDU, who will work elsewhere later."""
    return person("worker", roles.CONTRIBUTOR, bodies.pdu)


def moved_to_assurance(user: User, bodies: Bodies) -> None:
    ends(user, roles.CONTRIBUTOR)
    also(user, roles.ASSURER, bodies.assurance, bodies.national)


def _moved(action: Action, by: User) -> None:
    row = fresh(action)
    revise_target(action=row, version=row.version, target_date="July 2026", reason=REASON, by=by, at=NOW)


def _read(recommendation: Recommendation, by: User) -> None:
    measure = recommendation.measures.first()
    add_reading(measure=measure, taken_on=TODAY, source="Audit", value=None, n=1, out_of=2, by=by, at=NOW)


def _submitted(row: Any, by: User) -> None:
    attach(row, by)
    take(row, "submit", by, outcome=OUTCOME)


# Each way of having taken part: a deed on the recommendation, or on one of its actions.
Deed = Callable[[Recommendation, Action, User], Any]
DEEDS: dict[str, Deed] = {
    "responded": lambda rec, action, by: take(rec, "respond", by, answer="agreed"),
    "planned an action": lambda rec, action, by: plan(rec, by),
    "updated": lambda rec, action, by: update(rec, by),
    "updated an action": lambda rec, action, by: update(action, by),
    "attached": lambda rec, action, by: attach(rec, by),
    "attached to an action": lambda rec, action, by: attach(action, by),
    "moved a target": lambda rec, action, by: _moved(action, by),
    "started an action": lambda rec, action, by: take(action, "start", by),
    "submitted an action": lambda rec, action, by: _submitted(action, by),
    "declined an action": lambda rec, action, by: take(action, "decline", by, **enough(action, "decline")),
    "added a reading": lambda rec, action, by: _read(rec, by),
    "is responsible for an action": lambda rec, action, by: plan(rec, _planner(action), person=by),
}


def _planner(action: Action) -> User:
    return action.events.earliest("sequence").actor


@pytest.mark.parametrize("deed", DEEDS)
def test_who_took_part_decides_on_none_of_it_in_any_later_role(
    deed: str,
    recommendation: Recommendation,
    worker: User,
    people: People,
    bodies: Bodies,
) -> None:
    touched = plan(recommendation, people.contributor, target_date="June 2026")
    untouched = plan(recommendation, people.contributor)
    DEEDS[deed](recommendation, touched, worker)
    if fresh(recommendation).status == "awaiting_response":
        take(recommendation, "respond", people.contributor, answer="agreed")
    moved_to_assurance(worker, bodies)
    _submitted(untouched, people.contributor)
    assert set(refusal(untouched, "return", worker, reason=REASON)) == {"another_person"}
    assert "another_person" in refusal(recommendation, "close", worker, reason=REASON)


def test_who_took_no_part_decides_after_the_same_move(
    recommendation: Recommendation, worker: User, people: People, bodies: Bodies
) -> None:
    """The move itself bars nobody: without a deed the step is taken."""
    moved_to_assurance(worker, bodies)
    row = reach(recommendation, "submitted", people)
    assert take(row, "return", worker, reason=REASON).status == "in_progress"


def test_work_on_another_recommendation_bars_nobody(
    bsg: Inspection,
    recommendation: Recommendation,
    worker: User,
    people: People,
    bodies: Bodies,
) -> None:
    reach_by(bsg.recommendations.get(number=2), worker)
    moved_to_assurance(worker, bodies)
    row = reach(recommendation, "submitted", people)
    assert take(row, "return", worker, reason=REASON).status == "in_progress"


def reach_by(recommendation: Recommendation, by: User) -> None:
    take(recommendation, "respond", by, answer="agreed")
    _submitted(recommendation, by)


def test_who_submitted_and_withdrew_does_not_return_what_another_submits(
    recommendation: Recommendation, worker: User, people: People, bodies: Bodies
) -> None:
    reach_by(recommendation, worker)
    take(recommendation, "withdraw", worker, reason=REASON)
    moved_to_assurance(worker, bodies)
    take(recommendation, "submit", people.contributor, outcome=OUTCOME)
    assert set(refusal(recommendation, "return", worker, reason=REASON)) == {"another_person"}


@pytest.mark.parametrize("step", ["close", "return"])
def test_all_roles_of_one_person_count_together(
    step: str, recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    """One role works for the owner, the other assures from outside: one person still."""
    two_hats = person("two-hats", roles.ASSURER, bodies.assurance, bodies.national)
    also(two_hats, roles.CONTRIBUTOR, bodies.pdu)
    reach(recommendation, "in_progress", people)
    judge(attach(recommendation, people.contributor), people.assurer)
    take(recommendation, "submit", people.contributor, outcome=OUTCOME)
    row = fresh(recommendation)
    assert set(refusal(row, step, two_hats, **enough(row, step))) == {"another_organisation"}
    update(row, two_hats)
    both = {"another_person", "another_organisation"}
    assert set(refusal(row, step, two_hats, **enough(row, step))) == both


@pytest.mark.parametrize("step", ["close", "return"])
@pytest.mark.parametrize(
    ("home", "allowed"), [("pdu", False), ("below", False), ("region", True), ("sibling", True)]
)
def test_the_assurers_home_is_neither_the_owner_nor_below_it(
    home: str,
    allowed: bool,
    step: str,
    recommendation: Recommendation,
    people: People,
    bodies: Bodies,
) -> None:
    below = create_organisation(
        name="Bristol office", level="partner", parent=bodies.pdu, by=system_actor(), at=NOW
    )
    assurer = person(
        "another", roles.ASSURER, below if home == "below" else getattr(bodies, home), bodies.national
    )
    row = reach(recommendation, "submitted", people)
    judge(row.evidence.get(), people.assurer)
    given = enough(row, step)
    if allowed:
        assert take(row, step, assurer, **given).status in {"closed", "in_progress"}
    else:
        assert set(refusal(row, step, assurer, **given)) == {"another_organisation"}


def test_what_the_service_itself_owns_is_closed_from_outside_the_line_alone(
    bsg: Inspection, people: People, bodies: Bodies
) -> None:
    row = bsg.recommendations.get(number=8)
    assert row.owner == bodies.national
    take(row, "respond", people.national, answer="agreed")
    _submitted(row, people.national)
    judge(row.evidence.get(), people.assurer)
    given = enough(fresh(row), "close")
    for home in ("national", "region", "pdu", "sibling"):
        inside = person(f"of-{home}", roles.ASSURER, getattr(bodies, home), bodies.national)
        assert set(refusal(row, "close", inside, **given)) == {"another_organisation"}
    assert take(row, "close", people.assurer, **given).status == "closed"


def test_the_house_of_the_lead_does_not_decide_on_its_action(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    action = plan(recommendation, people.contributor, lead=bodies.police)
    _submitted(action, people.partner)
    officer = person("officer", roles.ASSURER, bodies.police, bodies.national)
    assert set(refusal(action, "return", officer, reason=REASON)) == {"another_organisation"}


@pytest.mark.parametrize("step", ["accept_decline", "return"])
def test_a_decline_is_decided_by_another_person_of_another_organisation(
    step: str, recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    action = reach(plan(recommendation, people.contributor), "submitted_decline", people)
    inside = person("inside", roles.ASSURER, bodies.pdu)
    also(inside, roles.CONTRIBUTOR, bodies.pdu)
    update(action, inside)
    assert set(refusal(action, step, inside, reason=REASON)) == {"another_person", "another_organisation"}


def test_a_role_that_does_the_owners_work_is_of_its_house_wherever_its_holder_sits(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    """Lent to the PDU by the assurance body, and without a deed so far."""
    lent = person("lent", roles.ASSURER, bodies.assurance, bodies.national)
    also(lent, roles.CONTRIBUTOR, bodies.assurance, bodies.pdu)
    row = reach(recommendation, "submitted", people)
    assert set(refusal(row, "return", lent, reason=REASON)) == {"another_organisation"}


def test_who_works_for_a_former_owner_does_not_decide(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    """Else a change of owner would let the organisation that did the work close it."""
    inside = person("inside", roles.ASSURER, bodies.pdu, bodies.national)
    row = reach(recommendation, "submitted", people)
    given = {"owner": bodies.sibling, "reason": REASON, "by": people.inspector, "at": NOW}
    change_owner(recommendation=row, version=row.version, **given)
    assert set(refusal(row, "return", inside, reason=REASON)) == {"another_organisation"}


def test_who_judged_and_returned_may_close_later(recommendation: Recommendation, people: People) -> None:
    """To assure is no part of the owner's work."""
    row = reach(recommendation, "submitted", people)
    judge(row.evidence.get(), people.assurer)
    take(row, "return", people.assurer, reason=REASON)
    take(row, "submit", people.contributor, outcome=OUTCOME)
    row = fresh(row)
    assert take(row, "close", people.assurer, **enough(row, "close")).status == "closed"


def test_who_is_no_longer_responsible_and_did_nothing_else_decides(
    recommendation: Recommendation, worker: User, people: People, bodies: Bodies
) -> None:
    action = plan(recommendation, people.contributor, person=worker)
    hand_over(leaver=worker, to=None, by=people.administrator, at=NOW)
    moved_to_assurance(worker, bodies)
    _submitted(action, people.contributor)
    assert take(action, "return", worker, reason=REASON).status == "in_progress"


def test_an_administrator_who_handed_work_over_has_not_done_it(
    recommendation: Recommendation, worker: User, people: People, bodies: Bodies
) -> None:
    action = plan(recommendation, people.contributor, person=worker)
    hand_over(leaver=worker, to=people.contributor, by=people.administrator, at=NOW)
    _submitted(action, people.contributor)
    also(people.administrator, roles.ASSURER, bodies.assurance, bodies.national)
    problems = refusal(action, "close", people.administrator, reason=REASON)
    assert "another_person" not in problems


# What is offered is what is allowed


@pytest.mark.parametrize(
    "who", ["worker", "inside", "assurer", "assurer-2", "contributor", "inspector", "viewer"]
)
def test_the_steps_that_are_offered_are_those_that_no_rule_of_persons_refuses(
    who: str,
    recommendation: Recommendation,
    worker: User,
    people: People,
    bodies: Bodies,
) -> None:
    update(recommendation, worker)
    moved_to_assurance(worker, bodies)
    person("inside", roles.ASSURER, bodies.pdu)
    second_assurer(bodies)
    user = User.objects.get(username=who)
    action = reach(plan(recommendation, people.contributor), "submitted", people)
    row = take(recommendation, "respond", people.contributor, answer="agreed")
    for subject, table in ((row, RECOMMENDATION), (action, ACTION)):
        rows = with_my_steps(type(subject)._default_manager.filter(pk=subject.pk), user, table)
        offered = {step.name for step in my_steps(rows.get(), table)}
        assert offered == {
            step.name for step in table.steps_from(subject.status) if not _barred(subject, step.name, user)
        }


def _barred(subject: Any, step: str, user: User) -> bool:
    try:
        take(subject, step, user, reason="\0")
    except NotPermitted:
        return True
    except StepRefused as refused:
        return bool({"another_person", "another_organisation"} & set(refused.problems))
    raise AssertionError("A text with a NUL was taken.")
