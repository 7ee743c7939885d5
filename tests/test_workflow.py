"""Which states are open, initial and final."""

from datetime import timedelta

import pytest

from recommendations.models import Action, Recommendation
from recommendations.workflow import ACTION, RECOMMENDATION, Workflow
from tests.models import rows
from tests.models.rows import TODAY

BOTH = pytest.mark.parametrize("workflow", [RECOMMENDATION, ACTION], ids=["recommendation", "action"])
YESTERDAY = TODAY - timedelta(days=1)
DUE_YESTERDAY = {
    "target_words": "1 March 2026",
    "target_earliest": YESTERDAY,
    "target_latest": YESTERDAY,
    "target_precision": "day",
}


@BOTH
def test_open_is_every_state_but_four(workflow: Workflow) -> None:
    ended = {"not_agreed", "closed", "will_not_do", "superseded"}
    assert set(workflow.open) == set(workflow.states) - ended


@BOTH
def test_work_begins_open(workflow: Workflow) -> None:
    assert workflow.initial in workflow.open


@BOTH
def test_every_final_status_is_a_state(workflow: Workflow) -> None:
    assert workflow.ended <= set(workflow.states)


@pytest.mark.django_db
def test_a_new_recommendation_awaits_its_response() -> None:
    assert rows.recommendation().status == "awaiting_response"


@pytest.mark.django_db
def test_a_new_action_is_not_started() -> None:
    assert rows.action().status == "not_started"


@pytest.mark.django_db
@pytest.mark.parametrize("status", RECOMMENDATION.states)
def test_a_recommendation_can_stand_in_every_state(status: str) -> None:
    row = rows.recommendation(**rows.in_state(Recommendation, status))
    row.refresh_from_db()
    assert row.status == status


@pytest.mark.django_db
@pytest.mark.parametrize("status", ACTION.states)
def test_the_database_and_the_row_agree_on_what_is_open(status: str) -> None:
    action = rows.action(**rows.in_state(Action, status))
    assert Action.objects.open().contains(action) is action.is_open


@pytest.mark.django_db
def test_an_ended_action_is_not_overdue() -> None:
    for status in ACTION.states:
        rows.action(**rows.in_state(Action, status), **DUE_YESTERDAY)
    overdue = Action.objects.overdue(on=TODAY).values_list("status", flat=True)
    assert set(overdue) == {"not_started", "in_progress", "submitted", "submitted_decline"}
