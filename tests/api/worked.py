"""Rows of every noun, for the tests of what the API shows of them."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from recommendations.models import Inspection, Measure, Recommendation
from recommendations.operations.evidence import Upload
from recommendations.operations.ownership import change_owner, link_recommendations
from recommendations.operations.readings import add_reading
from recommendations.operations.redaction import redact
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from tests.factories import NOW, TODAY, Bodies, People, line, recorded, staffed
from tests.operations.work import attach, judge, plan, reach, take, update

WHY = "Ten cases of June show it."


@pytest.fixture(scope="module")
def worked(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Something of everything: each field that may be empty is set on one row, and empty on another."""
    backend = "recommendations.storage.DurableFileSystemStorage"
    kept = {"BACKEND": backend, "OPTIONS": {"location": tmp_path_factory.mktemp("evidence")}}
    elsewhere = override_settings(STORAGES={**settings.STORAGES, "evidence": kept})
    with elsewhere, django_db_blocker.unblock(), transaction.atomic():
        report, people, bodies = recorded(), staffed(), line()
        _plan_everything(report.recommendations.get(number=1), people, bodies)
        _say_everything(report, people)
        _measure(people)
        _go_on(report, people, bodies)
        yield
        transaction.set_rollback(True)


def _plan_everything(one: Recommendation, people: People, bodies: Bodies) -> None:
    """Actions: late and moved, led by another body, undated, undone, superseded by one out of its reach."""
    owner = people.contributor
    late = plan(one, owner, target_date="30 June 2025", contributors=[bodies.region, bodies.police])
    revise_target(action=late, version=1, target_date="summer 2025", reason=WHY, by=owner, at=NOW)
    led = plan(one, owner, lead=bodies.police, target_date="31 March 2037")
    plan(one, owner, person=owner, target_date="Ongoing")
    old = plan(one, owner, lead=bodies.police)
    take(old, "supersede", people.inspector, reason=WHY, successor=late)
    for end in ("submitted", "will_not_do"):
        reach(plan(one, owner), end, people)
    first = update(led, people.partner)
    update(led, people.partner, corrects=first)
    redact(row=update(one, owner), reason=WHY, by=people.administrator, at=NOW)
    judge(attach(led, people.partner, expires=TODAY), people.assurer)
    attach(one, owner, url="", document_reference="PR/2026/14")
    _with_files(one, people)


def _with_files(one: Recommendation, people: People) -> None:
    """A file that is there, and one that was taken out."""
    attach(one, people.contributor, url="", file=_file(b"12 of 14 plans were reviewed.\n"))
    gone = attach(one, people.contributor, url="", file=_file(b"The plan of one was reviewed.\n"))
    redact(row=gone, reason=WHY, by=people.administrator, at=NOW)


def _file(content: bytes) -> Upload:
    upload = Upload(name="audit.txt", chunks=[content])
    upload.receive()
    return upload


def _say_everything(report: Inspection, people: People) -> None:
    one, two, three = (report.recommendations.get(number=number) for number in (1, 2, 3))
    answer = {"answer": "partly_agreed", "accepted_part": "The training.", "dated": TODAY}
    take(one, "respond", people.contributor, **answer, reason="There is no money for the rest.")
    reach(two, "submitted", people)
    take(three, "supersede", people.inspector, reason=WHY, successor=two)
    said = {"recommendation": two, "judgement": report.framework.judgements.all()[1].code}
    by = {"by": people.inspector, "at": NOW}
    first = record_review(narrative="Seen.", **said, **by)
    record_review(narrative="Seen again.", corrects=first, **said, **by)
    link_recommendations(source=one, target=two, kind="repeats", reason=WHY, **by)


def _measure(people: People) -> None:
    measure = Measure.objects.get(recommendation__reference="BSG-2023-9", n=7, out_of=29)
    given = {"measure": measure, "taken_on": TODAY, "source": "Audit", "by": people.national, "at": NOW}
    for count in (8, 28):  # Of the second the p-value is rounded to nought.
        add_reading(n=count, out_of=29, note="By hand.", **given)
    add_reading(value=Decimal("24.50"), **given)
    # No report has printed a target yet.
    Measure.objects.filter(pk=measure.pk).update(target=Decimal("80.50"))


def _go_on(report: Inspection, people: People, bodies: Bodies) -> None:
    """Later than TODAY, so that a past day is another: a new owner, an action and evidence, a response."""
    later = NOW + timedelta(days=7, microseconds=120_000)
    four, five = (report.recommendations.get(number=number) for number in (4, 5))
    given = {"version": four.version, "owner": bodies.sibling, "reason": WHY}
    change_owner(recommendation=four, **given, by=people.inspector, at=later)
    plan(five, people.contributor, at=later)
    attach(five, people.contributor, at=later)
    take(five, "respond", people.contributor, at=later, answer="agreed")
