"""Evidence on the screens: attached as one of three things, handed out whole, judged, redacted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recommendations.models import Event, Evidence, Inspection, ProgressUpdate
from recommendations.operations.updates import record_update
from tests.admin.journey import accepted, attached, log_file
from tests.admin.test_screens import ACTIONS, change, form
from tests.factories import NOW, People

EVIDENCE = "/admin/recommendations/evidence/"
CONTENT = b"Name of course,Number of staff\nRisk,12\n"


def filled(**given: object) -> dict[str, object]:
    row = {
        "title": "Training log",
        "level": "output",
        "represents": "2026-01-31",
        "declared_no_personal_data": "on",
        **given,
    }
    return form(**{"evidence-TOTAL_FORMS": 1} | {f"evidence-0-{name}": value for name, value in row.items()})


def upload(content: bytes = CONTENT, name: str = "log.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def status(browser: Client, path: str) -> int:
    """The status of a download, whose file is closed again."""
    answer = browser.get(path)
    if answer.streaming:
        # Read to the end, the test's client closes it without closing the database's connection.
        b"".join(answer.streaming_content)
    return answer.status_code


def stored() -> list[Path]:
    place = Path(settings.STORAGES["evidence"]["OPTIONS"]["location"])
    return [path for path in place.rglob("*") if path.is_file()] if place.exists() else []


@pytest.fixture
def files() -> Callable[[], int]:
    """How many files were stored since the test began."""
    before = set(stored())
    return lambda: len(set(stored()) - before)


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"url": "https://example.org/log"}, "url", "https://example.org/log"),
        ({"document_reference": "SW/2026/114"}, "document_reference", "SW/2026/114"),
        ({"file": "log.csv"}, "file_name", "log.csv"),
    ],
)
def test_evidence_is_a_link_a_reference_or_a_file(
    screens: Callable, people: People, bsg: Inspection, given: dict, field: str, value: str
) -> None:
    if "file" in given:
        given = {"file": upload()}
    path = change(bsg.recommendations.get(number=1))
    assert screens(people.contributor).post(path, filled(**given)).status_code == 302
    assert getattr(Evidence.objects.get(), field) == value


@pytest.mark.parametrize("given", [{}, {"url": "https://example.org/", "document_reference": "SW/1"}])
def test_it_is_exactly_one_of_the_three(
    screens: Callable, people: People, bsg: Inspection, given: dict
) -> None:
    page = screens(people.contributor).post(change(bsg.recommendations.get(number=1)), filled(**given))
    assert "Give one of the three" in page.content.decode()
    assert not Evidence.objects.exists()


def test_a_file_is_kept_once_and_byte_for_byte(
    screens: Callable, people: People, bsg: Inspection, files: Callable
) -> None:
    browser = screens(people.contributor)
    browser.post(change(bsg.recommendations.get(number=1)), filled(file=upload()))
    evidence = Evidence.objects.get()
    assert files() == 1
    answer = browser.get(f"{EVIDENCE}{evidence.pk}/file/")
    assert b"".join(answer.streaming_content) == CONTENT
    assert answer["Content-Disposition"] == 'attachment; filename="log.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    "given",
    [
        {"file": b"", "name": "log.csv"},
        {"file": b"MZ\x90\x00\x03" * 40, "name": "log.pdf"},
        {"file": CONTENT, "name": "log.csv", "represents": "2999-01-01"},
        {"file": CONTENT, "name": "log.csv", "declared_no_personal_data": ""},
        {"file": CONTENT, "name": "log.csv", "url": "https://example.org/"},
    ],
    ids=["empty", "of no accepted kind", "a day to come", "not declared", "and a link"],
)
def test_a_refused_form_leaves_no_file_behind(
    screens: Callable, people: People, bsg: Inspection, files: Callable, given: dict
) -> None:
    file = upload(given.pop("file"), given.pop("name"))
    answer = screens(people.contributor).post(
        change(bsg.recommendations.get(number=1)), filled(**given, file=file)
    )
    assert answer.status_code == 200
    assert "Choose the file again" in answer.content.decode() or file.size == 0
    assert files() == 0
    assert not Evidence.objects.exists()


def test_a_fault_in_another_row_leaves_no_file_behind(
    screens: Callable, people: People, bsg: Inspection, files: Callable
) -> None:
    posted = filled(file=upload()) | {"updates-TOTAL_FORMS": 1, "updates-0-text": "", "updates-0-dated": "x"}
    answer = screens(people.contributor).post(change(bsg.recommendations.get(number=1)), posted)
    assert answer.status_code == 200
    assert (files(), Evidence.objects.count()) == (0, 0)


def test_a_file_is_attached_under_an_action_too(screens: Callable, people: People, plan: Callable) -> None:
    action = plan()
    page = screens(people.contributor).get(f"{ACTIONS}{action.pk}/change/").content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert 'type="file" name="evidence-__prefix__-file"' in page


def test_a_file_is_handed_out_before_the_verdict_to_its_uploader_and_assurers_alone(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    evidence = attached(bsg.recommendations.get(number=1), people.contributor, file=log_file())
    path = f"{EVIDENCE}{evidence.pk}/file/"
    before = {
        who: status(screens(getattr(people, who)), path)
        for who in ("contributor", "assurer", "viewer", "regional", "sibling")
    }
    assert before == {"contributor": 200, "assurer": 200, "viewer": 404, "regional": 404, "sibling": 404}
    accepted(evidence, people.assurer)
    assert status(screens(people.viewer), path) == 200
    assert status(screens(people.sibling), path) == 404


def test_damaged_bytes_are_never_served(screens: Callable, people: People, bsg: Inspection) -> None:
    evidence = attached(bsg.recommendations.get(number=1), people.contributor, file=log_file())
    place = Path(settings.STORAGES["evidence"]["OPTIONS"]["location"]) / evidence.file_key
    place.chmod(0o600)
    place.write_bytes(b"Something else.\n")
    answer = screens(people.contributor).get(f"{EVIDENCE}{evidence.pk}/file/", follow=True)
    assert "changed after it was attached" in answer.content.decode()


def test_a_link_has_no_file(screens: Callable, people: People, bsg: Inspection) -> None:
    evidence = attached(bsg.recommendations.get(number=1), people.contributor)
    assert screens(people.contributor).get(f"{EVIDENCE}{evidence.pk}/file/").status_code == 404


# Verdicts.


def test_an_assurer_accepts_evidence_with_a_reason(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    evidence = attached(bsg.recommendations.get(number=1), people.contributor)
    browser, path = screens(people.assurer), f"{EVIDENCE}{evidence.pk}/verdict/"
    assert "Rejected evidence does not count." in browser.get(path).content.decode()
    assert "Fill this in" in browser.post(path, {"version_read": 1, "verdict": "accepted"}).content.decode()
    browser.post(path, {"version_read": 1, "verdict": "accepted", "reason": "Seen."})
    evidence.refresh_from_db()
    assert (evidence.verdict, evidence.verdict_reason, evidence.judged_by) == (
        "accepted",
        "Seen.",
        people.assurer,
    )


def test_a_second_verdict_that_did_not_see_the_first_is_asked_again(
    screens: Callable, people: People, bsg: Inspection
) -> None:
    evidence = accepted(attached(bsg.recommendations.get(number=1), people.contributor), people.assurer)
    posted = {"version_read": 1, "verdict": "rejected", "reason": "No."}
    page = screens(people.assurer).post(f"{EVIDENCE}{evidence.pk}/verdict/", posted).content.decode()
    assert "was changed since you opened it" in page
    assert "Seen and counted." in page
    evidence.refresh_from_db()
    assert evidence.verdict == "accepted"


@pytest.mark.parametrize(("who", "status"), [("contributor", 403), ("inspector", 403), ("sibling", 404)])
def test_nobody_else_judges(
    screens: Callable, people: People, bsg: Inspection, who: str, status: int
) -> None:
    evidence = attached(bsg.recommendations.get(number=1), people.contributor)
    answer = screens(getattr(people, who)).post(
        f"{EVIDENCE}{evidence.pk}/verdict/", {"version_read": 1, "verdict": "accepted", "reason": "Mine."}
    )
    assert answer.status_code == status
    evidence.refresh_from_db()
    assert evidence.verdict == "pending"


# Redaction.


def test_an_administrator_redacts_evidence_and_its_file_goes(
    screens: Callable,
    people: People,
    bsg: Inspection,
    files: Callable,
    django_capture_on_commit_callbacks: Callable,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.CHECKPOINTS_DIR = tmp_path  # What is signed here is undone with the test.
    evidence = attached(
        bsg.recommendations.get(number=1), people.contributor, title="John Smith", file=log_file()
    )
    path = f"{EVIDENCE}{evidence.pk}/redact/"
    browser = screens(people.administrator)
    assert "You cannot undo this." in browser.get(path).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(path, {"reason": "A name slipped in."}).status_code == 302
    page = browser.get(f"{EVIDENCE}{evidence.pk}/change/").content.decode()
    assert "John Smith" not in page
    assert "A name slipped in." in page
    assert evidence.sha256 in page
    assert files() == 0
    assert Event.objects.filter(verb="redact").exists()


def test_an_administrator_redacts_an_update(screens: Callable, people: People, bsg: Inspection) -> None:
    update = record_update(
        recommendation=bsg.recommendations.get(number=1), text="John Smith.", by=people.contributor, at=NOW
    )
    path = f"/admin/recommendations/progressupdate/{update.pk}/redact/"
    browser = screens(people.administrator)
    assert "Fill this in" in browser.post(path, {"reason": ""}).content.decode()
    assert ProgressUpdate.objects.get().text == "John Smith."
    browser.post(path, {"reason": "A name slipped in."})
    assert ProgressUpdate.objects.get().text == "[Redacted]"


@pytest.mark.parametrize(
    ("who", "status"), [("contributor", 403), ("assurer", 403), ("inspector", 403), ("sibling", 404)]
)
def test_nobody_else_redacts(
    screens: Callable, people: People, bsg: Inspection, who: str, status: int
) -> None:
    evidence = attached(bsg.recommendations.get(number=1), people.contributor)
    answer = screens(getattr(people, who)).post(f"{EVIDENCE}{evidence.pk}/redact/", {"reason": "No."})
    assert answer.status_code == status
    evidence.refresh_from_db()
    assert evidence.redacted_at is None
