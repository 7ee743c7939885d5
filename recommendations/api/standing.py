"""Where the recommendations of a report stand for a caller, today or when a past day ended: totals."""

from collections import Counter
from datetime import date
from typing import Any

from recommendations import workflow
from recommendations.models import Inspection, Recommendation
from recommendations.models.action import ScheduleStatus
from recommendations.models.standing import UNJUDGED, EvidenceStatus, Gap


def progress_of(inspection: Inspection, user: Any, *, today: date, as_of: date | None) -> dict[str, Any]:
    """Totals of the recommendations of a report of which `user` may read where they stand. Two queries.

    The same rules as the list of recommendations with the same `as_of`, so that both reconcile.
    """
    rows: Any = Recommendation.objects.visible_to(user, on=today).in_scope_of(user)
    rows = rows.filter(inspection=inspection)
    rows = rows.with_standing_as_of(as_of) if as_of else rows.with_kept_standing(on=today)
    flags = ["silent", "gap", *(f"gap_{gap.value}" for gap in Gap)]
    names = ["official_status", "evidence_status", "schedule_status", "judgement"]
    found = list(rows.order_by().values(*names, *flags))
    judgements = inspection.framework.judgements.values_list("code", flat=True)

    def totals(name: str, codes: Any) -> dict[str, int]:
        counted = Counter(row[name] or UNJUDGED for row in found)
        return {code: counted[code] for code in codes}

    return {
        "recommendations": len(found),
        "status": totals("official_status", workflow.RECOMMENDATION.states),
        "evidence_status": totals("evidence_status", EvidenceStatus.values),
        "schedule_status": totals("schedule_status", ScheduleStatus.values),
        "judgement": totals("judgement", [UNJUDGED, *judgements]),
        "silent": sum(row["silent"] for row in found),
        "gap": sum(row["gap"] for row in found),
        "gap_reasons": {gap.value: sum(row[f"gap_{gap.value}"] for row in found) for gap in Gap},
    }
