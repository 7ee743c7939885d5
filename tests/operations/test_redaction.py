"""A lawful erasure: words and bytes go from every table; hash, reason and event stay; the chain holds."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from recommendations.errors import Invalid, NotPermitted
from recommendations.models import Event, EventPayload, Evidence, Inspection, Recommendation
from recommendations.operations.evidence import Upload
from recommendations.operations.redaction import redact
from recommendations.operations.replay import replay
from recommendations.operations.reviews import record_review
from recommendations.operations.verification import verify
from recommendations.queries.statuses import with_statuses
from tests.factories import NOW, People
from tests.models import rows
from tests.operations.work import attach, everything, fresh, judge, reach, take, update

pytestmark = pytest.mark.django_db

SECRET = "Wilhelmina Featherstonehaugh"
WHY = "It names a person on probation."
FILE = f"The case of {SECRET} was audited.\n".encode()


@pytest.fixture
def recommendation(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


def erase(row: Any, by: Any, reason: str = WHY) -> Any:
    return redact(row=row, reason=reason, by=by, at=NOW)


def places_of(words: str) -> set[str]:
    """The columns of the whole database in which `words` stand, JSON and bytes included."""
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_app_config("recommendations").get_models(include_auto_created=True):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608  Our own tables.
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found |= {
                    f"{model._meta.model_name}.{name}"
                    for name, value in zip(names, row, strict=True)
                    if words in _text(value)
                }
    return found


def _text(value: Any) -> str:
    return bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)


def bytes_kept() -> list[Path]:
    room = Path(settings.STORAGES["evidence"]["OPTIONS"]["location"])
    return [path for path in room.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


@pytest.fixture
def evidence(recommendation: Recommendation, people: People) -> Any:
    """Evidence of each kind, with the secret wherever words can stand."""

    def of(kind: str) -> Evidence:
        given: dict[str, Any] = {
            "link": {"url": "https://example.org/" + SECRET.replace(" ", "-")},
            "reference": {"url": "", "document_reference": f"File of {SECRET}"},
            "file": {"url": "", "file": Upload(f"{SECRET}.txt", [FILE])},
        }[kind]
        return attach(recommendation, people.contributor, title=f"Audit of {SECRET}", **given)

    return of


def test_the_words_are_found_where_they_stand(recommendation: Recommendation, people: People) -> None:
    """The search itself can find."""
    update(recommendation, people.contributor, text=f"{SECRET} was visited.")
    assert places_of(SECRET) == {"progressupdate.text", "eventpayload.text"}


@pytest.mark.parametrize("kind", ["link", "reference", "file"])
def test_of_redacted_evidence_the_words_stand_nowhere(kind: str, evidence: Any, people: People) -> None:
    made = evidence(kind)
    judge(made, people.assurer)
    erase(made, people.administrator)
    assert places_of(SECRET) | places_of(SECRET.replace(" ", "-")) == set()


def test_of_a_redacted_update_the_words_stand_nowhere(recommendation: Recommendation, people: People) -> None:
    erase(update(recommendation, people.contributor, text=f"{SECRET} was visited."), people.administrator)
    assert places_of(SECRET) == set()


def test_words_that_a_review_copied_with_the_claim_go_too(
    recommendation: Recommendation, evidence: Any, people: People
) -> None:
    made = evidence("reference")
    record_review(
        recommendation=recommendation,
        judgement="good_progress",
        narrative="Seen.",
        by=people.inspector,
        at=NOW,
    )
    erase(made, people.administrator)
    assert places_of(SECRET) == set()


def test_the_copies_of_answers_to_whoever_wrote_it_go_too(evidence: Any, people: People) -> None:
    made = evidence("link")
    judge(made, people.assurer)
    for user in (people.contributor, people.assurer):
        rows.idempotency_key(user=user, body=f'{{"title": "{SECRET}"}}'.encode())
    other = rows.idempotency_key(user=people.partner)
    erase(made, people.administrator)
    assert places_of(SECRET) == set()
    assert fresh(other) == other


def test_of_a_redacted_file_the_bytes_are_gone_and_the_hash_stays(
    evidence: Any, people: People, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = bytes_kept()
    made = evidence("file")
    digest, size = made.sha256, made.size
    assert len(bytes_kept()) == len(before) + 1
    with django_capture_on_commit_callbacks(execute=True):
        erase(made, people.administrator)
    assert bytes_kept() == before
    after = fresh(made)
    assert (after.sha256, after.size, after.redaction_reason, after.redacted_at) == (digest, size, WHY, NOW)


@pytest.mark.parametrize("kind", ["link", "file"])
def test_the_chain_holds_and_every_row_is_rebuilt(kind: str, evidence: Any, people: People) -> None:
    made = evidence(kind)
    judge(made, people.assurer)
    erase(made, people.administrator)
    verified, replayed = verify(), replay()
    assert (verified.broken, verified.redacted) == ("", 2)
    assert (replayed.differences, len(replayed.redacted)) == ([], 2)


def test_the_events_of_what_was_redacted_stay_and_their_payloads_are_empty(
    evidence: Any, people: People
) -> None:
    made = evidence("link")
    attached = Event.objects.latest("sequence")
    erase(made, people.administrator)
    last = Event.objects.latest("sequence")
    assert EventPayload.objects.get(pk=attached.pk).text is None
    assert (last.verb, last.reason, last.actor, last.role) == (
        "redact",
        WHY,
        people.administrator,
        "administrator",
    )
    assert last.content["emptied"] == [attached.pk]


def test_of_others_payloads_nothing_is_emptied(
    recommendation: Recommendation, evidence: Any, people: People
) -> None:
    update(recommendation, people.contributor, text="Half are trained.")
    emptied = set(EventPayload.objects.filter(text=None).values_list("pk", flat=True))
    made = evidence("link")
    attached = Event.objects.latest("sequence").pk
    erase(made, people.administrator)
    assert set(EventPayload.objects.filter(text=None).values_list("pk", flat=True)) == emptied | {attached}


def test_what_an_emptied_event_said_of_the_standing_is_said_again(
    recommendation: Recommendation, evidence: Any, people: People
) -> None:
    """An accepted verdict begins a row of history: its event is emptied, the row stands."""
    made = evidence("link")
    judge(made, people.assurer)
    rows = list(recommendation.history.values())
    erase(made, people.administrator)
    assert len(recommendation.history.all()) == len(rows) + 1
    assert replay().differences == []


def test_redacted_evidence_shows_nothing_any_more(recommendation: Recommendation, people: People) -> None:
    row = reach(recommendation, "submitted", people)
    made = row.evidence.get()
    judge(made, people.assurer)
    erase(made, people.administrator)
    standing = with_statuses(Recommendation.objects.all(), on=NOW.date()).get(pk=row.pk)
    assert standing.evidence_level == "none"
    with pytest.raises(Invalid):
        judge(made, people.assurer)


def test_redacted_evidence_does_not_serve_a_submission(
    recommendation: Recommendation, people: People
) -> None:
    row = reach(recommendation, "in_progress", people)
    erase(attach(row, people.contributor), people.administrator)
    assert not Evidence.objects.current(on=NOW.date()).filter(recommendation=row).exists()


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_redaction_has_a_reason(reason: str, evidence: Any, people: People) -> None:
    made = evidence("link")
    stood = everything()
    with pytest.raises(Invalid) as refused:
        erase(made, people.administrator, reason)
    assert set(refused.value.problems) == {"reason"}
    assert everything() == stood


def test_what_is_redacted_is_not_redacted_again(evidence: Any, people: People) -> None:
    made = evidence("link")
    erase(made, people.administrator)
    stood = everything()
    with pytest.raises(Invalid):
        erase(made, people.administrator)
    assert everything() == stood


@pytest.mark.parametrize("name", ["viewer", "contributor", "assurer", "inspector", "outsider"])
def test_only_an_administrator_redacts(name: str, evidence: Any, people: People) -> None:
    made = evidence("file")
    stood = everything()
    with pytest.raises(NotPermitted):
        erase(made, getattr(people, name))
    assert everything() == stood
    assert bytes_kept()
    take(made.recommendation, "respond", people.contributor, answer="agreed")
