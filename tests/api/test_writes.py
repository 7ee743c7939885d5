"""Writing through the API: actions, updates and evidence, with every refusal in one shape."""

from collections.abc import Callable

import pytest
from django.test import Client

from recommendations.models import Action, Evidence, ProgressUpdate
from tests.factories import NOW, Bodies, People

PLAN = {
    "recommendation": "BSG-2023-1",
    "description": "Train every practitioner.",
    "lead": "bristol-and-south-gloucestershire-pdu",
    "responsible_post": "Head of PDU",
    "target_date": "30 June 2027",
}
LINK = {
    "recommendation": "BSG-2023-1",
    "title": "Training log",
    "link": "https://example.org/log",
    "level": "output",
    "represents": "2026-01-31",
    "declared_no_personal_data": True,
}
UPDATE = {"recommendation": "BSG-2023-1", "text": "Half of the staff are trained."}


def fields(answer: object) -> set[str]:
    return {error["field"] for error in answer.json()["errors"]}


@pytest.mark.postgres
def test_an_action_is_planned(api: Callable, people: People) -> None:
    answer = api(people.contributor).post("/api/v1/actions/", PLAN)
    assert answer.status_code == 201
    row = answer.json()
    assert (row["label"], row["status"], row["version"]) == ("1a", "not_started", 1)
    assert row["target_date"]["latest"] == "2027-06-30"
    assert answer["Location"] == row["url"]


def test_an_update_is_dated_today_unless_said_otherwise(api: Callable, people: People) -> None:
    answer = api(people.contributor).post("/api/v1/updates/", UPDATE)
    assert answer.status_code == 201
    assert answer.json()["author"]["username"] == "contributor"
    assert answer.json()["dated"] == ProgressUpdate.objects.get().created_at.date().isoformat()


def test_evidence_is_attached_with_its_verdict_pending(api: Callable, people: People) -> None:
    answer = api(people.contributor).post("/api/v1/evidence/", LINK)
    assert answer.status_code == 201
    assert answer.json()["verdict"] == "pending"


@pytest.mark.parametrize(("path", "body"), [("actions", PLAN), ("updates", UPDATE), ("evidence", LINK)])
@pytest.mark.parametrize("who", ["viewer", "sibling", "assurer", "inspector", "administrator", "outsider"])
def test_who_does_not_work_for_the_owner_writes_nothing(
    api: Callable, people: People, who: str, path: str, body: dict
) -> None:
    answer = api(getattr(people, who)).post(f"/api/v1/{path}/", body)
    assert answer.status_code in (400, 403)
    assert [model.objects.count() for model in (Action, ProgressUpdate, Evidence)] == [0, 0, 0]


def test_a_token_that_only_reads_writes_nothing(api: Callable, people: People) -> None:
    answer = api(people.contributor, may_write=False).post("/api/v1/actions/", PLAN)
    assert answer.status_code == 403
    assert "only reads" in answer.json()["detail"]


@pytest.mark.parametrize(
    "extra", [{"status": "closed"}, {"version": 9}, {"label": "9z"}, {"owner": "hmpps"}, {"id": 1}]
)
def test_a_field_that_cannot_be_written_is_refused_by_name(
    api: Callable, people: People, extra: dict
) -> None:
    answer = api(people.contributor).post("/api/v1/actions/", PLAN | extra)
    assert answer.status_code == 400
    assert fields(answer) == set(extra)
    assert not Action.objects.exists()


def test_every_problem_is_told_at_once(api: Callable, people: People) -> None:
    body = {**LINK, "link": "ftp://x", "represents": "2999-01-01", "declared_no_personal_data": False}
    answer = api(people.contributor).post("/api/v1/evidence/", body)
    assert {"url", "represents", "declared_no_personal_data"} <= fields(answer)


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb"])
def test_text_that_cannot_be_printed_is_refused(api: Callable, people: People, text: str) -> None:
    answer = api(people.contributor).post("/api/v1/updates/", UPDATE | {"text": text})
    assert answer.status_code == 400
    assert fields(answer) == {"text"}


def test_half_a_character_is_refused(api: Callable, people: People) -> None:
    body = '{"recommendation": "BSG-2023-1", "text": "a\\ud800b"}'
    answer = api(people.contributor).post("/api/v1/updates/", body, content_type="application/json")
    assert answer.status_code == 400


def test_text_is_kept_composed(api: Callable, people: People) -> None:
    api(people.contributor).post("/api/v1/updates/", UPDATE | {"text": "Cafe\u0301"})
    assert ProgressUpdate.objects.get().text == "Caf\u00e9"


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "3", '"text"', '{"text": NaN}', "\xff"])
def test_a_body_that_is_no_record_is_a_400(api: Callable, people: People, body: str) -> None:
    answer = api(people.contributor).post(
        "/api/v1/updates/", body.encode("latin-1"), content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_a_target_date_that_is_not_clear_is_asked_about(api: Callable, people: People) -> None:
    answer = api(people.contributor).post("/api/v1/actions/", PLAN | {"target_date": "Q2 2027"})
    assert answer.status_code == 400
    assert fields(answer) == {"target_date"}


def test_an_action_of_another_recommendation_is_refused(
    api: Callable, people: People, plan: Callable
) -> None:
    answer = api(people.contributor).post("/api/v1/updates/", UPDATE | {"action": plan(2).pk})
    assert answer.status_code == 400
    assert fields(answer) == {"action"}


def test_an_action_out_of_reach_does_not_exist_for_a_writer(
    api: Callable, people: People, plan: Callable
) -> None:
    caller = api(people.contributor)
    hidden = caller.post("/api/v1/updates/", UPDATE | {"action": plan(8).pk})
    absent = caller.post("/api/v1/updates/", UPDATE | {"action": 10**6})
    assert hidden.status_code == absent.status_code == 400
    assert hidden.json()["errors"][0]["code"] == absent.json()["errors"][0]["code"] == "does_not_exist"


def test_a_lead_organisation_reports_on_its_own_action(
    api: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    own = plan(1, lead=bodies.police)
    caller = api(people.partner)
    assert caller.post("/api/v1/updates/", UPDATE | {"action": own.pk}).status_code == 201
    assert caller.post("/api/v1/updates/", UPDATE).status_code == 403


def test_an_action_is_revised_at_the_version_that_was_read(
    api: Callable, people: People, plan: Callable
) -> None:
    action = plan()
    answer = api(people.contributor).patch(
        f"/api/v1/actions/{action.pk}/", {"target_date": "summer 2027", "version": 1}
    )
    assert answer.status_code == 200
    assert answer.json()["version"] == 2
    assert answer.json()["target_date"]["earliest"] == "2027-06-01"
    assert answer.json()["description"] == action.description


def test_a_revision_that_came_second_is_refused_with_the_row_as_it_stands(
    api: Callable, people: People, plan: Callable
) -> None:
    path, caller = f"/api/v1/actions/{plan().pk}/", api(people.contributor)
    caller.patch(path, {"description": "First.", "version": 1})
    answer = caller.patch(path, {"description": "Second.", "version": 1})
    assert answer.status_code == 412
    assert (answer.json()["current"]["description"], answer.json()["current"]["version"]) == ("First.", 2)
    assert Action.objects.get().description == "First."


def test_a_revision_without_a_version_is_refused(api: Callable, people: People, plan: Callable) -> None:
    answer = api(people.contributor).patch(f"/api/v1/actions/{plan().pk}/", {"description": "New."})
    assert answer.status_code == 428
    assert Action.objects.get().version == 1


def test_the_etag_of_a_record_is_its_version_for_a_write(
    api: Callable, people: People, plan: Callable
) -> None:
    path, caller = f"/api/v1/actions/{plan().pk}/", api(people.contributor)
    tag = caller.get(path)["ETag"]
    answer = caller.patch(path, {"description": "New."}, headers={"If-Match": tag})
    assert answer.status_code == 200
    assert answer["ETag"] != tag
    assert caller.patch(path, {"description": "Newer."}, headers={"If-Match": tag}).status_code == 412


@pytest.mark.parametrize("tag", ['W/"1"', '"abc"', "1", '""', '"1', "*", '"99999999999999999999"'])
def test_a_malformed_if_match_is_a_400(api: Callable, people: People, plan: Callable, tag: str) -> None:
    answer = api(people.contributor).patch(
        f"/api/v1/actions/{plan().pk}/", {"description": "New."}, headers={"If-Match": tag}
    )
    assert answer.status_code == 400


def test_an_action_in_sight_but_not_ones_own_cannot_be_changed(
    api: Callable, people: People, plan: Callable
) -> None:
    answer = api(people.assurer).patch(f"/api/v1/actions/{plan().pk}/", {"description": "New.", "version": 1})
    assert answer.status_code == 403
    assert "Bristol and South Gloucestershire PDU" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["put", "delete"])
def test_nothing_is_replaced_or_deleted(api: Callable, people: People, plan: Callable, method: str) -> None:
    answer = getattr(api(people.contributor), method)(f"/api/v1/actions/{plan().pk}/")
    assert answer.status_code == 405
    assert Action.objects.exists()


def test_a_session_needs_the_csrf_token_to_write(people: People) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.contributor)
    answer = browser.post("/api/v1/actions/", PLAN, content_type="application/json")
    assert answer.status_code == 403
    assert not Action.objects.exists()


def test_a_large_body_is_refused(api: Callable, people: People) -> None:
    answer = api(people.contributor).post("/api/v1/updates/", UPDATE | {"text": "a" * 3_000_000})
    assert answer.status_code == 413
    assert not ProgressUpdate.objects.exists()


def test_labels_go_on_through_the_letters(plan: Callable) -> None:
    assert [plan().label for _ in range(28)][-3:] == ["1z", "1aa", "1ab"]


def test_what_was_written_is_stamped_by_the_operation(plan: Callable) -> None:
    assert plan().created_at == NOW


def test_a_revision_that_changes_nothing_is_refused(api: Callable, people: People, plan: Callable) -> None:
    answer = api(people.contributor).patch(f"/api/v1/actions/{plan().pk}/", {"version": 1})
    assert answer.status_code == 400
    assert Action.objects.get().version == 1


@pytest.mark.parametrize(
    "contributors", [[f"body-{n}" for n in range(51)], {"hmpps": 1}, "hmpps", ["no-such-body"]]
)
def test_contributing_bodies_are_a_short_list_of_known_ones(
    api: Callable, people: People, contributors: object
) -> None:
    answer = api(people.contributor).post("/api/v1/actions/", PLAN | {"contributors": contributors})
    assert answer.status_code == 400
    assert {field.split(".")[0] for field in fields(answer)} == {"contributors"}


def test_a_body_named_twice_contributes_once(api: Callable, people: People) -> None:
    answer = api(people.contributor).post("/api/v1/actions/", PLAN | {"contributors": ["hmpps", "hmpps"]})
    assert [body["slug"] for body in answer.json()["contributors"]] == ["hmpps"]


def test_a_correction_names_an_update_about_the_same(api: Callable, people: People, plan: Callable) -> None:
    action, caller = plan(1), api(people.contributor)
    whole = caller.post("/api/v1/updates/", UPDATE).json()["id"]
    answer = caller.post("/api/v1/updates/", UPDATE | {"action": action.pk, "corrects": whole})
    assert fields(answer) == {"corrects"}
    assert caller.post("/api/v1/updates/", UPDATE | {"corrects": whole}).status_code == 201


def test_a_write_without_the_last_slash_is_told_where_to_go(api: Callable, people: People) -> None:
    answer = api(people.contributor).post("/api/v1/actions", PLAN)
    assert answer.status_code == 404
    assert "/api/v1/actions/" in answer.json()["detail"]
    assert (
        api(people.contributor).get("/api/v1/actions?count=true")["Location"].endswith("actions/?count=true")
    )


def test_a_row_that_left_one_s_reach_meanwhile_is_not_shown_with_the_refusal(
    api: Callable, people: People, plan: Callable, bodies: Bodies
) -> None:
    action = plan(1, lead=bodies.police)
    path, lead = f"/api/v1/actions/{action.pk}/", api(people.partner)
    assert lead.get(path).status_code == 200
    api(people.contributor).patch(path, {"lead": bodies.pdu.slug, "version": 1})
    assert lead.patch(path, {"description": "Mine.", "version": 1}).status_code == 404
