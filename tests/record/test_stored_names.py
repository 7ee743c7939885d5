"""Events are sealed with the nouns and fields that they name, so these names never change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from recommendations.models import Action, Event
from recommendations.models import stored_names as names
from recommendations.models.event import shown_changes
from recommendations.operations.actions import revise_action
from recommendations.operations.replay import replay, tracked
from recommendations.operations.snapshot import columns, relations
from recommendations.operations.updates import record_update
from recommendations.read_models.as_of import restore_rows
from recommendations.wording.changes import changes_of, writes_since
from tests.factories import NOW, People

FROZEN = {
    "accesstoken": "created digest expiry label may_write revoked_at token_key user_id",
    "action": (
        "contributors created_at description id label lead_id original_earliest original_latest "
        "original_precision original_words outcome person_id recommendation_id responsible_post "
        "risk_carrier status successor_id target_earliest target_latest target_precision target_words "
        "updated_at version"
    ),
    "evidence": (
        "action_id attached_at attached_by_id declared_no_personal_data document_reference expires file_key "
        "file_name id judged_at judged_by_id kind media_type recommendation_id redacted_at redaction_reason "
        "represents sha256 size title url verdict verdict_reason version"
    ),
    "framework": "discretion_points id name slug version",
    "inspection": (
        "created_at fieldwork_ended fieldwork_started framework_id has_curated_data id inspected_id "
        "inspectorate_id intake_warnings interviews isbn overall_id published_earliest published_latest "
        "published_precision reference region_id sample_from sample_size sample_to score score_out_of "
        "source_sha256 title updated_at url version"
    ),
    "judgement": "code definition framework_id id name order verified",
    "keyquestion": "id number standard_id text",
    "keyquestionresult": "id inspection_id key_question_id n out_of percentage",
    "measure": (
        "better id key_question_id n note out_of passage qualifier question recommendation_id section slug "
        "target unit value"
    ),
    "membership": "ended_at granted_at home_id id reach_id role user_id",
    "organisation": "created_at id level made_up name name_key parent_id slug updated_at version",
    "organisationalias": "id name name_key organisation_id",
    "progressupdate": (
        "action_id author_id corrects_id created_at dated id recommendation_id redacted_at text"
    ),
    "rating": (
        "code framework_id id name percentage_confirmed percentage_from score total_confirmed total_from"
    ),
    "reading": (
        "id measure_id movement n note out_of p_value recorded_at recorded_by_id source taken_on value"
    ),
    "recommendation": (
        "addressee_as_printed addressee_id created_at id inspection_id key_questions measurement_note "
        "number outcome owner_id reference standards status text updated_at version"
    ),
    "recommendationhistory": (
        "actions answer first_due first_original_due heard_on id judged_short judged_verified judgement "
        "measures_not_shown measures_unread measures_worse open_actions outcome_until output_until owner_id "
        "practice_until recommendation_id status valid_from valid_to"
    ),
    "recommendationlink": "id kind source_id target_id",
    "response": "accepted_part answer author_id dated id number reason recommendation_id recorded_at",
    "review": "claim corrects_id dated id judgement_id narrative recommendation_id recorded_at reviewer_id",
    "standard": "domain domain_name framework_id id name number rated",
    "standardrating": "awarded_id guidance_id guidance_source id inspection_id reason standard_id",
    "targetrevision": (
        "action_id after_earliest after_latest after_precision after_words author_id before_earliest "
        "before_latest before_precision before_words id number reason recorded_at"
    ),
    "user": "date_joined email first_name id is_active is_staff is_superuser last_name username",
}
WHAT_TO_DO = """
Events hold these names for good. In recommendations/models/stored_names.py, where you renamed
  - a model: leave its noun in NOUNS, and change the class beside it;
  - a field, or a set of other rows: add the old name and the new one to RENAMED_FIELDS.
FROZEN stays as it is. Only where you added or removed a model or a field, change FROZEN (and NOUNS), and
let a migration write an event that says the whole rows that stand again.
"""


def test_each_model_in_the_record_has_one_noun() -> None:
    models = [names.model_of(noun) for noun in names.NOUNS]
    assert sorted(map(str, models)) == sorted(map(str, tracked())), WHAT_TO_DO


def test_events_call_rows_and_fields_what_they_always_called_them() -> None:
    stored = {}
    for model in tracked():
        values = dict.fromkeys([*(field.attname for field in columns(model)), *relations(model)])
        stored[names.noun(model)] = sorted(names.to_stored(names.noun(model), values))
    assert stored == {noun: fields.split() for noun, fields in FROZEN.items()}, WHAT_TO_DO


def test_every_renamed_field_is_one_that_events_name() -> None:
    for noun, fields in names.RENAMED_FIELDS.items():
        assert set(fields) <= set(FROZEN[noun].split())


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test change the table, and clear the caches that follow from it."""
    monkeypatch.setattr(names, "_nouns", names._nouns.__wrapped__)


@pytest.fixture
def renamed(monkeypatch: pytest.MonkeyPatch, table: None) -> None:
    """Pretend that the code has other names for updates and for fields of actions and updates."""
    monkeypatch.delitem(names.NOUNS, "progressupdate")
    monkeypatch.setitem(names.NOUNS, "note", "ProgressUpdate")
    monkeypatch.setitem(names.RENAMED_FIELDS, "note", {"words": "text"})
    fields = {"task": "description", "helpers": "contributors", "head_id": "lead_id"}
    monkeypatch.setitem(names.RENAMED_FIELDS, "action", fields)


@pytest.fixture
def action(renamed: None, plan: Callable[..., Action], people: People) -> Action:
    """An action with an update and a new description."""
    planned = plan(1, description="Hold talks.")
    by: dict[str, Any] = {"by": people.contributor, "at": NOW}
    record_update(recommendation=planned.recommendation, action=planned, text="Begun.", **by)
    return revise_action(action=planned, version=planned.version, description="Hold audits.", **by)


def events() -> list[Event]:
    """The three events of the action, oldest first."""
    return [*Event.objects.select_related("payload").order_by("-sequence")[:3]][::-1]


@pytest.mark.django_db
def test_events_are_written_by_stored_names(action: Action) -> None:
    planned, update, revised = (event.content["rows"][0] for event in events())
    assert (planned["after"]["task"], planned["after"]["helpers"]) == ("Hold talks.", [])
    assert planned["after"]["head_id"] == action.lead_id
    assert not {"description", "contributors", "lead_id"} & set(planned["after"])
    assert (update["noun"], update["after"]["words"]) == ("note", "Begun.")
    assert (revised["before"]["task"], revised["after"]["task"]) == ("Hold talks.", "Hold audits.")
    assert [event.noun for event in events()] == ["action", "note", "action"]


@pytest.mark.django_db
def test_events_are_replayed_by_stored_names(action: Action) -> None:
    assert replay().differences == []


@pytest.mark.django_db
def test_events_are_shown_by_the_names_of_today(action: Action) -> None:
    *_, revised = events()
    [change] = changes_of([revised])[revised.pk]
    assert (change.row, change.field, change.before, change.after) == (
        "Action",
        "Description",
        "Hold talks.",
        "Hold audits.",
    )
    assert shown_changes(revised.content["rows"])[0]["after"]["description"] == "Hold audits."
    assert writes_since(action, 1)[-1].after["description"] == "Hold audits."


@pytest.mark.django_db
def test_a_past_day_is_put_back_by_the_names_of_today(action: Action) -> None:
    restore_rows([action], recommendation=action.recommendation, day=NOW.date() - timedelta(days=1))
    assert action.description == "Hold talks."


@pytest.mark.django_db
def test_a_noun_that_no_model_has_is_named_by_the_replay(
    plan: Callable[..., Action], monkeypatch: pytest.MonkeyPatch, table: None
) -> None:
    plan(1)
    monkeypatch.delitem(names.NOUNS, "action")
    monkeypatch.setitem(names.NOUNS, "task", "Action")
    assert "Events speak of “action”, and no model has that noun." in replay().differences
