"""Steps of the workflow: taken, refused with everything that is missing, and shown to who may take them."""

from collections.abc import Callable
from typing import Any

import pytest

from recommendations import workflow
from recommendations.models import Action, Inspection, Recommendation
from tests.factories import Bodies, People

ONE = "/api/v1/recommendations/BSG-2023-1/"
STEPS = f"{ONE}steps/"
FIRST = 2  # After the report was read and what was curated of it.
RESPOND = {"step": "respond", "answer": "agreed", "version": FIRST}
KINDS = [
    "viewer",
    "contributor",
    "regional",
    "national",
    "sibling",
    "partner",
    "assurer",
    "inspector",
    "administrator",
    "outsider",
]


def fields(answer: Any) -> set[str]:
    return {error["field"] for error in answer.json()["errors"]}


def test_a_step_answers_with_the_record_as_it_stands(api: Callable, people: People) -> None:
    answer = api(people.contributor).post(STEPS, RESPOND)
    assert answer.status_code == 200
    row = answer.json()
    assert (row["status"], row["response"], row["version"]) == ("in_progress", "agreed", FIRST + 1)
    assert answer["ETag"].startswith(f'"{FIRST + 1}-')
    assert api(people.contributor).get(ONE)["ETag"] == answer["ETag"]


def test_the_version_may_stand_in_if_match(api: Callable, people: People) -> None:
    caller = api(people.contributor)
    body = {"step": "respond", "answer": "agreed"}
    assert caller.post(STEPS, body, headers={"If-Match": caller.get(ONE)["ETag"]}).status_code == 200


def test_a_step_without_a_version_is_refused(api: Callable, people: People) -> None:
    answer = api(people.contributor).post(STEPS, {"step": "respond", "answer": "agreed"})
    assert answer.status_code == 428


def test_a_step_at_an_old_version_is_told_how_it_stands(
    api: Callable, people: People, answered: Callable
) -> None:
    answered()
    answer = api(people.inspector).post(
        STEPS, {"step": "supersede", "reason": "Merged.", "successor": "BSG-2023-2", "version": FIRST}
    )
    assert answer.status_code == 412
    current = answer.json()["current"]
    assert (current["status"], current["version"]) == ("in_progress", FIRST + 1)


@pytest.mark.parametrize("step", ["climb", "start", "", "respond\x00"])
def test_an_unknown_step_is_refused_with_those_that_are_known(
    api: Callable, people: People, step: str
) -> None:
    answer = api(people.contributor).post(STEPS, RESPOND | {"step": step})
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == "step"
    assert all(name in error["detail"] for name in ("respond", "submit", "supersede"))


def test_a_refused_step_tells_everything_that_is_missing_at_once(
    api: Callable, people: People, answered: Callable, plan: Callable
) -> None:
    plan()
    answer = api(people.contributor).post(STEPS, {"step": "submit", "version": answered().version})
    assert answer.status_code == 409
    assert answer.json()["code"] == "step_refused"
    assert fields(answer) == {"outcome", "evidence", "actions"}
    assert Recommendation.objects.get(reference="BSG-2023-1").status == "in_progress"


def test_what_a_step_does_not_ask_for_is_refused_by_name(
    api: Callable, people: People, answered: Callable
) -> None:
    body = {"step": "submit", "version": answered().version, "risk_carrier": "Head of PDU"}
    assert "risk_carrier" in fields(api(people.contributor).post(STEPS, body))


def test_a_step_that_does_not_lead_on_from_here_says_which_do(api: Callable, people: People) -> None:
    answer = api(people.contributor).post(STEPS, {"step": "submit", "version": FIRST, "outcome": "Done."})
    assert answer.status_code == 409
    [said] = [error["detail"] for error in answer.json()["errors"] if error["field"] == "step"]
    assert "“respond”" in said


@pytest.mark.parametrize(
    "who", ["viewer", "sibling", "partner", "assurer", "inspector", "administrator", "outsider"]
)
def test_who_does_not_work_for_the_owner_answers_nothing(api: Callable, people: People, who: str) -> None:
    assert api(getattr(people, who)).post(STEPS, RESPOND).status_code == 403
    assert Recommendation.objects.get(reference="BSG-2023-1").version == FIRST


def test_a_claim_is_closed_by_an_assurer_who_acknowledges_its_gaps(
    api: Callable, people: People, submitted: Callable
) -> None:
    claim, caller = submitted(), api(people.assurer)
    body = {"step": "close", "version": claim.version, "reason": "Seen.", "why_no_action": "Done at once."}
    refused = caller.post(STEPS, body)
    assert fields(refused) == {"acknowledged"}
    gaps = [reason["code"] for reason in caller.get(ONE).json()["unsupported_claim_reasons"]]
    assert caller.post(STEPS, body | {"acknowledged": gaps}).json()["status"] == "closed"


def test_an_unknown_gap_is_not_acknowledged(api: Callable, people: People, submitted: Callable) -> None:
    body = {"step": "close", "version": submitted().version, "acknowledged": ["no such reason"]}
    assert api(people.assurer).post(STEPS, body).status_code == 400


def test_a_recommendation_is_superseded_by_one_that_is_named(api: Callable, people: People) -> None:
    caller = api(people.inspector)
    body = {"step": "supersede", "version": FIRST, "reason": "Merged.", "successor": "BSG-2023-2"}
    row = caller.post(STEPS, body).json()
    assert row["status"] == "superseded"
    assert [(link["kind"], link["recommendation"]["reference"]) for link in row["linked_from"]] == [
        ("supersedes", "BSG-2023-2")
    ]


@pytest.mark.parametrize("successor", ["BSG-2023-99", 7, "a\x00", {}])
def test_a_successor_that_does_not_exist_for_the_caller_is_refused(
    api: Callable, people: People, successor: object
) -> None:
    body = {"step": "supersede", "version": FIRST, "reason": "Merged.", "successor": successor}
    answer = api(people.inspector).post(STEPS, body)
    assert answer.status_code == 400
    assert fields(answer) == {"successor"}


def test_an_action_is_declined_with_who_carries_the_risk(
    api: Callable, people: People, plan: Callable
) -> None:
    path = f"/api/v1/actions/{plan().pk}/steps/"
    body = {"step": "decline", "version": 1, "reason": "No money.", "risk_carrier": "Head of PDU"}
    row = api(people.contributor).post(path, body).json()
    assert (row["status"], row["risk_carrier"]) == ("submitted_decline", "Head of PDU")
    body = {"step": "accept_decline", "version": 2, "reason": "Understood."}
    assert api(people.assurer).post(path, body).json()["status"] == "will_not_do"


def test_an_action_is_superseded_by_another_of_the_same_recommendation(
    api: Callable, people: People, plan: Callable
) -> None:
    old, new, foreign = plan(1), plan(1), plan(2)
    path, caller = f"/api/v1/actions/{old.pk}/steps/", api(people.inspector)
    body = {"step": "supersede", "version": 1, "reason": "Merged."}
    assert fields(caller.post(path, body | {"successor": foreign.pk})) == {"successor"}
    row = caller.post(path, body | {"successor": new.pk}).json()
    assert (row["status"], row["successor"]["id"]) == ("superseded", new.pk)


def test_a_successor_out_of_reach_is_not_named(
    api: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    old, new = plan(1, lead=bodies.police), plan(1)
    body = {"step": "supersede", "version": 1, "reason": "Merged.", "successor": new.pk}
    api(people.inspector).post(f"/api/v1/actions/{old.pk}/steps/", body)
    assert api(people.partner).get(f"/api/v1/actions/{old.pk}/").json()["successor"] is None


def test_an_action_out_of_reach_does_not_exist_for_a_step(
    api: Callable, people: People, plan: Callable
) -> None:
    path = f"/api/v1/actions/{plan().pk}/steps/"
    assert api(people.sibling).post(path, {"step": "start", "version": 1}).status_code == 404


def test_an_allowed_step_says_what_it_does_and_asks(api: Callable, people: People) -> None:
    [step] = api(people.contributor).get(ONE).json()["allowed_steps"]
    assert step["step"] == "respond"
    assert step["asks"] == ["answer", "accepted_part", "reason", "dated"]
    assert step["label"]
    assert step["effect"]


def test_the_list_shows_the_same_steps_as_the_detail(api: Callable, people: People) -> None:
    caller = api(people.inspector)
    rows = caller.get("/api/v1/recommendations/").json()["results"]
    assert all(row["allowed_steps"] == caller.get(row["url"]).json()["allowed_steps"] for row in rows)


def refused_for_the_person(answer: Any) -> bool:
    """Was a step refused for who asked, or for where the row stands, and not for what is missing?"""
    if answer.status_code != 409:
        return answer.status_code in (403, 404)
    return bool(fields(answer) & {"step", "another_person", "another_organisation"})


@pytest.mark.parametrize("who", KINDS)
@pytest.mark.parametrize("state", ["awaiting_response", "in_progress", "submitted"])
def test_the_steps_shown_are_those_that_the_caller_may_take(
    api: Callable, people: People, who: str, state: str, answered: Callable, submitted: Callable
) -> None:
    {"in_progress": answered, "submitted": submitted}.get(state, lambda: None)()
    caller = api(getattr(people, who))
    shown = {step["step"] for step in caller.get(ONE).json().get("allowed_steps", [])}
    version = Recommendation.objects.get(reference="BSG-2023-1").version
    for name in workflow.RECOMMENDATION.step_names:
        answer = caller.post(f"{STEPS}?dry_run=true", {"step": name, "version": version})
        assert refused_for_the_person(answer) == (name not in shown), (name, answer.json())


@pytest.mark.parametrize("who", KINDS)
@pytest.mark.parametrize("lead", ["pdu", "police"])
def test_the_steps_shown_of_an_action_are_those_that_the_caller_may_take(
    api: Callable,
    people: People,
    bodies: Bodies,
    plan: Callable,
    who: str,
    lead: str,
    bsg: Inspection,
) -> None:
    action: Action = plan(1, lead=getattr(bodies, lead))
    path, caller = f"/api/v1/actions/{action.pk}/", api(getattr(people, who))
    shown = {step["step"] for step in caller.get(path).json().get("allowed_steps", [])}
    for name in workflow.ACTION.step_names:
        answer = caller.post(f"{path}steps/?dry_run=true", {"step": name, "version": 1})
        assert refused_for_the_person(answer) == (name not in shown), (name, answer.json())
