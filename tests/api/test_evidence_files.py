"""Files as evidence: received, judged by their content, fetched as downloads, never served damaged."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from recommendations.models import Evidence
from tests.factories import People

PATH = "/api/v1/evidence/"
TEXT = b"Case audit, January 2026: 12 of 14 plans were reviewed.\n"
FORM = {
    "recommendation": "BSG-2023-1",
    "title": "Case audit",
    "level": "practice",
    "represents": "2026-01-31",
    "declared_no_personal_data": "true",
}


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, settings: Settings) -> Path:
    """Where the files of this test are kept."""
    backend = "recommendations.storage.DurableFileSystemStorage"
    options = {"location": tmp_path / "evidence"}
    settings.STORAGES = {**settings.STORAGES, "evidence": {"BACKEND": backend, "OPTIONS": options}}
    return tmp_path / "evidence"


def files(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def form(name: str = "audit.txt", content: bytes = TEXT, **given: Any) -> dict:
    return {**FORM, "file": SimpleUploadedFile(name, content), **given}


def post(caller: Any, body: dict, query: str = "", **headers: str) -> Any:
    return caller.post(PATH + query, body, format="multipart", headers=headers)


def fetch(caller: Any, address: str) -> Any:
    """The answer, with the file that it streams read whole, as a server does."""
    answer = caller.get(address, headers={"Accept": "application/pdf"})
    if answer.streaming:
        answer.text_of_file = b"".join(answer.streaming_content)
    return answer


@pytest.fixture
def attached(api: Callable, people: People) -> dict:
    return post(api(people.contributor), form()).json()


def test_a_file_is_kept_with_what_it_is(attached: dict, kept: Path) -> None:
    assert attached["file"] | {"url": None} == {
        "name": "audit.txt",
        "media_type": "text/plain",
        "size": len(TEXT),
        "sha256": hashlib.sha256(TEXT).hexdigest(),
        "url": None,
    }
    assert [path.read_bytes() for path in files(kept)] == [TEXT]


def test_a_form_names_an_action_by_its_number(api: Callable, people: People, plan: Callable) -> None:
    row = post(api(people.contributor), form(action=plan().pk)).json()
    assert row["action"]["label"] == "1a"


def test_a_session_sends_a_form_with_its_token(people: People) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.contributor)
    assert browser.post(PATH, form()).status_code == 403
    browser.get("/admin/login/")
    browser.cookies["csrftoken"] = token = "a" * 32
    answer = browser.post(PATH, form(), headers={"X-CSRFToken": token})
    assert answer.status_code == 201, answer.content


def test_a_document_is_named_by_its_reference(api: Callable, people: People) -> None:
    body = FORM | {"document_reference": "PDU/2026/14", "declared_no_personal_data": True}
    row = api(people.contributor).post(PATH, body).json()
    assert (row["document_reference"], row["link"], row["file"]) == ("PDU/2026/14", "", None)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"link": "https://example.org/", "document_reference": "PDU/2026/14"},
    ],
)
def test_exactly_one_of_link_reference_and_file_is_given(api: Callable, people: People, given: dict) -> None:
    body = FORM | {"declared_no_personal_data": True} | given
    answer = api(people.contributor).post(PATH, body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["file"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("audit.txt", b""),
        ("audit.pdf", TEXT),
        ("audit.exe", b"MZ\x90\x00"),
        ("audit.svg", b"<svg onload='x()'/>"),
        ("audit", TEXT),
    ],
)
def test_what_is_not_accepted_leaves_nothing(
    api: Callable, people: People, kept: Path, name: str, content: bytes
) -> None:
    answer = post(api(people.contributor), form(name, content))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "file"
    assert not Evidence.objects.exists()
    assert files(kept) == []


def test_a_file_over_20_mb_is_refused_in_words(api: Callable, people: People, kept: Path) -> None:
    answer = post(api(people.contributor), form(content=b"a" * (20 * 1024 * 1024 + 1)))
    assert answer.status_code == 400
    assert "20 MB" in answer.json()["errors"][0]["detail"]
    assert files(kept) == []


@pytest.mark.parametrize("path", [PATH, "/api/v1/updates/"])
def test_a_body_over_21_mb_is_refused(api: Callable, people: People, path: str) -> None:
    body = form(content=b"a" * (21 * 1024 * 1024 + 1))
    answer = api(people.contributor).post(path, body, format="multipart")
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


class Sent(io.RawIOBase):
    """A body that a client sends: `left` bytes are on their way still."""

    def __init__(self, length: int) -> None:
        self.left = length

    def read(self, size: int = -1, /) -> bytes:
        taken = self.left if size < 0 else min(size, self.left)
        self.left -= taken
        return b"a" * taken


@pytest.mark.parametrize(("megabytes", "unread"), [(22, 0), (100, 0), (101, 101)])
def test_a_body_that_is_refused_is_read_to_its_end_within_bounds(
    api: Callable, people: People, megabytes: int, unread: int
) -> None:
    body = Sent(megabytes * 1024 * 1024)
    sent: dict[str, Any] = {"CONTENT_LENGTH": str(body.left), "wsgi.input": body}
    answer = api(people.contributor).generic("POST", PATH, content_type="multipart/form-data", **sent)
    assert answer.status_code == 413
    assert body.left == unread * 1024 * 1024


def test_the_body_of_who_may_not_send_it_is_read_to_its_end(api: Callable) -> None:
    body = Sent(5 * 1024 * 1024)
    sent: dict[str, Any] = {"CONTENT_LENGTH": str(body.left), "wsgi.input": body}
    answer = api(None).generic("POST", PATH, content_type="application/json", **sent)
    assert answer.status_code == 401
    assert body.left == 0


@pytest.mark.parametrize("extra", [{"verdict": "accepted"}, {"title": ["A", "B"]}, {"title": "a\x00b"}])
def test_a_form_is_as_strict_as_json(api: Callable, people: People, kept: Path, extra: dict) -> None:
    answer = post(api(people.contributor), form(**extra))
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == set(extra)
    assert files(kept) == []


def test_a_text_field_of_a_form_is_bounded(api: Callable, people: People) -> None:
    assert post(api(people.contributor), form(title="a" * 3_000_000)).status_code == 413


def test_a_form_is_read_where_files_are_taken_alone(api: Callable, people: People) -> None:
    answer = api(people.contributor).post("/api/v1/updates/", {"text": "A"}, format="multipart")
    assert answer.status_code == 415


def test_a_file_leaves_as_a_download(api: Callable, people: People, attached: dict) -> None:
    answer = fetch(api(people.contributor), attached["file"]["url"])
    assert answer.status_code == 200
    assert answer.text_of_file == TEXT
    assert answer["Content-Disposition"] == 'attachment; filename="audit.txt"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("contributor", 200),
        ("assurer", 200),
        ("viewer", 404),
        ("inspector", 404),
        ("administrator", 404),
        ("sibling", 404),
        ("outsider", 404),
    ],
)
def test_until_a_verdict_a_file_exists_for_who_attached_it_and_assurers(
    api: Callable, people: People, attached: dict, who: str, status: int
) -> None:
    caller = api(getattr(people, who))
    answer = fetch(caller, attached["file"]["url"])
    assert answer.status_code == status
    if status == 404:
        absent = caller.get(f"{PATH}99999/file/")
        assert answer.json() | {"request_id": ""} == absent.json() | {"request_id": ""}


def test_after_the_verdict_who_reaches_it_fetches_it(api: Callable, people: People, attached: dict) -> None:
    body = {"verdict": "accepted", "reason": "Seen.", "version": attached["version"]}
    row = api(people.assurer).post(f"{attached['url']}verdict/", body).json()
    assert (row["verdict"], row["judged_by"]["username"]) == ("accepted", "assurer")
    assert fetch(api(people.viewer), attached["file"]["url"]).status_code == 200
    assert api(people.sibling).get(attached["file"]["url"]).status_code == 404


def test_damaged_bytes_are_never_served(
    api: Callable, people: People, attached: dict, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    [path] = files(kept)
    path.write_bytes(TEXT.replace(b"12", b"14"))
    answer = api(people.contributor).get(attached["file"]["url"])
    assert (answer.status_code, answer.json()["code"]) == (409, "damaged")
    assert attached["file"]["url"].removeprefix("http://testserver") in caplog.text


def test_a_link_has_no_file_to_fetch(api: Callable, people: People, attach: Callable, bsg: Any) -> None:
    row = attach(bsg.recommendations.get(number=1))
    assert api(people.contributor).get(f"{PATH}{row.pk}/file/").status_code == 404


@pytest.mark.parametrize("verdict", ["pending", "maybe", ""])
def test_a_verdict_is_accepted_or_rejected(
    api: Callable, people: People, attached: dict, verdict: str
) -> None:
    body = {"verdict": verdict, "reason": "Seen.", "version": 1}
    assert api(people.assurer).post(f"{attached['url']}verdict/", body).status_code == 400


def test_a_verdict_needs_the_version_that_was_read(api: Callable, people: People, attached: dict) -> None:
    path, caller = f"{attached['url']}verdict/", api(people.assurer)
    body = {"verdict": "accepted", "reason": "Seen."}
    assert caller.post(path, body).status_code == 428
    assert caller.post(path, body, headers={"If-Match": '"7"'}).status_code == 412
    assert (
        caller.post(path, body, headers={"If-Match": caller.get(attached["url"])["ETag"]}).status_code == 200
    )


def test_nobody_judges_what_they_attached(api: Callable, people: People, attached: dict) -> None:
    body = {"verdict": "accepted", "reason": "Seen.", "version": 1}
    assert api(people.contributor).post(f"{attached['url']}verdict/", body).status_code == 403


def test_an_administrator_redacts_a_file_and_its_bytes_go(
    api: Callable,
    people: People,
    attached: dict,
    kept: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = api(people.administrator).post(f"{attached['url']}redact/", {"reason": "It names a person."})
    assert row.json()["file"]["url"] is None
    assert row.json()["file"]["sha256"] == attached["file"]["sha256"]
    assert row.json()["title"] == "[Redacted]"
    assert files(kept) == []
    assert api(people.contributor).get(attached["file"]["url"]).status_code == 404


def test_an_update_is_redacted(api: Callable, people: People) -> None:
    body = {"recommendation": "BSG-2023-1", "text": "John Smith was trained."}
    path = api(people.contributor).post("/api/v1/updates/", body).json()["url"]
    row = api(people.administrator).post(f"{path}redact/", {"reason": "It names a person."}).json()
    assert row["text"] == "[Redacted]"
    assert row["redacted_at"]


@pytest.mark.parametrize("who", ["contributor", "assurer", "inspector", "viewer"])
def test_only_an_administrator_redacts(api: Callable, people: People, attached: dict, who: str) -> None:
    caller = api(getattr(people, who))
    assert caller.post(f"{attached['url']}redact/", {"reason": "I wish."}).status_code == 403
    assert Evidence.objects.get().redacted_at is None


def test_a_dry_run_leaves_no_file(api: Callable, people: People, kept: Path) -> None:
    answer = post(api(people.contributor), form(), "?dry_run=true")
    assert (answer.status_code, answer["Dry-Run"]) == (200, "true")
    assert answer.json()["file"]["size"] == len(TEXT)
    assert not Evidence.objects.exists()
    assert files(kept) == []


def test_the_same_file_under_the_same_key_is_kept_once(api: Callable, people: People, kept: Path) -> None:
    caller = api(people.contributor)
    first = post(caller, form(), **{"Idempotency-Key": "k"})
    again = post(caller, form(), **{"Idempotency-Key": "k"})
    other = post(caller, form(content=TEXT + b"More.\n"), **{"Idempotency-Key": "k"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert len(files(kept)) == 1


def test_the_stored_name_is_not_the_caller_s(kept: Path, attached: dict) -> None:
    key = Evidence.objects.get().file_key
    assert "audit" not in key
    assert storages["evidence"].exists(key)
