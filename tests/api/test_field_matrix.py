"""Every address that is written to: which fields it takes, and that it refuses all others by name."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import get_resolver

from recommendations.models import Event
from tests.factories import People

VERSIONED = {"version"}
STEP = {
    "step",
    "reason",
    "outcome",
    "risk_carrier",
    "why_no_action",
    "acknowledged",
    "successor",
    "answer",
    "accepted_part",
    "dated",
} | VERSIONED
PLAN = {
    "description",
    "lead",
    "contributors",
    "responsible_post",
    "person",
    "target_date",
}
# What only an operation sets: no address takes any of it, but for those named in its own row below.
SET_BY_OPERATIONS = {
    "id",
    "pk",
    "url",
    "number",
    "reference",
    "label",
    "status",
    "version",
    "owner",
    "parent",
    "addressee",
    "inspection",
    "author",
    "by",
    "at",
    "attached_by",
    "judged_by",
    "reviewer",
    "recorded_at",
    "created_at",
    "updated_at",
    "verdict",
    "verdict_reason",
    "claim",
    "movement",
    "p_value",
    "original_target_date",
    "target_latest",
    "file_key",
    "sha256",
    "redacted_at",
    "is_superuser",
    "recommendation__owner",
}


@dataclass(frozen=True)
class Write:
    """One way to write: who may, where, a body that is taken, and every field that may be in it."""

    method: str
    path: str
    who: str
    fields: frozenset[str]
    example: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def at(self, setting: SimpleNamespace) -> str:
        return "/api/v1/" + self.path.format(**vars(setting))

    def body(self, setting: SimpleNamespace) -> dict[str, Any]:
        return {
            name: getattr(setting, value[1:]) if isinstance(value, str) and value[:1] == "=" else value
            for name, value in self.example.items()
        }


def write(method: str, path: str, who: str, fields: set[str], **example: Any) -> Write:
    return Write(method, path, who, frozenset(fields), example)


ONE, TWO = "BSG-2023-1", "BSG-2023-2"
WRITES = [
    write(
        "post",
        "actions/",
        "contributor",
        PLAN | {"recommendation"},
        recommendation=ONE,
        description="Train.",
        lead="hmpps",
        responsible_post="Head",
    ),
    write(
        "patch",
        "actions/{action}/",
        "contributor",
        PLAN | VERSIONED | {"reason"},
        description="Train all.",
        version=1,
    ),
    write("post", "actions/{action}/steps/", "contributor", STEP, step="start", version=1),
    write(
        "post",
        "recommendations/BSG-2023-2/steps/",
        "contributor",
        STEP,
        step="respond",
        answer="agreed",
        version="=version",
    ),
    write(
        "post",
        "recommendations/BSG-2023-2/owner/",
        "inspector",
        {"owner", "reason"} | VERSIONED,
        owner="=region",
        reason="Reorganised.",
        version="=version",
    ),
    write(
        "post",
        "recommendations/BSG-2023-2/links/",
        "inspector",
        {"target", "kind", "reason"},
        target=ONE,
        kind="repeats",
        reason="Found again.",
    ),
    write(
        "post",
        "responses/",
        "contributor",
        {"recommendation", "answer", "accepted_part", "reason", "dated"} | VERSIONED,
        recommendation=TWO,
        answer="agreed",
        version="=version",
    ),
    write(
        "post",
        "target-revisions/",
        "contributor",
        {"action", "target_date", "reason"} | VERSIONED,
        action="=action",
        target_date="30 July 2027",
        reason="Late.",
        version=1,
    ),
    write(
        "post",
        "updates/",
        "contributor",
        {"recommendation", "action", "text", "dated", "corrects"},
        recommendation=ONE,
        text="Half are trained.",
    ),
    write("post", "updates/{update}/redact/", "administrator", {"reason"}, reason="It names a person."),
    write(
        "post",
        "evidence/",
        "contributor",
        {
            "recommendation",
            "action",
            "title",
            "link",
            "document_reference",
            "level",
            "represents",
            "expires",
            "declared_no_personal_data",
        },
        recommendation=ONE,
        title="Audit",
        link="https://example.org/",
        level="output",
        represents="2026-01-31",
        declared_no_personal_data=True,
    ),
    write(
        "post",
        "evidence/{evidence}/verdict/",
        "assurer",
        {"verdict", "reason"} | VERSIONED,
        verdict="accepted",
        reason="Seen.",
        version=1,
    ),
    write("post", "evidence/{evidence}/redact/", "administrator", {"reason"}, reason="It names a person."),
    write(
        "post",
        "readings/",
        "contributor",
        {"measure", "taken_on", "value", "n", "out_of", "source", "note"},
        measure="=measure",
        taken_on="2026-01-31",
        n=5,
        out_of=10,
        source="Audit",
    ),
    write(
        "post",
        "reviews/",
        "inspector",
        {"recommendation", "judgement", "narrative", "dated", "corrects"},
        recommendation=ONE,
        judgement="=judgement",
        narrative="Seen.",
    ),
]

# Addresses that take many at once: the fields of an item.
MANY = {
    "actions/bulk/": PLAN | VERSIONED | {"id", "reason"},
    "updates/bulk/": {"recommendation", "action", "text", "dated", "corrects"},
}


@pytest.fixture
def send(api: Callable, people: People, setting: SimpleNamespace) -> Callable[..., Any]:
    def sent(write: Write, body: Any) -> Any:
        caller = api(getattr(people, write.who))
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        method = getattr(caller, write.method)
        return method(write.at(setting), raw, content_type="application/json")

    return sent


def named(answer: Any) -> set[str]:
    return {error["field"] for error in answer.json()["errors"]}


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_what_operations_set_is_refused_by_name(
    write: Write, send: Callable, setting: SimpleNamespace
) -> None:
    foreign = SET_BY_OPERATIONS - write.fields
    written = Event.objects.exclude(verb="issue token")
    before = written.count()
    answer = send(write, write.body(setting) | dict.fromkeys(foreign, 1))
    assert answer.status_code == 400
    assert named(answer) == foreign
    assert written.count() == before


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_an_address_takes_its_own_fields_and_no_other(
    write: Write, send: Callable, setting: SimpleNamespace
) -> None:
    [error] = send(write, {"colour": "red"}).json()["errors"]
    known = re.search(r"The fields are: (.*)\.$", error["detail"])
    assert known is not None
    assert set(known[1].split(", ")) == write.fields


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_the_body_that_stands_for_an_address_is_taken(
    write: Write, send: Callable, setting: SimpleNamespace
) -> None:
    assert send(write, write.body(setting)).status_code in (200, 201)


@pytest.mark.parametrize("bad", ["a\x00b", "\x00"])
@pytest.mark.parametrize("write", WRITES, ids=str)
def test_a_null_character_anywhere_is_a_400(
    write: Write, send: Callable, setting: SimpleNamespace, bad: str
) -> None:
    body = write.body(setting)
    for name in write.fields:
        answer = send(write, body | {name: bad})
        assert answer.status_code == 400, (name, answer.json())


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_half_a_character_anywhere_is_a_400(write: Write, send: Callable, setting: SimpleNamespace) -> None:
    body = write.body(setting)
    for name in write.fields:
        raw = json.dumps(body | {name: "MARK"}).replace("MARK", r"a\ud800b").encode()
        assert send(write, raw).status_code == 400, name


@pytest.mark.parametrize("path", MANY)
def test_an_item_of_many_takes_its_own_fields_and_no_other(
    path: str, api: Callable, people: People, setting: SimpleNamespace
) -> None:
    answer = api(people.contributor).post(f"/api/v1/{path}", {"items": [{"colour": "red"}]})
    [error] = answer.json()["errors"]
    known = re.search(r"The fields are: (.*)\.$", error["detail"])
    assert known is not None
    assert error["field"] == "items.0.colour"
    assert set(known[1].split(", ")) == MANY[path]


def test_no_address_that_is_written_to_is_left_out() -> None:
    def views(patterns: list, stem: str = "") -> Any:
        for entry in patterns:
            part = stem + str(entry.pattern).lstrip("^").rstrip("$")
            if hasattr(entry, "url_patterns"):
                yield from views(entry.url_patterns, part)
            elif actions := getattr(entry.callback, "actions", None):
                yield from ((method, part) for method in actions if method not in ("get", "head"))

    served = {f"{method} {_plain(path)}" for method, path in views(get_resolver().url_patterns)}
    singly = {f"{write.method} {_plain('api/v1/' + write.path)}" for write in WRITES}
    assert served == singly | {f"post {path}" for path in MANY}


def _plain(path: str) -> str:
    """An address with a star for what it captures."""
    path = re.sub(r"\(\?P<[^>]+>[^()]*\)|\{[^}]+\}|BSG-2023-\d", "*", path.replace("\\Z", ""))
    return path.removeprefix("api/v1/")
