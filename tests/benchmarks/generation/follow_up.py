"""What others than the owner's people say of made-up work, and later readings of its measures."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from recommendations.framework import Count, movement
from recommendations.models import (
    Evidence,
    Judgement,
    LinkKind,
    Organisation,
    Reading,
    Recommendation,
    RecommendationLink,
    Review,
)
from tests.benchmarks.generation.facts import evidence_level, has_no_recent_update, schedule_status
from tests.benchmarks.generation.work import Work


def review(work: Work, at: datetime, *, judgement: Judgement, narrative: str, corrects: bool) -> None:
    """Judge the progress; `corrects` takes the place of the last review."""
    change = work.change("review", work.inspector, at)
    row = Review(
        recommendation=work.recommendation,
        judgement=judgement,
        dated=change.day,
        narrative=narrative,
        claim=_claim(work, change.day),
        corrects=work.standing.reviews[-1] if corrects else None,
        reviewer=work.inspector.user,
        recorded_at=at,
    )
    work.standing.reviews.append(change.add(row))
    change.close(work.standing)


def read(work: Work, at: datetime, *, place: int, fell: float, source: str) -> None:
    """Count the cases of a measure again; `fell` is the part that there are fewer, below 0 the part more."""
    measure = work.standing.measures[place]
    baseline = Count(measure.n or 0, measure.out_of or 0)
    now = Count(min(baseline.out_of, max(0, round(baseline.n * (1 - fell)))), baseline.out_of)
    found, p = movement(baseline=baseline, reading=now, better=measure.better)
    change = work.change("reading", work.owner, at)
    row = Reading(
        measure=measure,
        taken_on=change.day,
        n=now.n,
        out_of=now.out_of,
        source=source,
        movement=found.value,
        p_value=None if p is None else Decimal(p).quantize(Decimal("0.00001")),
        recorded_by=work.owner.user,
        recorded_at=at,
    )
    work.standing.readings.append(change.add(row))
    change.close(work.standing)


def change_owner(work: Work, at: datetime, *, owner: Organisation, reason: str) -> None:
    change = work.change("change owner", work.inspector, at, work.recommendation, reason)
    change.change(work.recommendation, {"owner_id": owner.pk})
    change.close(work.standing)


def link(work: Work, at: datetime, *, target: Recommendation, kind: LinkKind, reason: str) -> None:
    change = work.change("link", work.inspector, at, reason=reason)
    change.add(RecommendationLink(source=work.recommendation, target=target, kind=kind.value))
    change.close()


def _claim(work: Work, on: date) -> dict[str, Any]:
    """What the owner claims on the day `on`: see `reviews.claim_of`."""
    row, facts = work.recommendation, work.standing.facts()
    return {
        "status": row.status,
        "outcome": row.outcome,
        "version": row.version,
        "response": facts["answer"],
        "evidence_status": evidence_level(facts, on=on),
        "schedule_status": schedule_status(facts, on=on),
        "silent": has_no_recent_update(facts, on=on),
        "actions": [
            {"label": one.label, "status": one.status, "outcome": one.outcome}
            for one in work.standing.actions
        ],
        "evidence": [_piece(one) for one in work.standing.evidence],
    }


def _piece(row: Evidence) -> dict[str, Any]:
    expires = row.expires and row.expires.isoformat()
    return {"id": row.pk, "kind": row.level, "verdict": row.verdict, "expires": expires, "sha256": row.sha256}
