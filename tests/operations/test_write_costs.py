"""What one write costs: SQL statements, with authentication and without BEGIN and SAVEPOINT, and files."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recommendations.models import Action, Inspection, Recommendation
from tests.admin.test_screens import form
from tests.api.test_read_path import files_of
from tests.factories import People
from tests.operations.work import OUTCOME, REASON, attach, judge, reach

# Six of those of a recommendation's step read the answer: the row and what the detail shows beside it.
ACTION_STATEMENTS, RECOMMENDATION_STATEMENTS, SAVE_STATEMENTS = 15, 16, 25
# These write rows of their own: the response; the link, and the sequence of the successor.
MORE_STATEMENTS = {"respond": 2, "supersede": 6}
STEP_FILES, SAVE_FILES = 40, 36
TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")
# The state in which each step begins here, who takes it, and what they state.
ACTION_STEPS: dict[str, tuple[str, str, dict[str, object]]] = {
    "start": ("not_started", "contributor", {}),
    "submit": ("in_progress", "contributor", {"outcome": OUTCOME}),
    "withdraw": ("submitted", "contributor", {"reason": REASON}),
    "return": ("submitted", "assurer", {"reason": REASON}),
    "close": ("submitted", "assurer", {"reason": REASON}),
    "decline": ("in_progress", "contributor", {"reason": REASON, "risk_carrier": "Head of PDU"}),
    "accept_decline": ("submitted_decline", "assurer", {"reason": REASON}),
    "reopen": ("closed", "assurer", {"reason": REASON}),
    "supersede": ("in_progress", "inspector", {"reason": REASON}),
}
RECOMMENDATION_STEPS: dict[str, tuple[str, str, dict[str, object]]] = {
    "respond": ("awaiting_response", "contributor", {"answer": "agreed"}),
    "submit": ("in_progress", "contributor", {"outcome": OUTCOME}),
    "withdraw": ("submitted", "contributor", {"reason": REASON}),
    "return": ("submitted", "assurer", {"reason": REASON}),
    "close": ("submitted", "assurer", {"reason": REASON, "acknowledged": ["measure_not_moved"]}),
    "reopen": ("closed", "assurer", {"reason": REASON}),
    "supersede": ("in_progress", "inspector", {"reason": REASON, "successor": "BSG-2023-2"}),
}


def statements(run: Callable[[], object]) -> list[str]:
    """The SQL of `run`, without that of transactions."""
    with CaptureQueriesContext(connection) as queries:
        run()
    return [query["sql"] for query in queries if not query["sql"].startswith(TRANSACTION)]


def post_step(caller: Client, row: Recommendation | Action, step: str, given: dict[str, object]) -> None:
    kind, key = ("actions", row.pk) if isinstance(row, Action) else ("recommendations", row)
    body = {"step": step, "version": row.version, **given}
    answer = caller.post(f"/api/v1/{kind}/{key}/steps/", body, format="json")
    assert answer.status_code == 200, answer.content


def ready(row: Recommendation | Action, step: str, people: People) -> Recommendation | Action:
    """The row in the state from which `step` is taken, with accepted evidence."""
    steps = ACTION_STEPS if isinstance(row, Action) else RECOMMENDATION_STEPS
    judge(attach(row, people.contributor), people.assurer)
    return reach(row, steps[step][0], people)


@pytest.mark.parametrize("step", ACTION_STEPS)
def test_a_step_of_an_action(api: Callable, people: People, plan: Callable, step: str) -> None:
    _, by, given = ACTION_STEPS[step]
    row = ready(plan(1), step, people)
    if step == "supersede":
        given = {**given, "successor": plan(1).pk}
    caller = api(getattr(people, by))

    made = statements(lambda: post_step(caller, row, step, given))

    assert len(made) <= ACTION_STATEMENTS, made


@pytest.mark.parametrize("step", RECOMMENDATION_STEPS)
def test_a_step_of_a_recommendation(
    api: Callable, people: People, plan: Callable, bsg: Inspection, step: str
) -> None:
    _, by, given = RECOMMENDATION_STEPS[step]
    reach(plan(1), "closed", people)
    row = ready(bsg.recommendations.get(number=1), step, people)
    caller = api(getattr(people, by))

    made = statements(lambda: post_step(caller, row, step, given))

    assert len(made) <= RECOMMENDATION_STATEMENTS + MORE_STATEMENTS.get(step, 0), made


def save(browser: Client, action: Action, **given: object) -> None:
    filled = {
        "description": action.description,
        "responsible_post": action.responsible_post,
        "target_date": action.target_words,
        "lead": action.lead_id,
        "version_read": action.version,
    }
    path = f"/admin/recommendations/action/{action.pk}/change/"
    answer = browser.post(path, form(**{**filled, **given}))
    assert answer.status_code == 302


CHANGES = {
    "a text": {"description": "Train every practitioner in risk."},
    "the target date": {"target_date": "31 July 2027", "reason": "There was no trainer."},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_staff_save_of_an_action(screens: Callable, people: People, plan: Callable, change: str) -> None:
    action = plan(1, target_date="30 June 2027")
    browser = screens(people.contributor)

    made = statements(lambda: save(browser, action, **CHANGES[change]))

    assert len(made) <= SAVE_STATEMENTS, made


def test_a_warm_step_crosses_few_files(api: Callable, people: People, plan: Callable) -> None:
    caller = api(people.contributor)
    row = plan(1)
    post_step(caller, row, "start", {})
    judge(attach(row, people.contributor), people.assurer)
    row.refresh_from_db()

    crossed = files_of(lambda: post_step(caller, row, "submit", {"outcome": OUTCOME}))

    assert len(crossed) <= STEP_FILES, sorted(crossed)


def test_a_warm_staff_save_crosses_few_files(screens: Callable, people: People, plan: Callable) -> None:
    browser = screens(people.contributor)
    action = plan(1)
    save(browser, action, description="Train every practitioner in risk.")
    action.refresh_from_db()

    crossed = files_of(lambda: save(browser, action, description="Train everybody."))

    assert len(crossed) <= SAVE_FILES, sorted(crossed)
