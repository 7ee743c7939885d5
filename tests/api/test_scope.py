"""What bodies write about themselves follows reach; out of reach it is absent, and does not exist."""

import csv
import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.urls import get_resolver, resolve

from recommendations.api.serializers.recommendation import (
    SCOPED_FIELDS,
    TODAY_ONLY,
    RecommendationListSerializer,
)
from recommendations.api.views.not_found import absent
from recommendations.api.views.recommendations import RecommendationViewSet
from recommendations.models import (
    Action,
    Event,
    Evidence,
    EvidenceLevel,
    Inspection,
    Measure,
    ProgressUpdate,
    TargetRevision,
)
from recommendations.operations.evidence import attach_evidence
from recommendations.operations.readings import add_reading
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from recommendations.operations.updates import record_update
from recommendations.queries.visibility import VISIBLE
from tests.factories import NOW, TODAY, Bodies, People

SCOPED_KEYS = {*SCOPED_FIELDS, *TODAY_ONLY}


@pytest.fixture
def work(
    plan: Callable, people: People, bodies: Bodies, answered: Callable, bsg: Inspection
) -> SimpleNamespace:
    """An action of the PDU led by the police, with an update and a piece of evidence on it; one plain.

    Of the recommendation as a whole an answer, a reading and a review; of the action a moved target.
    """
    action = plan(2, lead=bodies.police, target_date="30 June 2026")
    judged = bsg.recommendations.get(number=2)
    reading = add_reading(
        measure=Measure.objects.filter(recommendation__number__lte=6)[0],
        taken_on=TODAY,
        n=5,
        out_of=10,
        source="Audit",
        by=people.contributor,
        at=NOW,
    )
    review = record_review(
        recommendation=judged,
        judgement=bsg.framework.judgements.all()[1].code,
        narrative="Plans are not used.",
        by=people.inspector,
        at=NOW,
    )
    revise_target(
        action=action, version=1, target_date="30 July 2026", reason="Late.", by=people.contributor, at=NOW
    )
    given = {"recommendation": action.recommendation, "action": action, "by": people.contributor, "at": NOW}
    return SimpleNamespace(
        action=action,
        other=plan(1),
        response=answered(2).responses.get(),
        reading=reading,
        review=review,
        revision=TargetRevision.objects.get(),
        update=record_update(text="The process was agreed.", **given),
        evidence=attach_evidence(
            title="Process map",
            url="https://example.org/map",
            level=EvidenceLevel.OUTPUT,
            represents=TODAY,
            declared_no_personal_data=True,
            **given,
        ),
        event=Event.objects.get(verb="plan", action=action),
    )


SCOPED = {
    "actions": "action",
    "target-revisions": "revision",
    "updates": "update",
    "evidence": "evidence",
    "readings": "reading",
    "responses": "response",
    "reviews": "review",
    "events": "event",
}
# Who reads what stands above: by the owner of the whole, or by the lead of the action alone.
BY_THE_OWNER = {"viewer", "contributor", "regional", "national", "assurer", "inspector", "administrator"}
BY_THE_LEAD = {"actions", "target-revisions", "updates", "evidence", "events"}


@pytest.mark.parametrize("kind", SCOPED)
@pytest.mark.parametrize("who", [*sorted(BY_THE_OWNER), "partner", "sibling", "outsider"])
def test_each_kind_of_user_reads_what_reach_says(
    api: Callable, people: People, work: SimpleNamespace, who: str, kind: str
) -> None:
    caller, row = api(getattr(people, who)), getattr(work, SCOPED[kind])
    reads = who in BY_THE_OWNER or (who == "partner" and kind in BY_THE_LEAD)
    assert caller.get(f"/api/v1/{kind}/{row.pk}/").status_code == (200 if reads else 404)
    rows = caller.get(f"/api/v1/{kind}/?page_size=200").json()["results"]
    assert (str(row.pk) in {str(shown.get("id", shown.get("sequence"))) for shown in rows}) == reads


@pytest.mark.parametrize(
    ("who", "number", "in_reach"),
    [
        ("viewer", 1, True),
        ("contributor", 1, True),
        ("contributor", 7, False),
        ("contributor", 8, False),
        ("regional", 1, True),
        ("regional", 8, False),
        ("national", 9, True),
        ("sibling", 1, False),
        ("partner", 1, False),
        ("assurer", 1, True),
        ("inspector", 9, True),
        ("administrator", 9, True),
        ("outsider", 1, False),
    ],
)
def test_where_the_work_stands_is_shown_within_reach_alone(
    api: Callable, people: People, who: str, number: int, in_reach: bool
) -> None:
    row = api(getattr(people, who)).get(f"/api/v1/recommendations/BSG-2023-{number}/").json()
    assert row["text"]
    assert SCOPED_KEYS & row.keys() == (SCOPED_KEYS if in_reach else set())


@pytest.mark.parametrize("day", [None, TODAY])
def test_where_the_work_stands_cannot_be_asked_for_by_name_out_of_reach(
    api: Callable, people: People, bsg: Inspection, day: date | None
) -> None:
    names = RecommendationViewSet.field_names("list", as_of=day is not None)
    gated = [name for name in RecommendationListSerializer.gates if name in names]
    assert gated
    caller, asked = api(people.outsider), {"fields": ["reference", *gated], **({"as_of": day} if day else {})}
    listed = caller.get("/api/v1/recommendations/", asked).json()["results"]
    assert listed == [{"reference": f"BSG-2023-{number}"} for number in range(1, 10)]
    assert caller.get("/api/v1/recommendations/BSG-2023-1/", asked).json().keys() == {"reference"}
    table = caller.get("/api/v1/recommendations/", {**asked, "format": "csv"}).getvalue().decode("utf-8-sig")
    for row in csv.DictReader(table.splitlines()):
        assert {name for name, word in row.items() if word} == {"reference"}


@pytest.mark.parametrize("who", ["sibling", "outsider"])
@pytest.mark.parametrize("kind", SCOPED)
def test_out_of_reach_answers_as_what_does_not_exist(
    api: Callable, people: People, work: SimpleNamespace, who: str, kind: str
) -> None:
    pk = getattr(work, SCOPED[kind]).pk
    caller = api(getattr(people, who))
    hidden, absent = caller.get(f"/api/v1/{kind}/{pk}/"), caller.get(f"/api/v1/{kind}/999999/")
    assert hidden.status_code == absent.status_code == 404
    assert _without_id(hidden.json()) == _without_id(absent.json())
    assert caller.get(f"/api/v1/{kind}/?count=true").json()["count"] == 0


def test_a_lead_organisation_sees_its_own_action_and_no_other(
    api: Callable, people: People, work: SimpleNamespace
) -> None:
    rows = api(people.partner).get("/api/v1/actions/").json()["results"]
    assert [row["id"] for row in rows] == [work.action.pk]


def test_counts_are_of_rows_within_reach(
    api: Callable, people: People, work: SimpleNamespace, plan: Callable
) -> None:
    plan(2)
    for user, actions in ((people.contributor, 2), (people.partner, 1)):
        row = api(user).get("/api/v1/recommendations/BSG-2023-2/").json()
        assert (row["action_count"], row["evidence_count"]) == (actions, 1)


def test_a_status_out_of_reach_does_not_show_through_the_filter(api: Callable, people: People) -> None:
    path = "/api/v1/recommendations/?status=awaiting_response&count=true"
    assert api(people.viewer).get(path).json()["count"] == 9
    assert api(people.contributor).get(path).json()["count"] == 6
    assert api(people.outsider).get(path).json()["count"] == 0


def test_an_ended_role_reaches_nothing(api: Callable, people: People, work: SimpleNamespace) -> None:
    caller = api(people.contributor)
    people.contributor.memberships.update(ended_at=NOW)
    assert caller.get(f"/api/v1/actions/{work.action.pk}/").status_code == 404


def test_nobody_reads_anything_anonymously_but_health_and_schema(
    api: Callable, work: SimpleNamespace
) -> None:
    open_to_all = {"api/v1/schema/", "api/v1/docs/", "healthz", "readyz"}
    answers = {path: api(None).get(f"/{path}").status_code for path in _addresses()}
    assert len(answers) > 20
    readable = {path for path, status in answers.items() if status == 200}
    of_people = {"sign-in/", "signed-out/", "password/set/", "password/set/1/1/", "accessibility/"}
    assert readable - open_to_all == of_people
    api_answers = {s for path, s in answers.items() if path.startswith("api/") and path not in open_to_all}
    assert api_answers == {401}


@pytest.mark.parametrize("query", ["token=abc", "access_token=abc", "search=rt_0123456789abcdef"])
def test_a_token_in_an_address_is_refused(query: str, api: Callable, people: People) -> None:
    """Whoever asks, signed in or not: logs and histories keep addresses."""
    for caller in (api(None), api(people.viewer)):
        answer = caller.get(f"/api/v1/recommendations/?{query}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


def test_every_address_of_the_api_was_ruled_on() -> None:
    """A new address is named here when its scope was decided; one that is written to, in test_permissions."""
    found = {path for path in _addresses() if path.startswith("api/v1/")}
    read = {path for path in found if "get" in getattr(resolve(f"/{path}").func, "actions", ["get"])}
    published = {"organisations", "frameworks", "standards", "inspections", "recommendations", "measures"}
    scoped = {
        "actions",
        "target-revisions",
        "updates",
        "evidence",
        "readings",
        "responses",
        "reviews",
        "events",
    }
    shown = {f"{kind}/{key}" for kind in published | scoped for key in ("", "1/")}
    others = {"evidence/1/file/", "summary/", "me/", "schema/", "docs/", ""}
    assert read == {f"api/v1/{path}" for path in shown | others}


def _addresses() -> list[str]:
    """Every address of the resolver, with something in place of what it captures."""
    paths = []

    def walk(patterns: list, stem: str) -> None:
        for entry in patterns:
            if getattr(entry, "callback", None) is absent:
                continue
            part = stem + _filled(str(entry.pattern))
            if hasattr(entry, "url_patterns"):
                walk(entry.url_patterns, part)
            else:
                paths.append(part)

    walk(get_resolver().url_patterns, "")
    return sorted(set(paths))


def _filled(pattern: str) -> str:
    pattern = pattern.lstrip("^").rstrip("$").replace("\\Z", "").replace("\\.", ".").replace("\\/", "/")
    pattern = re.sub(r"\(\?P<[^>]+>(?:[^()]|\([^()]*\))*\)", "1", pattern)
    return re.sub(r"<[^>]+>", "1", pattern)


def _without_id(body: dict) -> dict:
    return {key: value for key, value in body.items() if key != "request_id"}


def test_the_models_that_follow_reach_all_have_a_scope() -> None:
    assert {Action, Evidence, ProgressUpdate} <= set(VISIBLE)
