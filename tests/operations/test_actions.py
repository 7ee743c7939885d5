"""Planning what is to be done, and keeping the plan up to date."""

from datetime import date
from typing import Any

import pytest

from recommendations.errors import Invalid, NotPermitted, StaleVersion
from recommendations.models import Action, Event, Inspection, Recommendation
from recommendations.operations.actions import revise_action
from tests.factories import NOW, Bodies, People
from tests.models import rows
from tests.operations.work import everything, fresh, plan, reach

pytestmark = pytest.mark.django_db


@pytest.fixture
def recommendation(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


@pytest.fixture
def action(recommendation: Recommendation, people: People) -> Action:
    return plan(recommendation, people.contributor, target_date="30 June 2026")


def revise(action: Action, by: Any, **given: Any) -> Action:
    held = fresh(action)
    return revise_action(action=held, version=held.version, **given, by=by, at=NOW)


def test_an_action_keeps_what_was_planned(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    made = plan(
        recommendation,
        people.contributor,
        description=" Coach them. ",
        lead=bodies.police,
        responsible_post=" Inspector of the beat ",
        person=people.contributor,
        contributors=[bodies.region, bodies.sibling],
    )
    made.refresh_from_db()
    assert (made.label, made.description, made.lead) == ("1a", "Coach them.", bodies.police)
    assert (made.responsible_post, made.person, made.status) == (
        "Inspector of the beat",
        people.contributor,
        "not_started",
    )
    assert set(made.contributors.all()) == {bodies.region, bodies.sibling}
    assert (made.version, made.created_at, made.updated_at) == (1, NOW, NOW)


def test_actions_are_labelled_in_the_order_of_planning(
    recommendation: Recommendation, people: People
) -> None:
    assert [plan(recommendation, people.contributor).label for _ in range(3)] == ["1a", "1b", "1c"]


def test_after_z_comes_aa(recommendation: Recommendation, people: People) -> None:
    for _ in range(25):
        rows.action(recommendation=recommendation)
    assert [plan(recommendation, people.contributor).label for _ in range(3)] == ["1z", "1aa", "1ab"]


def test_every_problem_of_a_plan_is_told_and_nothing_is_written(
    recommendation: Recommendation, people: People
) -> None:
    stood = everything()
    with pytest.raises(Invalid) as refused:
        plan(
            recommendation,
            people.contributor,
            description=" ",
            responsible_post="",
            target_date="winter 2026",
            person=people.sibling,
        )
    assert set(refused.value.problems) == {"description", "responsible_post", "target_date", "person"}
    assert everything() == stood


@pytest.mark.parametrize("state", ["closed", "superseded"])
def test_nothing_is_planned_for_what_has_ended(
    state: str, recommendation: Recommendation, people: People
) -> None:
    reach(recommendation, state, people)
    with pytest.raises(Invalid) as refused:
        plan(recommendation, people.contributor)
    assert set(refused.value.problems) == {"recommendation"}


@pytest.mark.parametrize("name", ["viewer", "sibling", "partner", "assurer", "inspector", "administrator"])
def test_only_the_owners_people_plan(name: str, recommendation: Recommendation, people: People) -> None:
    stood = everything()
    with pytest.raises(NotPermitted):
        plan(recommendation, getattr(people, name))
    assert everything() == stood


def test_a_revision_changes_what_is_given_and_leaves_the_rest(
    action: Action, people: People, bodies: Bodies
) -> None:
    after = revise(action, people.contributor, description="Coach them.", contributors=[bodies.region])
    assert (after.description, after.responsible_post, after.target_words) == (
        "Coach them.",
        "Head of PDU",
        "30 June 2026",
    )
    assert list(after.contributors.all()) == [bodies.region]
    assert after.version == action.version + 1


def test_a_revision_says_in_its_event_what_changed_and_nothing_else(action: Action, people: People) -> None:
    revise(action, people.contributor, description="Coach them.")
    [said] = Event.objects.latest("sequence").content["rows"]
    assert said["before"] == {"description": "Train every practitioner.", "version": 1}
    assert said["after"] == {"description": "Coach them.", "version": 2}


def test_a_revision_of_nothing_is_refused(action: Action, people: People) -> None:
    with pytest.raises(Invalid):
        revise(action, people.contributor)


def test_a_revision_of_a_row_that_another_changed_is_refused(action: Action, people: People) -> None:
    revise(action, people.contributor, description="Coach them.")
    stood = everything()
    with pytest.raises(StaleVersion) as refused:
        revise_action(action=action, version=1, description="Drill them.", by=people.contributor, at=NOW)
    assert refused.value.current.description == "Coach them."
    assert everything() == stood


def test_a_lead_revises_its_own_action_but_does_not_hand_it_on(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    own = plan(recommendation, people.contributor, lead=bodies.police)
    assert revise(own, people.partner, description="Patrol.").description == "Patrol."
    with pytest.raises(NotPermitted):
        revise(own, people.partner, lead=bodies.sibling)
    assert revise(own, people.contributor, lead=bodies.sibling).lead == bodies.sibling


def test_a_target_that_moves_within_a_revision_needs_its_reason(action: Action, people: People) -> None:
    stood = everything()
    with pytest.raises(Invalid) as refused:
        revise(action, people.contributor, target_date="31 July 2026", description="Coach them.")
    assert set(refused.value.problems) == {"reason"}
    assert everything() == stood


def test_a_target_that_moves_within_a_revision_is_kept_as_one(action: Action, people: People) -> None:
    after = revise(action, people.contributor, target_date="31 July 2026", reason="The trainer left.")
    assert (after.target_latest, after.original_latest) == (date(2026, 7, 31), date(2026, 6, 30))
    assert after.target_revisions.get().reason == "The trainer left."


def test_the_same_target_in_a_revision_is_no_move(action: Action, people: People) -> None:
    after = revise(action, people.contributor, target_date="30 June 2026", description="Coach them.")
    assert not after.target_revisions.exists()


def test_who_was_named_may_stay_after_moving_away(action: Action, people: People) -> None:
    """Naming the same person again is no new naming."""
    revise(action, people.contributor, person=people.contributor)
    after = revise(action, people.contributor, person=people.contributor, description="Coach them.")
    assert after.person == people.contributor


def test_nobody_need_be_named(action: Action, people: People) -> None:
    revise(action, people.contributor, person=people.contributor)
    assert revise(action, people.contributor, person=None).person is None
