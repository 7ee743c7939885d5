"""Evidence on the pages: its details first, the file and the declaration last; shown, handed out, judged."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recommendations.models import Evidence, Inspection
from tests.admin.journey import accepted, attached, log_file
from tests.factories import People
from tests.pages.writing import check, confirm, events, hidden, problems, where, words, written

CSV = b"Name of course,Number of staff\nRisk,12\n"
GIVEN = {"title": "Training log", "level": "output", "represents": "1/3/2026"}
LINK = {**GIVEN, "place": "url", "url": "https://example.org/log"}
FILE = {**GIVEN, "place": "file"}


def log(content: bytes = CSV, name: str = "log.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def kept() -> list[Path]:
    root = Path(storages["evidence"].location)
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def fetched(browser: Client, evidence: Evidence) -> int:
    answer = browser.get(f"/evidence/{evidence.pk}/file/")
    if answer.streaming:
        assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return answer.status_code


@pytest.fixture
def path(bsg: Inspection) -> str:
    return where(bsg.recommendations.get(number=1), "evidence/new/")


@pytest.fixture
def browser(screens: Callable, people: People) -> Client:
    return screens(people.contributor)


def test_a_link_is_attached_once_it_is_declared(browser: Client, path: str) -> None:
    before = events()
    checked = check(browser, path, **LINK)
    assert "https://example.org/log" in words(checked)
    assert 'type="file"' not in words(checked)
    assert events() == before
    answer = confirm(browser, path, checked, declared_no_personal_data="on")
    assert "“Training log” is attached to BSG-2023-1. It waits for a verdict." in words(
        browser.get(answer["Location"])
    )
    assert Evidence.objects.get().url == "https://example.org/log"


def test_a_file_is_asked_for_last_and_kept_byte_for_byte(browser: Client, path: str) -> None:
    checked = check(browser, path, **FILE)
    assert 'type="file"' in words(checked)
    answer = confirm(browser, path, checked, declared_no_personal_data="on", file=log())
    evidence = Evidence.objects.get()
    assert answer["Location"] == f"/evidence/{evidence.pk}/"
    download = browser.get(f"{answer['Location']}file/")
    assert b"".join(download.streaming_content) == CSV  # type: ignore[attr-defined]
    assert download["Content-Disposition"] == 'attachment; filename="log.csv"'
    assert "sandbox" in download["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ({"declared_no_personal_data": "on"}, "Give one of the three"),
        ({"file": (CSV, "log.csv")}, "Declare that the evidence holds no personal data"),
        ({"declared_no_personal_data": "on", "file": (b"MZ\x90", "log.exe")}, "File: "),
        ({"declared_no_personal_data": "on", "file": (b"", "log.csv")}, "File: "),
    ],
    ids=["none", "not declared", "of no accepted kind", "empty"],
)
def test_a_refused_file_says_why_keeps_the_answers_and_leaves_nothing_behind(
    browser: Client, path: str, last: dict, said: str
) -> None:
    files = {name: log(*value) if isinstance(value, tuple) else value for name, value in last.items()}
    before = kept()
    answer = confirm(browser, path, check(browser, path, **FILE), **files)
    assert any(said in one for one in problems(answer)), problems(answer)
    assert "Training log" in words(answer)
    assert kept() == before
    assert not Evidence.objects.exists()
    confirm(browser, path, answer, declared_no_personal_data="on", file=log())
    assert Evidence.objects.get().title == "Training log"


def test_all_that_is_wrong_with_the_last_answers_is_told_at_once(browser: Client, path: str) -> None:
    answer = confirm(browser, path, check(browser, path, **FILE), file=log(b"MZ\x90", "log.exe"))
    assert len(problems(answer)) >= 2


def test_a_file_that_is_sent_twice_is_attached_once_and_kept_once(browser: Client, path: str) -> None:
    checked, before = check(browser, path, **FILE), len(kept())
    for _ in range(2):
        answer = confirm(browser, path, checked, declared_no_personal_data="on", file=log())
        assert answer.status_code == 302
    assert Evidence.objects.count() == 1
    assert len(kept()) == before + 1


def test_the_place_that_was_chosen_counts_and_no_other(browser: Client, path: str) -> None:
    given = {**LINK, "document_reference": "SW/2026/114"}
    checked = check(browser, path, **given)
    assert "SW/2026/114" in hidden(checked)["document_reference"]
    confirm(browser, path, checked, declared_no_personal_data="on")
    assert Evidence.objects.get().document_reference == ""


def test_details_say_all_that_is_wrong_with_them_at_once(browser: Client, path: str) -> None:
    given = {"title": "", "place": "url", "level": "output", "represents": "1/1/2027", "expires": "1/1/2020"}
    shown = " ".join(problems(check(browser, path, **given)))
    for said in (
        "Title: Fill this in",
        "Link: Give one of the three",
        "This day is still to come.",
        "Evidence cannot expire before the day that it represents.",
    ):
        assert said in shown


def test_a_file_is_handed_out_before_the_verdict_to_its_uploader_and_assurers_alone(
    screens: Callable, people: People, plan: Callable
) -> None:
    evidence = attached(plan(), people.contributor, file=log_file())
    address = f"/evidence/{evidence.pk}/"
    for who, status in (("contributor", 200), ("assurer", 200), ("regional", 404), ("sibling", 404)):
        assert fetched(screens(getattr(people, who)), evidence) == status
    assert "It is handed out once an assurer has judged it." in words(screens(people.regional).get(address))
    accepted(evidence, people.assurer)
    assert fetched(screens(people.regional), evidence) == 200


def test_damaged_bytes_are_never_served_and_the_page_says_so(
    screens: Callable, people: People, plan: Callable
) -> None:
    evidence = attached(plan(), people.contributor, file=log_file())
    path = Path(storages["evidence"].path(evidence.file_key))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    answer = screens(people.contributor).get(f"/evidence/{evidence.pk}/file/", follow=True)
    assert not answer.streaming
    assert "The stored file was changed after it was attached." in words(answer)


@pytest.mark.parametrize("who", ["sibling", "outsider"])
def test_evidence_out_of_reach_does_not_exist(
    screens: Callable, people: People, plan: Callable, who: str
) -> None:
    evidence = attached(plan(), people.contributor)
    for page in ("", "file/", "verdict/"):
        assert screens(getattr(people, who)).get(f"/evidence/{evidence.pk}/{page}").status_code == 404


def test_a_verdict_is_given_with_its_reason(screens: Callable, people: People, plan: Callable) -> None:
    evidence, browser = attached(plan(), people.contributor), screens(people.assurer)
    address = f"/evidence/{evidence.pk}/"
    assert f'href="{address}verdict/"' in words(browser.get(address))
    given = {"version_read": evidence.version, "verdict": "accepted", "reason": "Seen and counted."}
    page = words(browser.get(written(browser, f"{address}verdict/", **given)["Location"]))
    for said in ("The verdict on “Training log” is recorded.", "Seen and counted.", "Accepted"):
        assert said in page
    evidence.refresh_from_db()
    assert (evidence.verdict, evidence.judged_by) == ("accepted", people.assurer)


def test_a_second_verdict_that_did_not_see_the_first_is_asked_again(
    screens: Callable, people: People, plan: Callable
) -> None:
    evidence, browser = attached(plan(), people.contributor), screens(people.assurer)
    accepted(evidence, people.assurer)
    given = {"version_read": evidence.version, "verdict": "rejected", "reason": "It is last year’s."}
    answer = check(browser, f"/evidence/{evidence.pk}/verdict/", **given)
    assert answer.status_code == 409
    for said in ("It is last year’s.", "Seen and counted.", "assurer, 2 March 2026"):
        assert said in words(answer)
    evidence.refresh_from_db()
    assert evidence.verdict == "accepted"


def test_a_verdict_says_all_that_is_missing_at_once(
    screens: Callable, people: People, plan: Callable
) -> None:
    evidence, browser = attached(plan(), people.contributor), screens(people.assurer)
    shown = problems(check(browser, f"/evidence/{evidence.pk}/verdict/", version_read=evidence.version))
    assert shown == ["Verdict: Choose one", "Reason: Fill this in"]


@pytest.mark.parametrize("who", ["contributor", "inspector", "viewer"])
def test_nobody_else_judges(screens: Callable, people: People, plan: Callable, who: str) -> None:
    evidence, browser = attached(plan(), people.contributor), screens(getattr(people, who))
    assert "Accept or reject" not in words(browser.get(f"/evidence/{evidence.pk}/"))
    answer = browser.get(f"/evidence/{evidence.pk}/verdict/")
    assert answer.status_code == 403
    assert "It takes the role of assurer." in words(answer)


def test_a_page_of_evidence_takes_few_queries(screens: Callable, people: People, plan: Callable) -> None:
    evidence, browser = attached(plan(), people.contributor, file=log_file()), screens(people.assurer)
    for page in ("", "verdict/"):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(f"/evidence/{evidence.pk}/{page}").status_code == 200
        assert len(asked) <= 12


def test_another_file_of_the_same_name_and_size_is_another_piece(browser: Client, path: str) -> None:
    """Whoever goes back and chooses the mended file is not told that it is attached when it is not."""
    checked = check(browser, path, **FILE)
    for content in (CSV, CSV, CSV.replace(b"12", b"21")):
        confirm(browser, path, checked, declared_no_personal_data="on", file=log(content))
    assert Evidence.objects.count() == 2
