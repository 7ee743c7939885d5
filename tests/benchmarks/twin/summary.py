"""The summary as an aggregate of each organisation's subtree."""

import math
from typing import Any

from django.db.models import Avg, Count, F, IntegerField, Max, Q, QuerySet
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations import workflow
from recommendations.models import Answer, Judgement, Organisation, Recommendation
from recommendations.models.action import ScheduleStatus
from recommendations.models.base import DaysFrom
from recommendations.queries.statuses import AcceptedLevel, UnsupportedClaimReason, with_kept_statuses
from recommendations.queries.visibility import in_scope, reaches, visible
from tests.benchmarks.twin.briefs import OrganisationBrief

OPEN = Q(status_on_day__in=workflow.RECOMMENDATION.open)


class OrganisationOfSummary(OrganisationBrief):
    class Meta(OrganisationBrief.Meta):
        fields = ["slug", "name", "level", "url"]


class SummaryView(APIView):
    def get(self, request: Any) -> Response:
        user, today = request.user, timezone.localdate()
        rows = visible(Recommendation.objects.all(), user, on=today).filter(in_scope(user))
        rows = with_kept_statuses(rows, on=today)
        results = [{"organisation": None, **_totals(rows, today)}]
        for organisation in Organisation.objects.filter(reaches(user, "pk")).order_by("slug"):
            below = rows.filter(owner__ancestor_paths__ancestor=organisation)
            brief = OrganisationOfSummary(organisation, context={"request": request}).data
            if (totals := _totals(below, today))["recommendations"]:
                results.append({"organisation": brief, **totals})
        return Response({"results": results})


def _codes() -> dict[str, tuple[str, list[str]]]:
    """Of each field the annotation that it counts by, and its codes."""
    return {
        "response": ("fact_answer", ["none", *Answer.values]),
        "status": ("status_on_day", list(workflow.RECOMMENDATION.states)),
        "evidence_level": ("evidence_level", AcceptedLevel.values),
        "schedule_status": ("schedule_status", ScheduleStatus.values),
        "judgement": ("judgement", ["none", *Judgement.objects.values_list("code", flat=True)]),
    }


def _totals(rows: QuerySet, today: Any) -> dict[str, Any]:
    codes = _codes()
    age = DaysFrom(F("inspection__published_latest"), today)
    found = rows.order_by().aggregate(
        **_counts(codes),
        total=Count("pk"),
        with_unsupported_claim=Count("pk", filter=Q(unsupported_claim=True)),
        are_silent=Count("pk", filter=Q(no_recent_update=True)),
        are_open=Count("pk", filter=OPEN),
        mean=Avg(age, filter=OPEN),
        oldest=Max(age, filter=OPEN, output_field=IntegerField()),
    )
    mean = found["mean"]
    return {
        "recommendations": found["total"],
        **{name: {code: found[f"{name}__{code}"] for code in known} for name, (_, known) in codes.items()},
        "unsupported_claim": found["with_unsupported_claim"],
        "unsupported_claim_reasons": {
            reason.value: found[f"reason__{reason.value}"] for reason in UnsupportedClaimReason
        },
        "no_recent_update": found["are_silent"],
        "open": found["are_open"],
        "open_age_days": {
            "mean": None if mean is None else math.floor(mean + type(mean)(0.5)),
            "oldest": found["oldest"],
        },
    }


def _counts(codes: dict[str, tuple[str, list[str]]]) -> dict[str, Count]:
    counts = {
        f"{name}__{code}": Count("pk", filter=Q(**{path: _stored(name, code)}))
        for name, (path, known) in codes.items()
        for code in known
    }
    return counts | {
        f"reason__{reason.value}": Count("pk", filter=Q(**{f"unsupported_{reason.value}": True}))
        for reason in UnsupportedClaimReason
    }


def _stored(name: str, code: str) -> str:
    return "" if code == "none" and name != "evidence_level" else code
