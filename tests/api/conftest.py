"""Work on the real report's recommendations, done by the operations, for the tests of the API."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from recommendations.models import Evidence, EvidenceLevel, Inspection, Measure, Recommendation
from recommendations.operations.conditions import StepInput
from recommendations.operations.evidence import attach_evidence, judge_evidence
from recommendations.operations.responses import respond
from recommendations.operations.transitions import take_step
from tests.api.worked import worked
from tests.factories import NOW, TODAY, Bodies, People

__all__ = ["worked"]


@pytest.fixture
def answered(bsg: Inspection, people: People) -> Callable[..., Recommendation]:
    """Recommendation `number` of the PDU, agreed by its people and so in progress."""

    def agreed(number: int = 1, *, at: Any = NOW) -> Recommendation:
        found = bsg.recommendations.get(number=number)
        respond(recommendation=found, version=found.version, answer="agreed", by=people.contributor, at=at)
        return bsg.recommendations.get(number=number)

    return agreed


@pytest.fixture
def attach(people: People) -> Callable[..., Evidence]:
    """Attach a link to a recommendation by its owner's people, with what is given."""

    def attached(recommendation: Recommendation, **given: Any) -> Evidence:
        plain = {
            "title": "Case audit",
            "url": "https://example.org/audit",
            "level": EvidenceLevel.PRACTICE,
            "represents": TODAY,
            "declared_no_personal_data": True,
            "by": people.contributor,
            "at": NOW,
        }
        return attach_evidence(recommendation=recommendation, **{**plain, **given})

    return attached


@pytest.fixture
def accept(people: People) -> Callable[..., Evidence]:
    def accepted(evidence: Evidence, *, at: Any = NOW) -> Evidence:
        return judge_evidence(
            evidence=evidence,
            version=evidence.version,
            verdict="accepted",
            reason="It shows what it says.",
            by=people.assurer,
            at=at,
        )

    return accepted


@pytest.fixture
def submitted(
    answered: Callable, attach: Callable, accept: Callable, people: People
) -> Callable[..., Recommendation]:
    """Recommendation `number` claimed to be done, on accepted evidence of practice."""

    def claimed(number: int = 1, *, at: Any = NOW) -> Recommendation:
        recommendation = answered(number, at=at)
        accept(attach(recommendation, at=at), at=at)
        return take_step(
            subject=recommendation,
            step="submit",
            version=recommendation.version,
            given=StepInput(outcome="Every case has a plan."),
            by=people.contributor,
            at=at,
        )

    return claimed


@pytest.fixture
def setting(
    plan: Callable,
    attach: Callable,
    api: Callable,
    bsg: Inspection,
    people: People,
    bodies: Bodies,
) -> SimpleNamespace:
    """Something of everything that is written to, and the keys by which to find it."""
    update = {"recommendation": "BSG-2023-1", "text": "Half are trained."}
    return SimpleNamespace(
        action=plan(1, target_date="30 June 2027").pk,
        evidence=attach(bsg.recommendations.get(number=1)).pk,
        update=api(people.contributor).post("/api/v1/updates/", update).json()["id"],
        measure=Measure.objects.filter(recommendation__reference="BSG-2023-1")[0].pk,
        version=bsg.recommendations.get(number=2).version,
        region=bodies.region.slug,
        judgement=bsg.framework.judgements.all()[1].code,
    )
