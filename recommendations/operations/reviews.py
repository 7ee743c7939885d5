"""Records the judgement of an independent inspector, who did none of the work."""

from datetime import date, datetime
from typing import Any

from recommendations.access import is_same_organisation, is_same_person
from recommendations.models import Evidence, Judgement, Recommendation, Review, User
from recommendations.operations.conditions import ANOTHER_ORGANISATION
from recommendations.operations.record import recording
from recommendations.operations.snapshot import snapshot
from recommendations.operations.validation import Draft
from recommendations.queries.statuses import with_statuses
from recommendations.roles import Capability


def record_review(
    *,
    recommendation: Recommendation,
    judgement: str,
    narrative: str,
    dated: date | None = None,
    corrects: Review | None = None,
    by: User,
    at: datetime,
) -> Review:
    """Judge the progress of a recommendation, and store the claim of this moment with it.

    `judgement` is a code of the framework's scale. A review is never changed: `corrects` names the one
    that this takes the place of. Raises NotPermitted unless `by` inspects, Invalid with every problem.
    """
    with recording("review", by=by, at=at) as change:
        rows = Recommendation.objects.filter(pk=recommendation.pk).select_related("inspection", "owner")
        current = change.permitted(rows, Capability.REVIEW)
        draft = Draft(Review)
        draft.text("narrative", narrative)
        draft.past_day("dated", dated or change.day, change.day, "Give the day of the review.")
        found = _judgement(draft, current, judgement)
        if corrects and corrects.recommendation_id != current.pk:
            draft.refuse("corrects", f"That review is not of {current}.")
        if is_same_person(by, current):
            draft.refuse("another_person", "You did some of this work: another inspector reviews it.")
        if is_same_organisation(by, current):
            draft.refuse("another_organisation", ANOTHER_ORGANISATION.format(owner=current.owner))
        review = Review(
            **draft.checked(),
            recommendation=current,
            judgement=found,
            claim=claim_of(current, on=change.day),
            corrects=corrects,
            reviewer=by,
            recorded_at=change.at,
        )
        return change.add(review)


def claim_of(recommendation: Recommendation, *, on: date) -> dict[str, object]:
    """What the owner claims on the day `on`, as plain data: see `Review.claim`."""
    row: Any = with_statuses(Recommendation.objects.all(), on=on).get(pk=recommendation.pk)
    evidence = Evidence.objects.filter(recommendation=recommendation).order_by("pk")
    return {
        "status": row.status,
        "outcome": row.outcome,
        "version": row.version,
        "response": row.fact_answer,
        "evidence_status": row.evidence_level,
        "schedule_status": row.schedule_status,
        "silent": row.no_recent_update,
        "actions": list(recommendation.actions.order_by("pk").values("label", "status", "outcome")),
        "evidence": [
            # Not the title: a copy here would outlive its redaction.
            {name: said[name] for name in ("id", "kind", "verdict", "expires", "sha256")}
            for said in map(snapshot, evidence)
        ],
    }


def _judgement(draft: Draft, recommendation: Recommendation, code: str) -> Judgement | None:
    scale = Judgement.objects.filter(framework=recommendation.inspection.framework_id)
    # Compared here: a database cannot even be asked for every text.
    known = {one.code: one for one in scale}
    if code not in known:
        draft.refuse(
            "judgement", f"“{code}” is no judgement of this framework. Known are: {', '.join(known)}."
        )
    return known.get(code)
