"""Where the recommendations of a report stand for a caller, today or when a past day ended: totals."""

from datetime import date
from typing import Any

from recommendations import workflow
from recommendations.models import Inspection
from recommendations.models.action import ScheduleStatus
from recommendations.queries.statuses import UNJUDGED, AcceptedLevel
from recommendations.read_models.summary import counts_by_code, counts_by_reason, rows_in_scope, status_rows


def progress_of(inspection: Inspection, user: Any, *, today: date, as_of: date | None) -> dict[str, Any]:
    """Totals of the recommendations of a report that are in the scope of `user`. Two queries.

    The same rules as the list of recommendations with the same `as_of`, so that both reconcile.
    """
    found = status_rows(rows_in_scope(user, today=today, as_of=as_of).filter(inspection=inspection))
    judgements = inspection.framework.judgements.values_list("code", flat=True)
    return {
        "recommendations": len(found),
        "status": counts_by_code(found, "status", workflow.RECOMMENDATION.states),
        "evidence_level": counts_by_code(found, "evidence", AcceptedLevel.values),
        "schedule_status": counts_by_code(found, "schedule", ScheduleStatus.values),
        "judgement": counts_by_code(found, "judgement", [UNJUDGED, *judgements]),
        "no_recent_update": sum(one.no_recent_update for one in found),
        "unsupported_claim": sum(one.has_unsupported_claim for one in found),
        "unsupported_claim_reasons": counts_by_reason(found),
    }
