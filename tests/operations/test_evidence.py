"""Evidence: one thing, declared and dated, judged by a person of another organisation."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from recommendations import roles, storage
from recommendations.errors import Invalid, NotPermitted, StaleVersion
from recommendations.models import Event, Evidence, Inspection, Recommendation
from recommendations.operations.accounts import system_actor
from recommendations.operations.evidence import Upload, judge_evidence
from recommendations.operations.organisations import create_organisation
from tests.factories import NOW, TODAY, Bodies, People
from tests.operations.work import REASON, also, attach, ends, everything, fresh, judge, person, plan

pytestmark = pytest.mark.django_db

TEXT = b"Ten cases were audited. In eight the risk is named.\n"


@pytest.fixture
def recommendation(bsg: Inspection) -> Recommendation:
    return bsg.recommendations.get(number=1)


def problems(subject: Any, by: Any, **given: Any) -> set[str]:
    stood = everything(), stored()
    with pytest.raises(Invalid) as refused:
        attach(subject, by, **given)
    assert (everything(), stored()) == stood
    return set(refused.value.problems)


def stored() -> set[Path]:
    """Every file of the room in which evidence is kept."""
    room = Path(settings.STORAGES["evidence"]["OPTIONS"]["location"])
    return {path for path in room.rglob("*") if path.is_file()}


def upload(content: bytes = TEXT, name: str = "audit.txt") -> Upload:
    return Upload(name=name, chunks=[content[:10], content[10:]])


# What is attached


def test_a_link_is_kept_and_awaits_its_verdict(recommendation: Recommendation, people: People) -> None:
    made = fresh(attach(recommendation, people.contributor, expires=date(2027, 3, 2)))
    assert (made.url, made.document_reference, made.is_file) == ("https://example.org/audit", "", False)
    assert (made.verdict, made.attached_by, made.attached_at) == ("pending", people.contributor, NOW)
    assert (made.represents, made.expires, made.level, made.version) == (
        TODAY,
        date(2027, 3, 2),
        "practice",
        1,
    )


def test_the_reference_of_a_document_is_kept(recommendation: Recommendation, people: People) -> None:
    made = attach(recommendation, people.contributor, url="", document_reference=" Minutes 2026/7 ")
    assert fresh(made).document_reference == "Minutes 2026/7"


def test_a_file_is_kept_with_its_hash_size_name_and_kind(
    recommendation: Recommendation, people: People
) -> None:
    made = fresh(attach(recommendation, people.contributor, url="", file=upload()))
    assert (made.sha256, made.size) == (hashlib.sha256(TEXT).hexdigest(), len(TEXT))
    assert (made.file_name, made.media_type, made.is_file) == ("audit.txt", "text/plain", True)
    with storage.open_verified(made.file_key, sha256=made.sha256) as file:
        assert file.read() == TEXT


def test_the_same_bytes_twice_are_two_records(recommendation: Recommendation, people: People) -> None:
    first, second = (attach(recommendation, people.contributor, url="", file=upload()) for _ in range(2))
    assert first.sha256 == second.sha256
    assert first.pk != second.pk


BOTH = {"document_reference": "Minutes 7"}


@pytest.mark.parametrize(
    "given",
    [{"url": ""}, BOTH, {"file": upload()}, {"url": "", "file": upload(), **BOTH}],
    ids=["nothing", "link and reference", "link and file", "file and reference"],
)
def test_evidence_is_exactly_one_thing(given: Any, recommendation: Recommendation, people: People) -> None:
    assert problems(recommendation, people.contributor, **given) == {"file"}


@pytest.mark.parametrize("reference", ["  ", "\n"])
def test_a_blank_reference_is_no_reference(
    reference: str, recommendation: Recommendation, people: People
) -> None:
    given = {"url": "", "document_reference": reference}
    assert problems(recommendation, people.contributor, **given) == {"file"}


def test_evidence_that_is_not_declared_impersonal_is_refused(
    recommendation: Recommendation, people: People
) -> None:
    given = {"declared_no_personal_data": False, "url": "", "file": upload()}
    assert problems(recommendation, people.contributor, **given) == {"declared_no_personal_data"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"represents": date(2026, 3, 3)}, "represents"),
        ({"expires": date(2026, 3, 1)}, "expires"),
        ({"level": "rumour"}, "level"),
        ({"title": " "}, "title"),
        ({"title": "a" * 201}, "title"),
        ({"url": "", "document_reference": "a" * 201}, "document_reference"),
    ],
)
def test_what_cannot_be_is_refused(
    given: Any, field: str, recommendation: Recommendation, people: People
) -> None:
    assert problems(recommendation, people.contributor, **given) == {field}


def test_every_problem_is_told_at_once(recommendation: Recommendation, people: People) -> None:
    given = {"title": "", "level": "rumour", "url": "ftp://x", "declared_no_personal_data": False}
    assert problems(recommendation, people.contributor, **given) == {
        "title",
        "level",
        "url",
        "declared_no_personal_data",
    }


def test_a_file_of_a_kind_that_is_not_taken_leaves_nothing(
    recommendation: Recommendation, people: People
) -> None:
    given = {"url": "", "file": upload(b"<html><script>alert(1)</script></html>", "audit.html")}
    assert problems(recommendation, people.contributor, **given) == {"file"}


@pytest.mark.parametrize("name", ["viewer", "sibling", "partner", "assurer", "inspector", "administrator"])
def test_who_does_not_do_the_work_attaches_nothing_and_no_byte_is_kept(
    name: str, recommendation: Recommendation, people: People
) -> None:
    stood = everything(), stored()
    with pytest.raises(NotPermitted):
        attach(recommendation, getattr(people, name), url="", file=upload())
    assert (everything(), stored()) == stood


def test_a_lead_attaches_to_its_own_action_alone(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    own = plan(recommendation, people.contributor, lead=bodies.police)
    assert attach(own, people.partner).action == own
    with pytest.raises(NotPermitted):
        attach(recommendation, people.partner)


@pytest.mark.parametrize("scheme", ["HTTPS", "Http"])
def test_the_scheme_of_an_address_is_lowered_and_nothing_else(
    scheme: str, recommendation: Recommendation, people: People
) -> None:
    made = attach(recommendation, people.contributor, url=f"{scheme}://Example.org/Audit?Case=A")
    assert fresh(made).url == f"{scheme.lower()}://Example.org/Audit?Case=A"


@pytest.mark.parametrize(
    "url",
    [
        "example.org/audit",
        "ftp://example.org/audit",
        "javascript:alert('https://example.org')",
        "https://",
        "https://example.org/a\nb",
        "https://sam:secret@example.org/",
    ],
    ids=["no scheme", "FTP", "script", "no host", "line break", "name and password"],
)
def test_what_is_no_address_of_the_web_is_refused(
    url: str, recommendation: Recommendation, people: People
) -> None:
    assert problems(recommendation, people.contributor, url=url) == {"url"}


# The verdict


@pytest.fixture
def evidence(recommendation: Recommendation, people: People) -> Evidence:
    return attach(recommendation, people.contributor)


def refused(evidence: Evidence, by: Any, verdict: str = "accepted", **given: Any) -> set[str]:
    stood = everything()
    with pytest.raises(Invalid) as refusal:
        judge(evidence, by, verdict, **given)
    assert everything() == stood
    return set(refusal.value.problems)


@pytest.mark.parametrize("verdict", ["accepted", "rejected"])
def test_a_verdict_keeps_who_gave_it_when_and_why(verdict: str, evidence: Evidence, people: People) -> None:
    after = fresh(judge(evidence, people.assurer, verdict, reason=f" {REASON} "))
    assert (after.verdict, after.verdict_reason, after.judged_by, after.judged_at, after.version) == (
        verdict,
        REASON,
        people.assurer,
        NOW,
        2,
    )
    event = Event.objects.latest("sequence")
    assert (event.verb, event.reason, event.role) == ("judge evidence", REASON, "assurer")


def test_a_verdict_may_be_changed_by_a_later_one(evidence: Evidence, people: People) -> None:
    judge(evidence, people.assurer, "accepted")
    assert judge(evidence, people.assurer, "rejected").verdict == "rejected"


@pytest.mark.parametrize("verdict", ["pending", "waived", ""])
def test_a_verdict_is_accepted_or_rejected(verdict: str, evidence: Evidence, people: People) -> None:
    assert refused(evidence, people.assurer, verdict) == {"verdict"}


@pytest.mark.parametrize("verdict", ["accepted", "rejected"])
@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_verdict_has_a_reason(verdict: str, reason: str, evidence: Evidence, people: People) -> None:
    assert refused(evidence, people.assurer, verdict, reason=reason) == {"reason"}


@pytest.mark.parametrize(
    "name",
    ["viewer", "contributor", "regional", "sibling", "partner", "inspector", "administrator", "outsider"],
)
def test_only_an_assurer_judges(name: str, evidence: Evidence, people: People) -> None:
    stood = everything()
    with pytest.raises(NotPermitted):
        judge(evidence, getattr(people, name))
    assert everything() == stood


def test_nobody_judges_what_they_attached(
    recommendation: Recommendation, people: People, bodies: Bodies
) -> None:
    """Though all else is right: an assurer of another organisation, who was lent to the owner for a while."""
    both = person("both", roles.ASSURER, bodies.assurance, bodies.national)
    also(both, roles.CONTRIBUTOR, bodies.assurance, bodies.national)
    own = attach(recommendation, both)
    ends(both, roles.CONTRIBUTOR)
    assert refused(own, both) == {"another_person"}
    assert judge(attach(recommendation, people.contributor), both).verdict == "accepted"


@pytest.mark.parametrize("home", ["pdu", "below"])
def test_nobody_of_the_owners_house_judges(
    home: str, evidence: Evidence, bodies: Bodies, system: Any
) -> None:
    inside = person("inside", roles.ASSURER, organisation_of(bodies, home), bodies.national)
    assert refused(evidence, inside) == {"another_organisation"}


def organisation_of(bodies: Bodies, name: str) -> Any:
    if name != "below":
        return getattr(bodies, name)
    return create_organisation(
        name="Bristol office", level="partner", parent=bodies.pdu, by=system_actor(), at=NOW
    )


def test_all_that_stands_against_a_verdict_is_told_at_once(
    recommendation: Recommendation, bodies: Bodies
) -> None:
    inside = person("inside", roles.ASSURER, bodies.pdu)
    also(inside, roles.CONTRIBUTOR, bodies.pdu)
    own = attach(recommendation, inside)
    assert refused(own, inside, "waived", reason="") == {
        "verdict",
        "reason",
        "another_person",
        "another_organisation",
    }


def test_a_verdict_on_a_row_that_another_judged_is_refused(evidence: Evidence, people: People) -> None:
    judge(evidence, people.assurer, "accepted")
    stood = everything()
    with pytest.raises(StaleVersion):
        judge_evidence(
            evidence=evidence, version=1, verdict="rejected", reason=REASON, by=people.assurer, at=NOW
        )
    assert everything() == stood
