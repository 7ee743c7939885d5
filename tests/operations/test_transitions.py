"""Every step of the workflow: from which status, by which role, and everything that a refusal names."""

from typing import Any

import pytest

from recommendations import roles
from recommendations.errors import Invalid, NotPermitted, StaleVersion
from recommendations.models import Event, Inspection, Recommendation
from recommendations.operations.conditions import StepInput
from recommendations.operations.transitions import take_step
from tests.factories import NOW, Bodies, People
from tests.operations.work import (
    OUTCOME,
    REASON,
    another,
    attach,
    enough,
    everything,
    fresh,
    judge,
    person,
    plan,
    reach,
    refusal,
    take,
)

pytestmark = pytest.mark.django_db

# As the law has it; nothing here is read from the code.
RECOMMENDATION = {
    ("awaiting_response", "respond"): ("in_progress", "contributor"),
    ("not_agreed", "respond"): ("in_progress", "contributor"),
    ("in_progress", "submit"): ("submitted", "contributor"),
    ("submitted", "withdraw"): ("in_progress", "contributor"),
    ("submitted", "return"): ("in_progress", "assurer"),
    ("submitted", "close"): ("closed", "assurer"),
    ("closed", "reopen"): ("in_progress", "assurer"),
    ("awaiting_response", "supersede"): ("superseded", "inspector"),
    ("not_agreed", "supersede"): ("superseded", "inspector"),
    ("in_progress", "supersede"): ("superseded", "inspector"),
    ("submitted", "supersede"): ("superseded", "inspector"),
    ("closed", "supersede"): ("superseded", "inspector"),
}
ACTION = {
    ("not_started", "start"): ("in_progress", "contributor"),
    ("not_started", "submit"): ("submitted", "contributor"),
    ("in_progress", "submit"): ("submitted", "contributor"),
    ("submitted", "withdraw"): ("in_progress", "contributor"),
    ("submitted", "return"): ("in_progress", "assurer"),
    ("submitted", "close"): ("closed", "assurer"),
    ("not_started", "decline"): ("submitted_decline", "contributor"),
    ("in_progress", "decline"): ("submitted_decline", "contributor"),
    ("submitted_decline", "accept_decline"): ("will_not_do", "assurer"),
    ("submitted_decline", "return"): ("in_progress", "assurer"),
    ("closed", "reopen"): ("in_progress", "assurer"),
    ("will_not_do", "reopen"): ("in_progress", "assurer"),
    ("not_started", "supersede"): ("superseded", "inspector"),
    ("in_progress", "supersede"): ("superseded", "inspector"),
    ("submitted", "supersede"): ("superseded", "inspector"),
    ("submitted_decline", "supersede"): ("superseded", "inspector"),
}
STATES = {
    "recommendation": ["awaiting_response", "not_agreed", "in_progress", "submitted", "closed", "superseded"],
    "action": [
        "not_started",
        "in_progress",
        "submitted",
        "submitted_decline",
        "closed",
        "will_not_do",
        "superseded",
    ],
}
TABLES = {"recommendation": RECOMMENDATION, "action": ACTION}
ALLOWED = [(noun, *key, *value) for noun, table in TABLES.items() for key, value in table.items()]
ROLE = {
    "respond": "contributor",
    "start": "contributor",
    "submit": "contributor",
    "withdraw": "contributor",
    "decline": "contributor",
    "return": "assurer",
    "close": "assurer",
    "accept_decline": "assurer",
    "reopen": "assurer",
    "supersede": "inspector",
}
# One way of each step: who may take it does not hang on where it begins.
STEPS = list({(noun, step): (noun, state, step, who) for noun, state, step, _, who in ALLOWED}.values())
EVERY_STATE = [(noun, state) for noun, states in STATES.items() for state in states]


@pytest.fixture
def recommendation(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


@pytest.fixture
def subjects(recommendation: Recommendation, people: People) -> Any:
    """A recommendation, or an action of it, brought to a state."""

    def at(noun: str, state: str) -> Any:
        row = recommendation if noun == "recommendation" else plan(recommendation, people.contributor)
        return reach(row, state, people)

    return at


def with_evidence(row: Any, step: str, people: People) -> None:
    """What must lie there beside what a person states."""
    if step == "submit":
        attach(row, people.contributor)
    if step == "close":
        for piece in row.evidence.all():
            judge(piece, people.assurer)


# The table


@pytest.mark.parametrize(("noun", "state", "step", "target", "who"), ALLOWED)
def test_a_step_of_the_table_is_taken_with_all_that_it_needs(
    noun: str, state: str, step: str, target: str, who: str, subjects: Any, people: People
) -> None:
    row = subjects(noun, state)
    with_evidence(row, step, people)
    given = enough(row, step)
    events, version = Event.objects.count(), fresh(row).version
    after = take(row, step, getattr(people, who), **given)
    assert after.status == target
    assert (Event.objects.count(), after.version) == (events + 1, version + 1)


@pytest.mark.parametrize(("noun", "state"), EVERY_STATE)
def test_every_other_step_is_refused_and_the_possible_ones_are_named(
    noun: str, state: str, subjects: Any, people: People
) -> None:
    row, table = subjects(noun, state), TABLES[noun]
    possible = {step for source, step in table if source == state}
    for step in {step for _, step in table} - possible:
        given = enough(row, step) if step != "supersede" else {"reason": REASON}
        [sentence] = refusal(row, step, getattr(people, ROLE[step]), **given)["step"]
        named = sentence.split("Possible are: ")[1]
        assert set(named.rstrip(".").replace("“", "").replace("”", "").split(", ")) == (possible or {"none"})


@pytest.mark.parametrize("noun", TABLES)
def test_there_are_no_other_steps(noun: str, subjects: Any, people: People) -> None:
    row = subjects(noun, STATES[noun][0])
    stood = everything()
    with pytest.raises(Invalid) as refused:
        take(row, "approve", people.assurer)
    assert all(step in str(refused.value) for _, step in TABLES[noun])
    assert everything() == stood


def test_an_answer_of_not_agreed_leads_to_not_agreed(recommendation: Recommendation, people: People) -> None:
    after = take(recommendation, "respond", people.contributor, answer="not_agreed", reason=REASON)
    assert after.status == "not_agreed"


def test_an_inspector_reopens_too(subjects: Any, people: People) -> None:
    assert take(subjects("recommendation", "closed"), "reopen", people.inspector, reason=REASON).status == (
        "in_progress"
    )


# Who


@pytest.mark.parametrize(("noun", "state", "step", "who"), STEPS)
def test_nobody_takes_a_step_of_another_role(
    noun: str, state: str, step: str, who: str, subjects: Any, people: People
) -> None:
    row = subjects(noun, state)
    given = enough(row, step)
    may = {who, *(["inspector"] if step == "reopen" else [])}
    # Who stands above the owner reaches it too.
    may |= {"regional", "national"} if who == "contributor" else set()
    stood = everything()
    for name, user in vars(people).items():
        if name not in may:
            with pytest.raises(NotPermitted):
                take(row, step, user, **given)
    assert everything() == stood


def test_a_lead_organisation_takes_the_steps_of_its_own_action_alone(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    own = plan(recommendation, people.contributor, lead=bodies.police)
    other = plan(recommendation, people.contributor)
    assert take(own, "start", people.partner).status == "in_progress"
    for subject, step in ((other, "start"), (recommendation, "respond")):
        with pytest.raises(NotPermitted):
            take(subject, step, people.partner, **enough(subject, step))


def test_the_tracker_itself_holds_no_steps(recommendation: Recommendation, system: Any) -> None:
    with pytest.raises(NotPermitted):
        take(recommendation, "respond", system, answer="agreed")


# What is needed


def lacking(given: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


ASKED = {
    "submit": ["outcome"],
    "decline": ["reason", "risk_carrier"],
    "supersede": ["reason", "successor"],
    "respond": ["answer"],
    "start": [],
}


@pytest.mark.parametrize(("noun", "state", "step", "who"), STEPS)
def test_what_a_person_must_state_is_asked_for(
    noun: str, state: str, step: str, who: str, subjects: Any, people: People
) -> None:
    row = subjects(noun, state)
    with_evidence(row, step, people)
    whole = enough(row, step)
    for name in ASKED.get(step, ["reason"]):
        for blank in ({}, {name: " \n"} if name != "successor" else {name: None}):
            given = {**lacking(whole, name), **blank}
            assert set(refusal(row, step, getattr(people, who), **given)) == {name}


@pytest.mark.parametrize("noun", TABLES)
def test_nothing_is_submitted_without_evidence(noun: str, subjects: Any, people: People) -> None:
    row = subjects(noun, "in_progress")
    assert set(refusal(row, "submit", people.contributor, outcome=OUTCOME)) == {"evidence"}


@pytest.mark.parametrize("noun", TABLES)
def test_rejected_evidence_is_not_current(noun: str, subjects: Any, people: People) -> None:
    row = subjects(noun, "in_progress")
    judge(attach(row, people.contributor), people.assurer, "rejected")
    assert set(refusal(row, "submit", people.contributor, outcome=OUTCOME)) == {"evidence"}


@pytest.mark.parametrize("noun", TABLES)
def test_pending_evidence_closes_nothing(noun: str, subjects: Any, people: People) -> None:
    row = subjects(noun, "submitted")
    assert set(refusal(row, "close", people.assurer, **enough(row, "close"))) == {"evidence"}


def test_evidence_of_another_action_does_not_serve(recommendation: Recommendation, people: People) -> None:
    first, second = (plan(recommendation, people.contributor) for _ in range(2))
    attach(first, people.contributor)
    assert set(refusal(second, "submit", people.contributor, outcome=OUTCOME)) == {"evidence"}


def test_evidence_of_an_action_serves_its_recommendation(
    recommendation: Recommendation, people: People
) -> None:
    reach(recommendation, "in_progress", people)
    reach(plan(recommendation, people.contributor), "closed", people)
    assert take(recommendation, "submit", people.contributor, outcome=OUTCOME).status == "submitted"


@pytest.mark.parametrize("state", ["not_started", "in_progress", "submitted", "submitted_decline"])
def test_nothing_is_submitted_while_an_action_is_open(
    state: str, recommendation: Recommendation, people: People
) -> None:
    reach(recommendation, "in_progress", people)
    action = reach(plan(recommendation, people.contributor), state, people)
    attach(recommendation, people.contributor)
    problems = refusal(recommendation, "submit", people.contributor, outcome=OUTCOME)
    assert set(problems) == {"actions"}
    assert action.label in problems["actions"][0]


@pytest.mark.parametrize("state", ["closed", "will_not_do"])
def test_an_action_that_has_ended_does_not_hold_up_the_submission(
    state: str, recommendation: Recommendation, people: People
) -> None:
    reach(recommendation, "in_progress", people)
    reach(plan(recommendation, people.contributor), state, people)
    attach(recommendation, people.contributor)
    assert take(recommendation, "submit", people.contributor, outcome=OUTCOME).status == "submitted"


def closing(recommendation: Recommendation, people: People) -> Recommendation:
    """Submitted, its evidence accepted."""
    row = reach(recommendation, "submitted", people)
    for piece in row.evidence.all():
        judge(piece, people.assurer)
    return fresh(row)


def test_nothing_is_closed_while_an_action_is_open(recommendation: Recommendation, people: People) -> None:
    row = closing(recommendation, people)
    plan(row, people.contributor)
    assert set(refusal(row, "close", people.assurer, **enough(row, "close"))) == {"actions"}


@pytest.mark.parametrize("state", [None, "will_not_do"], ids=["no action", "none of them closed"])
def test_without_a_closed_action_the_assurer_says_why(
    state: str | None, recommendation: Recommendation, people: People
) -> None:
    if state:
        reach(plan(recommendation, people.contributor), state, people)
    row = closing(recommendation, people)
    given = lacking(enough(row, "close"), "why_no_action")
    assert set(refusal(row, "close", people.assurer, **given)) == {"why_no_action"}


def test_with_a_closed_action_nothing_is_to_be_explained(
    recommendation: Recommendation, people: People
) -> None:
    reach(plan(recommendation, people.contributor), "closed", people)
    row = closing(recommendation, people)
    given = lacking(enough(row, "close"), "why_no_action")
    assert take(row, "close", people.assurer, **given).status == "closed"


def test_declared_gaps_are_acknowledged_one_by_one(recommendation: Recommendation, people: People) -> None:
    row = reach(recommendation, "in_progress", people)
    judge(attach(row, people.contributor, level="output"), people.assurer)
    row = take(row, "submit", people.contributor, outcome=OUTCOME)
    given = enough(row, "close")
    assert set(given["acknowledged"]) == {"nothing_above_output", "measure_not_moved"}
    for reason in given["acknowledged"]:
        [sentence] = refusal(row, "close", people.assurer, **{**given, "acknowledged": (reason,)})[
            "acknowledged"
        ]
        assert reason not in sentence
    assert len(refusal(row, "close", people.assurer, **lacking(given, "acknowledged"))["acknowledged"]) == 2
    assert take(row, "close", people.assurer, **given).status == "closed"


def test_what_is_no_gap_is_not_acknowledged(recommendation: Recommendation, people: People) -> None:
    row = closing(recommendation, people)
    given = enough(row, "close")
    given["acknowledged"] += ("judged_short",)
    assert set(refusal(row, "close", people.assurer, **given)) == {"acknowledged"}


def test_all_that_is_missing_to_submit_is_told_at_once(
    recommendation: Recommendation, people: People
) -> None:
    plan(recommendation, people.contributor)
    problems = refusal(recommendation, "submit", people.contributor)
    assert set(problems) == {"step", "outcome", "evidence", "actions"}


def test_all_that_is_missing_to_close_is_told_at_once(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    inside = person("inside", roles.ASSURER, bodies.pdu)
    row = reach(recommendation, "submitted", people)
    plan(row, people.contributor, person=inside)
    assert set(refusal(row, "close", inside)) == {
        "reason",
        "evidence",
        "actions",
        "why_no_action",
        "acknowledged",
        "another_person",
        "another_organisation",
    }


def test_what_a_step_does_not_ask_for_is_refused_by_name(
    recommendation: Recommendation, people: People
) -> None:
    action = plan(recommendation, people.contributor)
    problems = refusal(action, "start", people.contributor, outcome=OUTCOME, risk_carrier="Head of PDU")
    assert set(problems) == {"outcome", "risk_carrier"}


@pytest.mark.parametrize("state", ["closed", "superseded"])
def test_the_actions_of_what_has_ended_stand_still(
    state: str, recommendation: Recommendation, people: People
) -> None:
    action = reach(plan(recommendation, people.contributor), "closed", people)
    reach(recommendation, state, people)
    assert set(refusal(action, "reopen", people.assurer, reason=REASON)) == {"step"}


# The successor


def test_nothing_takes_its_own_place(recommendation: Recommendation, people: People) -> None:
    given = {"reason": REASON, "successor": recommendation}
    assert set(refusal(recommendation, "supersede", people.inspector, **given)) == {"successor"}


def test_what_is_superseded_succeeds_nothing(recommendation: Recommendation, people: People) -> None:
    gone = take(
        another(recommendation), "supersede", people.inspector, reason=REASON, successor=recommendation
    )
    given = {"reason": REASON, "successor": gone}
    assert set(refusal(recommendation, "supersede", people.inspector, **given)) == {"successor"}


def test_an_action_of_another_recommendation_succeeds_nothing(
    recommendation: Recommendation, people: People
) -> None:
    action = plan(recommendation, people.contributor)
    elsewhere = plan(another(recommendation), people.contributor)
    given = {"reason": REASON, "successor": elsewhere}
    assert set(refusal(action, "supersede", people.inspector, **given)) == {"successor"}


def test_an_action_gives_way_to_no_recommendation(recommendation: Recommendation, people: People) -> None:
    action = plan(recommendation, people.contributor)
    given = {"reason": REASON, "successor": another(recommendation)}
    assert set(refusal(action, "supersede", people.inspector, **given)) == {"successor"}


def test_a_superseded_recommendation_is_linked_to_its_successor(
    recommendation: Recommendation, people: People
) -> None:
    successor = another(recommendation)
    take(recommendation, "supersede", people.inspector, reason=REASON, successor=successor)
    assert list(recommendation.linked_from.values_list("source", "kind")) == [(successor.pk, "supersedes")]


def test_a_superseded_action_names_its_successor(recommendation: Recommendation, people: People) -> None:
    action, successor = (plan(recommendation, people.contributor) for _ in range(2))
    after = take(action, "supersede", people.inspector, reason=REASON, successor=successor)
    assert after.successor == successor


# What is kept


def test_the_outcome_and_the_risk_are_kept_as_they_were_stated(
    recommendation: Recommendation, people: People
) -> None:
    done, declined = (plan(recommendation, people.contributor) for _ in range(2))
    attach(done, people.contributor)
    assert take(done, "submit", people.contributor, outcome=f" {OUTCOME} ").outcome == OUTCOME
    after = take(declined, "decline", people.contributor, reason=REASON, risk_carrier=" Head of PDU ")
    assert after.risk_carrier == "Head of PDU"


def test_the_event_of_a_step_says_who_why_and_from_what_to_what(
    recommendation: Recommendation, people: People
) -> None:
    row = reach(recommendation, "submitted", people)
    take(row, "return", people.assurer, reason="The audit is of May.")
    event = Event.objects.latest("sequence")
    assert (event.verb, event.actor, event.role, event.reason) == (
        "return",
        people.assurer,
        "assurer",
        "The audit is of May.",
    )
    [change] = [said for said in event.content["rows"] if said["noun"] == "recommendation"]
    assert (change["before"]["status"], change["after"]["status"]) == ("submitted", "in_progress")


@pytest.mark.parametrize("noun", TABLES)
def test_a_step_with_a_row_that_another_changed_is_refused(noun: str, subjects: Any, people: People) -> None:
    first = STATES[noun][0]
    row, step = subjects(noun, first), "respond" if noun == "recommendation" else "start"
    stood = everything()
    with pytest.raises(StaleVersion) as refused:
        take_step(
            subject=row,
            step=step,
            version=row.version - 1,
            given=StepInput(**enough(row, step)),
            by=people.contributor,
            at=NOW,
        )
    assert refused.value.current.version == row.version
    assert everything() == stood
