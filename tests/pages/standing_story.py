"""Recommendations that stand in every way, for the tests of what the pages count."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from recommendations.models import EvidenceLevel, Inspection, Recommendation
from recommendations.operations.actions import plan_action
from recommendations.operations.conditions import StepInput
from recommendations.operations.evidence import attach_evidence, judge_evidence
from recommendations.operations.ownership import change_owner
from recommendations.operations.responses import respond
from recommendations.operations.reviews import record_review
from recommendations.operations.targets import revise_target
from recommendations.operations.transitions import take_step
from tests.factories import NOW, TODAY, Bodies, People

DAY = timedelta(days=1)
CANARY = "zebra-crossing"  # In every text that bodies write; no page of numbers shows one.


def told(bsg: Inspection, people: People, bodies: Bodies) -> SimpleNamespace:
    """Work of every kind on the second day; on the sixth a judgement, and one is given to the region.

    1 is claimed and judged insufficient, 6 claimed and verified, 2 has late actions whose dates moved, of
    which the police lead one, 3 is not agreed, 4 has a distant date, 5 is the region's at last.
    """
    at, later = NOW + DAY, NOW + 5 * DAY
    for number in (1, 6):
        claimed(bsg.recommendations.get(number=number), people, at=at)
    _answered(bsg.recommendations.get(number=2), people, at=at, answer="agreed")
    _answered(bsg.recommendations.get(number=3), people, at=at, answer="not_agreed", reason=CANARY)
    scale = bsg.framework.judgements.order_by("order")
    _judged(bsg, 1, scale.filter(verified=False, order__gt=0).last(), people, at=at)
    _planned(bsg, people, bodies, at=at)
    _judged(bsg, 6, scale.filter(verified=True).first(), people, at=later)
    fifth = bsg.recommendations.get(number=5)
    reorganised = {"owner": bodies.region, "reason": CANARY, "by": people.inspector, "at": later}
    change_owner(recommendation=fifth, version=fifth.version, **reorganised)
    return SimpleNamespace(begun=TODAY + DAY, moved=TODAY + 5 * DAY)


def claimed(recommendation: Recommendation, people: People, *, at: Any) -> None:
    """Agreed, shown by accepted evidence of practice, and submitted."""
    found = _answered(recommendation, people, at=at, answer="agreed")
    evidence = attach_evidence(
        recommendation=found,
        title=CANARY,
        url="https://example.org/audit",
        level=EvidenceLevel.PRACTICE,
        represents=TODAY,
        declared_no_personal_data=True,
        by=people.contributor,
        at=at,
    )
    judged = {"verdict": "accepted", "reason": CANARY, "by": people.assurer, "at": at}
    judge_evidence(evidence=evidence, version=evidence.version, **judged)
    given = StepInput(outcome=CANARY)
    by = {"by": people.contributor, "at": at}
    take_step(subject=found, step="submit", version=found.version, given=given, **by)


def _answered(found: Recommendation, people: People, *, at: Any, **answer: str) -> Recommendation:
    respond(recommendation=found, version=found.version, **answer, by=people.contributor, at=at)
    return Recommendation.objects.get(pk=found.pk)


def _planned(bsg: Inspection, people: People, bodies: Bodies, *, at: Any) -> None:
    by = {"by": people.contributor, "at": at}
    plain = {"description": CANARY, "responsible_post": CANARY, **by}
    second, fourth = (bsg.recommendations.get(number=number) for number in (2, 4))
    led = plan_action(recommendation=second, lead=bodies.police, target_date="10 January 2026", **plain)
    own = plan_action(recommendation=second, lead=bodies.pdu, target_date="5 January 2026", **plain)
    plan_action(recommendation=fourth, lead=bodies.pdu, target_date="30 June 2099", **plain)
    revise_target(action=led, version=1, target_date="30 January 2026", reason=CANARY, **by)
    revise_target(action=own, version=1, target_date="20 January 2026", reason=CANARY, **by)
    later = {"by": people.contributor, "at": NOW + 3 * DAY}
    revise_target(action=own, version=2, target_date="25 January 2026", reason=CANARY, **later)


def _judged(bsg: Inspection, number: int, judgement: Any, people: People, *, at: Any) -> None:
    found = bsg.recommendations.get(number=number)
    record_review(
        recommendation=found, judgement=judgement.code, narrative=CANARY, by=people.inspector, at=at
    )


def totals_on(page: str) -> dict[str, str]:
    """The totals as the page writes them, by their names."""
    pairs = re.findall(r'<div class="app-totals__item"><dt>(.*?)</dt><dd>(.*?)</dd>', page)
    return {words: plain(cell).split(" ")[0] for words, cell in pairs}


def plain(markup: str) -> str:
    """The text of a piece of a page."""
    return " ".join(re.sub(r"<[^>]*>", "", markup).split())
