"""`dry_run=true`: everything is checked and answered, and nothing is written."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from recommendations.models import (
    Action,
    Event,
    Evidence,
    IdempotencyKey,
    ProgressUpdate,
    Recommendation,
    Response,
    Review,
)
from tests.api.test_field_matrix import WRITES, Write
from tests.factories import People

MODELS = (Action, Event, Evidence, IdempotencyKey, ProgressUpdate, Recommendation, Response, Review)


def written() -> list[Any]:
    rows = [model.objects.count() for model in MODELS]
    return [*rows, list(Recommendation.objects.order_by("pk").values_list("version", "status"))]


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_a_dry_run_answers_as_the_write_would_and_writes_nothing(
    write: Write, api: Callable, people: People, setting: SimpleNamespace
) -> None:
    caller = api(getattr(people, write.who))
    method, path = getattr(caller, write.method), write.at(setting)
    before = written()
    dry = method(f"{path}?dry_run=true", write.body(setting))
    assert (dry.status_code, dry["Dry-Run"]) == (200, "true"), dry.json()
    assert written() == before
    wet = method(path, write.body(setting))
    assert wet.status_code in (200, 201)
    assert dry.json().keys() == wet.json().keys()
    assert written() != before


def test_a_dry_run_is_refused_as_the_write_would_be(api: Callable, people: People) -> None:
    answer = api(people.contributor).post("/api/v1/updates/?dry_run=true", {"text": ""})
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"recommendation", "text"}


def test_a_dry_run_gives_no_address(api: Callable, people: People) -> None:
    body = {"recommendation": "BSG-2023-1", "text": "Trained."}
    answer = api(people.contributor).post("/api/v1/updates/?dry_run=true", body)
    assert not answer.has_header("Location")


@pytest.mark.parametrize("words", ["yes", "1", "TRUE", ""])
def test_a_half_said_dry_run_writes_nothing(api: Callable, people: People, words: str) -> None:
    body = {"recommendation": "BSG-2023-1", "text": "Trained."}
    answer = api(people.contributor).post(f"/api/v1/updates/?dry_run={words}", body)
    assert answer.status_code == 400
    assert not ProgressUpdate.objects.exists()


def test_a_read_has_no_dry_run(api: Callable, people: People) -> None:
    assert api(people.viewer).get("/api/v1/updates/?dry_run=true").status_code == 400


def test_a_dry_run_keeps_no_key(api: Callable, people: People) -> None:
    body = {"recommendation": "BSG-2023-1", "text": "Trained."}
    answer = api(people.contributor).post(
        "/api/v1/updates/?dry_run=true", body, headers={"Idempotency-Key": "k"}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
