"""Where the recommendations of a report stand for a caller, today or when a past day ended: totals."""

from datetime import date
from typing import Any

from recommendations import workflow
from recommendations.models import Inspection
from recommendations.models.action import ScheduleStatus
from recommendations.queries.statuses import UNJUDGED, AcceptedLevel
from recommendations.read_models.counts import counted, in_reach, stands, unsupported_claim_reasons


def progress_of(inspection: Inspection, user: Any, *, today: date, as_of: date | None) -> dict[str, Any]:
    """Totals of the recommendations of a report of which `user` may read where they stand. Two queries.

    The same rules as the list of recommendations with the same `as_of`, so that both reconcile.
    """
    found = stands(in_reach(user, today=today, as_of=as_of).filter(inspection=inspection))
    judgements = inspection.framework.judgements.values_list("code", flat=True)
    return {
        "recommendations": len(found),
        "status": counted(found, "status", workflow.RECOMMENDATION.states),
        "evidence_level": counted(found, "evidence", AcceptedLevel.values),
        "schedule_status": counted(found, "schedule", ScheduleStatus.values),
        "judgement": counted(found, "judgement", [UNJUDGED, *judgements]),
        "no_recent_update": sum(one.no_recent_update for one in found),
        "unsupported_claim": sum(one.has_unsupported_claim for one in found),
        "unsupported_claim_reasons": unsupported_claim_reasons(found),
    }
