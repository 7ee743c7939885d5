"""Where recommendations stand for a caller, today or when a past day ended: rows, and their totals."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Case, Count, DateField, DurationField, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from recommendations import workflow
from recommendations.models import Action, Evidence, Inspection, Recommendation
from recommendations.models.action import ScheduleStatus
from recommendations.models.history import end_of
from recommendations.models.scope import reaches
from recommendations.models.standing import UNJUDGED, EvidenceStatus, Gap


def recommendations(user: Any, *, today: date, as_of: date | None) -> QuerySet[Recommendation]:
    """The recommendations that exist for `user`, with their standing and what is shown beside it.

    The scope is today's, whatever the day that is asked about. `due`, `late` and `owned_by` are what
    may be sorted by: out of scope they are empty, so that an order tells nothing.
    """
    rows: Any = Recommendation.objects.visible_to(user, on=today).for_list(user)
    rows = _stood(rows, user, as_of) if as_of else rows.with_standing(on=today)
    return rows.annotate(
        reads_whole=reaches(user, "owner"),
        due=Case(When(in_scope=True, then=F("fact_first_due")), output_field=DateField()),
        late=Case(When(in_scope=True, then=F("late_by")), output_field=DurationField()),
        owned_by=F("as_it_stood__owner__slug" if as_of else "owner__slug"),
    )


def progress_of(inspection: Inspection, user: Any, *, today: date, as_of: date | None) -> dict[str, Any]:
    """Totals of the recommendations of a report of which `user` may read where they stand. Two queries.

    The same rules as the list of recommendations with the same `as_of`, so that both reconcile.
    """
    rows: Any = Recommendation.objects.visible_to(user, on=today).in_scope_of(user)
    rows = rows.filter(inspection=inspection)
    rows = rows.with_standing_as_of(as_of) if as_of else rows.with_standing(on=today)
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


def _stood(rows: Any, user: Any, day: date) -> Any:
    actions = Action.objects.visible_to(user).filter(created_at__lt=end_of(day))
    evidence = Evidence.objects.visible_to(user).filter(attached_at__lt=end_of(day))
    return (
        rows.with_standing_as_of(day)
        .select_related("as_it_stood__owner")
        .annotate(action_count=_count_of(actions), evidence_count=_count_of(evidence))
    )


def _count_of(rows: QuerySet[Any]) -> Coalesce:
    per_recommendation = rows.filter(recommendation=OuterRef("pk")).order_by().values("recommendation")
    return Coalesce(Subquery(per_recommendation.annotate(total=Count("pk")).values("total")), 0)
