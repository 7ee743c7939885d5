"""Where recommendations stand for a caller, today or when a past day ended: rows, and their totals."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from recommendations import workflow
from recommendations.access import with_my_steps
from recommendations.models import (
    Action,
    Evidence,
    Inspection,
    Measure,
    Recommendation,
    RecommendationLink,
)
from recommendations.models.action import ScheduleStatus
from recommendations.models.scope import reaches
from recommendations.models.standing import UNJUDGED, EvidenceStatus, Gap


def recommendations(user: Any, *, today: date) -> QuerySet[Recommendation]:
    """The recommendations that exist for `user`, each with all that its detail shows."""
    readable = Recommendation.objects.visible_to(user, on=today)
    links = RecommendationLink.objects.filter(source__in=readable, target__in=readable).order_by("pk")
    evidence = Evidence.objects.visible_to(user).for_list().order_by("pk")
    rows: Any = readable.with_scope(user).with_kept_standing(on=today)
    rows = with_my_steps(rows.annotate(reads_whole=reaches(user, "owner")), user, workflow.RECOMMENDATION)
    return rows.select_related("inspection", "addressee", "owner").prefetch_related(
        "standards",
        "key_questions",
        Prefetch("measures", Measure.objects.select_related("key_question").order_by("pk")),
        Prefetch("links", links.select_related("target")),
        Prefetch("linked_from", links.select_related("source")),
        # Beside `actions` and `evidence`, which operations take for all of them.
        Prefetch("actions", actions(user, today=today).order_by("pk"), to_attr="readable_actions"),
        Prefetch("evidence", evidence, to_attr="readable_evidence"),
    )


def actions(user: Any, *, today: date) -> QuerySet[Action]:
    """The actions that exist for `user`, each with all that is shown of it."""
    rows: Any = Action.objects.visible_to(user).for_list().with_times_moved().with_schedule(on=today)
    # A successor that another body leads may be out of reach: then it is not named.
    rows = rows.prefetch_related(Prefetch("successor", Action.objects.visible_to(user)))
    return with_my_steps(rows, user, workflow.ACTION)


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
