"""Which role may do what to whose work, cell by cell. A denied write changes nothing.

Each deed is tried on a recommendation of the PDU, of the region and of the national service, by people of
every kind. What is expected stands here in words of the law, apart from the tables of the code.
"""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, resolve
from rest_framework.test import APIClient

from recommendations.models import Event, EvidenceLevel, Inspection, Measure
from recommendations.operations.conditions import StepInput
from recommendations.operations.evidence import attach_evidence, judge_evidence
from recommendations.operations.responses import respond
from recommendations.operations.transitions import take_step
from recommendations.operations.updates import record_update
from tests.factories import NOW, TODAY, Bodies, People

PDU, REGION, NATIONAL = 1, 7, 8
OWNERS = {PDU: "the PDU", REGION: "the region", NATIONAL: "the national service"}
# Whose contributors' reach covers the owner.
WORKS_FOR = {
    PDU: {"contributor", "regional", "national"},
    REGION: {"regional", "national"},
    NATIONAL: {"national"},
}
EVERYBODY = [
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
READS_WORK = {
    PDU: {"viewer", "contributor", "regional", "national", "assurer", "inspector", "administrator"},
    REGION: {"viewer", "regional", "national", "assurer", "inspector", "administrator"},
    NATIONAL: {"viewer", "national", "assurer", "inspector", "administrator"},
}
WORK, ASSURANCE, INSPECTION, REDACTION = "contributor", "assurer", "inspector", "administrator"
SMOKE = {"contributor", "sibling", "assurer", "outsider"}


def allowed(role: str, number: int) -> set[str]:
    return WORKS_FOR[number] if role == WORK else {role}


@pytest.fixture
def work(people: People, bodies: Bodies, bsg: Inspection) -> Callable[[int], Any]:
    """A recommendation in progress with an action, an update, and accepted and pending evidence."""

    def made(number: int) -> SimpleNamespace:
        owner = {PDU: people.contributor, REGION: people.regional, NATIONAL: people.national}[number]
        by = {"by": owner, "at": NOW}
        recommendation = bsg.recommendations.get(number=number)
        respond(recommendation=recommendation, version=recommendation.version, answer="agreed", **by)
        recommendation.refresh_from_db()
        from recommendations.operations.actions import plan_action

        action = plan_action(
            recommendation=recommendation,
            description="Train.",
            lead=recommendation.owner,
            responsible_post="Head",
            target_date="30 June 2026",
            **by,
        )
        about = {"recommendation": recommendation, "action": action}
        update = record_update(**about, text="Begun.", **by)
        evidence = attach_evidence(
            **about,
            title="Log",
            url="https://example.org/",
            level=EvidenceLevel.OUTPUT,
            represents=TODAY,
            declared_no_personal_data=True,
            **by,
        )
        return SimpleNamespace(
            recommendation=recommendation,
            action=action,
            update=update,
            evidence=evidence,
            measure=Measure.objects.filter(recommendation__owner=recommendation.owner)[0],
            owner=owner,
        )

    return made


def submitted(work: SimpleNamespace, assurer: Any) -> None:
    """The action is claimed and its evidence accepted."""
    judge_evidence(evidence=work.evidence, version=1, verdict="accepted", reason="Seen.", by=assurer, at=NOW)
    given = StepInput(outcome="Done.")
    work.action = take_step(subject=work.action, step="submit", version=1, given=given, by=work.owner, at=NOW)


# Deed → who does it, and the request: method, path and body.
Deed = tuple[str, Callable[[SimpleNamespace], tuple[str, str, dict[str, Any]]]]
DEEDS: dict[str, Deed] = {
    "plan an action": (
        WORK,
        lambda w: (
            "post",
            "actions/",
            {
                "recommendation": w.recommendation.reference,
                "description": "More.",
                "lead": w.recommendation.owner.slug,
                "responsible_post": "Head",
            },
        ),
    ),
    "revise an action": (
        WORK,
        lambda w: ("patch", f"actions/{w.action.pk}/", {"description": "Other.", "version": 1}),
    ),
    "revise actions at once": (
        WORK,
        lambda w: (
            "post",
            "actions/bulk/",
            {"items": [{"id": w.action.pk, "description": "Other.", "version": 1}]},
        ),
    ),
    "move a target date": (
        WORK,
        lambda w: (
            "post",
            "target-revisions/",
            {"action": w.action.pk, "target_date": "31 July 2026", "reason": "Late.", "version": 1},
        ),
    ),
    "report progress": (
        WORK,
        lambda w: ("post", "updates/", {"recommendation": w.recommendation.reference, "text": "On."}),
    ),
    "report progress at once": (
        WORK,
        lambda w: (
            "post",
            "updates/bulk/",
            {"items": [{"recommendation": w.recommendation.reference, "text": "On."}]},
        ),
    ),
    "add a reading": (
        WORK,
        lambda w: (
            "post",
            "readings/",
            {"measure": w.measure.pk, "taken_on": "2026-01-31", "value": 40, "source": "Audit"},
        ),
    ),
    "attach evidence": (
        WORK,
        lambda w: (
            "post",
            "evidence/",
            {
                "recommendation": w.recommendation.reference,
                "title": "Log",
                "link": "https://example.org/log",
                "level": "output",
                "represents": "2026-01-31",
                "declared_no_personal_data": True,
            },
        ),
    ),
    "start an action": (
        WORK,
        lambda w: ("post", f"actions/{w.action.pk}/steps/", {"step": "start", "version": 1}),
    ),
    "submit an action": (
        WORK,
        lambda w: (
            "post",
            f"actions/{w.action.pk}/steps/",
            {"step": "submit", "version": 1, "outcome": "Done."},
        ),
    ),
    "judge evidence": (
        ASSURANCE,
        lambda w: (
            "post",
            f"evidence/{w.evidence.pk}/verdict/",
            {"verdict": "accepted", "reason": "Seen.", "version": 1},
        ),
    ),
    "review": (
        INSPECTION,
        lambda w: (
            "post",
            "reviews/",
            {
                "recommendation": w.recommendation.reference,
                "judgement": "good_progress",
                "narrative": "Seen.",
            },
        ),
    ),
    "change the owner": (
        INSPECTION,
        lambda w: (
            "post",
            f"recommendations/{w.recommendation.reference}/owner/",
            {"owner": "bristol-city-council", "reason": "Moved.", "version": w.recommendation.version},
        ),
    ),
    "link": (
        INSPECTION,
        lambda w: (
            "post",
            f"recommendations/{w.recommendation.reference}/links/",
            {"target": "BSG-2023-5", "kind": "depends_on", "reason": "It does."},
        ),
    ),
    "supersede": (
        INSPECTION,
        lambda w: (
            "post",
            f"recommendations/{w.recommendation.reference}/steps/",
            {
                "step": "supersede",
                "reason": "Repeated.",
                "successor": "BSG-2023-5",
                "version": w.recommendation.version,
            },
        ),
    ),
    "redact evidence": (
        REDACTION,
        lambda w: ("post", f"evidence/{w.evidence.pk}/redact/", {"reason": "It names a person."}),
    ),
    "redact an update": (
        REDACTION,
        lambda w: ("post", f"updates/{w.update.pk}/redact/", {"reason": "It names a person."}),
    ),
}
OF_SUBMITTED = {
    "withdraw an action": (WORK, {"step": "withdraw", "reason": "Not yet."}),
    "return an action": (ASSURANCE, {"step": "return", "reason": "Not yet."}),
    "close an action": (ASSURANCE, {"step": "close", "reason": "Seen."}),
}


def tried(caller: APIClient, method: str, path: str, body: dict[str, Any]) -> int:
    """The status of one attempt, which is undone; a denied one must have changed nothing."""
    before = Event.objects.count()
    with transaction.atomic():
        status = getattr(caller, method)(f"/api/v1/{path}", body).status_code
        written = Event.objects.count() - before
        transaction.set_rollback(True)
    assert written == (1 if status < 300 else 0), (status, written)
    return status


def expected(ok: bool, who: str, number: int, *, at_once: bool = False) -> set[int]:
    """The statuses that the law allows: out of reach the work is not there, or cannot be named.

    Of several at once each problem is said, and all are refused as one.
    """
    if ok:
        return {200, 201}
    if at_once:
        return {409}
    return {403} if who in READS_WORK[number] else {400, 403, 404}


def check(api: Callable, people: People, made: SimpleNamespace, number: int, whole: bool) -> None:
    for who in EVERYBODY if whole else sorted(SMOKE):
        caller = api(getattr(people, who))
        for deed, (role, request) in DEEDS.items():
            status, ok = tried(caller, *request(made)), who in allowed(role, number)
            may_be = expected(ok, who, number, at_once=deed.endswith("at once"))
            assert status in may_be, (deed, who, number, status)


def check_submitted(api: Callable, people: People, made: SimpleNamespace, number: int, whole: bool) -> None:
    submitted(made, people.assurer)
    path = f"actions/{made.action.pk}/steps/"
    for who in EVERYBODY if whole else sorted(SMOKE):
        caller = api(getattr(people, who))
        for deed, (role, body) in OF_SUBMITTED.items():
            status = tried(caller, "post", path, {**body, "version": made.action.version})
            ok = who in allowed(role, number)
            assert status in expected(ok, who, number), (deed, who, number, status)


def test_smoke_of_the_matrix(api: Callable, people: People, work: Callable) -> None:
    made = work(PDU)
    check(api, people, made, PDU, whole=False)
    check_submitted(api, people, made, PDU, whole=False)


@pytest.mark.slow
@pytest.mark.parametrize("number", OWNERS, ids=OWNERS.get)
def test_every_deed_by_every_kind_of_person(
    api: Callable, people: People, work: Callable, number: int
) -> None:
    made = work(number)
    check(api, people, made, number, whole=True)
    check_submitted(api, people, made, number, whole=True)


def test_an_answer_is_given_by_those_who_work_for_the_owner(
    api: Callable, people: People, bsg: Inspection
) -> None:
    for number in OWNERS:
        asked = bsg.recommendations.get(number=number)
        body = {"recommendation": asked.reference, "version": asked.version, "answer": "agreed"}
        for who in EVERYBODY:
            status = tried(api(getattr(people, who)), "post", "responses/", body)
            assert status in expected(who in allowed(WORK, number), who, number), (who, number, status)


def test_no_address_that_is_written_to_is_without_a_deed(work: Callable) -> None:
    made = work(PDU)
    requests = [request(made) for _, request in DEEDS.values()]
    tried_at = {(method, resolve(f"/api/v1/{path}").route) for method, path, _ in requests}
    tried_at.add(("post", resolve("/api/v1/responses/").route))
    assert tried_at == set(_written_to(get_resolver().url_patterns))


def _written_to(patterns: list[Any], stem: str = "") -> Iterator[tuple[str, str]]:
    """Each method and address of the resolver that writes."""
    for entry in patterns:
        route = stem + str(entry.pattern).removeprefix("^" if stem else "")
        if hasattr(entry, "url_patterns"):
            yield from _written_to(entry.url_patterns, route)
        for method in getattr(getattr(entry, "callback", None), "actions", None) or ():
            if method not in ("get", "head"):
                yield method, route


def test_what_is_out_of_reach_answers_as_what_does_not_exist(
    api: Callable, people: People, work: Callable
) -> None:
    made = {number: work(number) for number in OWNERS}
    for who in EVERYBODY:
        caller = api(getattr(people, who))
        for number, one in made.items():
            kinds = {"actions": one.action, "updates": one.update, "evidence": one.evidence}
            for kind, row in kinds.items():
                seen, absent = (caller.get(f"/api/v1/{kind}/{pk}/") for pk in (row.pk, 987654))
                assert seen.status_code == (200 if who in READS_WORK[number] else 404), (who, kind, number)
                if seen.status_code == 404:
                    assert _without_id(seen.json()) == _without_id(absent.json())


def _without_id(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "request_id"}


SCREENS = [
    "recommendation/{r.recommendation.pk}/change/",
    "action/{r.action.pk}/change/",
    "evidence/{r.evidence.pk}/change/",
]


def test_the_staff_screens_show_the_same_rows_to_the_same_people(
    screens: Callable[[Any], Client], people: People, work: Callable
) -> None:
    made = {number: work(number) for number in (PDU, NATIONAL)}
    for who in EVERYBODY:
        browser = screens(getattr(people, who))
        for number, one in made.items():
            for path in SCREENS:
                answer = browser.get(f"/admin/recommendations/{path.format(r=one)}")
                assert (answer.status_code == 200) is (who in READS_WORK[number]), (who, path, number)
