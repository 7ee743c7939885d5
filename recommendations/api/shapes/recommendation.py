"""A recommendation: what was published, and within reach where the work stands, today or on a past day."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Count, DateField, F, IntegerField, Q, When
from django.db.models import Value as Constant
from django.db.models.functions import NullIf

from recommendations import workflow
from recommendations.api.shapes import briefs
from recommendations.api.shapes.parts import (
    Address,
    Beside,
    Made,
    Object,
    Part,
    Raw,
    Side,
    Told,
    Value,
    listing,
)
from recommendations.api.shapes.published import BASELINE
from recommendations.api.shapes.shape import Ask, Shape
from recommendations.api.shapes.steps import allowed_steps, loads_steps
from recommendations.exports import Kind
from recommendations.models import (
    Action,
    Evidence,
    Measure,
    Recommendation,
)
from recommendations.models.reach import NEVER
from recommendations.queries import statuses as standing
from recommendations.queries.parameters import KEYS, end_of
from recommendations.queries.statuses import Gap, with_kept_statuses
from recommendations.queries.visibility import in_scope, reaches, visible

# What is shown within reach of the owner, or of the lead of one of its actions.
IN_SCOPE = "in_scope"
READS_WHOLE = "reads_whole"
STANDING = ("standing",)
# What the narrow table of reach has too.
NARROW = ("narrow",)


def _rests_on(ask: Ask) -> Any:
    """Standards and key questions together: one query for both."""
    standards = Recommendation.standards.through.objects.filter(recommendation__among=KEYS).values_list(
        "recommendation_id", Constant("standards"), "standard__number", "standard__name"
    )
    questions = Recommendation.key_questions.through.objects.filter(recommendation__among=KEYS).values_list(
        "recommendation_id", Constant("key_questions"), "keyquestion__number", "keyquestion__text"
    )
    return standards.union(questions, all=True).order_by()


def _measures(ask: Ask) -> Any:
    return Measure.objects.filter(recommendation__among=KEYS).order_by("pk")


def _actions(ask: Ask) -> Any:
    """How many actions within reach stand at each status: one row, as an index has them side by side."""
    rows = visible(Action.objects.all(), ask.user, on=ask.today).filter(recommendation__among=KEYS)
    if ask.as_of:
        rows = rows.filter(created_at__lt=end_of(ask.as_of))
    totals = {f"at_{status}": Count("pk", filter=Q(status=status)) for status in workflow.ACTION.states}
    return rows.order_by().values("recommendation_id").annotate(**totals)


def _evidence(ask: Ask) -> Any:
    rows = visible(Evidence.objects.all(), ask.user, on=ask.today).filter(recommendation__among=KEYS)
    if ask.as_of:
        rows = rows.filter(attached_at__lt=end_of(ask.as_of))
    return rows.order_by().values("recommendation_id").annotate(total=Count("pk"))


RESTS_ON = Side(
    _rests_on,
    Raw("kind", "number", "text"),
    by="recommendation_id",
    is_whole=True,
)
MEASURES = Side(_measures, Object(BASELINE), by="recommendation_id")
AT_STATUS = Object({status: Value(f"at_{status}") for status in workflow.ACTION.states})
ACTIONS = Side(_actions, AT_STATUS, by="recommendation_id")
EVIDENCES = Side(_evidence, Value("total"), by="recommendation_id")


def _rests(kind: str, second: str) -> Part:
    def fold(items: list[Any]) -> list[dict[str, Any]]:
        return [{"number": number, second: text} for this, number, text in sorted(items) if this == kind]

    return Beside(RESTS_ON, fold, flat=listing("number"))


NO_ACTIONS = dict.fromkeys(workflow.ACTION.states, 0)


def _by_status(items: Sequence[dict[str, int]]) -> dict[str, int]:
    return items[0] if items else NO_ACTIONS


def _gap(values: list[Any], told: Told) -> dict[str, Any]:
    reasons = [gap for gap, holds in zip(Gap, values, strict=True) if holds]
    return {
        "is_open": bool(reasons),
        "reasons": [{"code": gap.value, "text": str(gap.label)} for gap in reasons],
    }


def _sequence(values: list[Any], told: Told) -> int:
    in_scope, last, published = values
    return last if in_scope else published


PUBLISHED: dict[str, Part] = {
    "reference": Value("reference"),
    "number": Value("number", Kind.NUMBER),
    "url": Address("recommendations", "reference"),
    "text": Value("text", Kind.TEXT),
    "inspection": briefs.inspection("inspection"),
    "addressee": briefs.organisation("addressee"),
    "owner": briefs.organisation("owner"),
    "standards": _rests("standards", "name"),
    "key_questions": _rests("key_questions", "text"),
    "baselines": Beside(MEASURES, flat=listing("question")),
    "measurement_note": Value("measurement_note", Kind.TEXT),
}
WORK: dict[str, Part] = {
    "status": Value("official_status", needs=NARROW),
    "response": Value("fact_answer", needs=STANDING),
    "evidence_status": Value("evidence_status", needs=STANDING),
    "schedule_status": Value("schedule_status", needs=NARROW),
    "due": Value("fact_first_due", Kind.DAY, needs=NARROW),
    "days_late": Value("late_by", Kind.NUMBER, needs=NARROW),
    "days_late_original": Value("late_by_original", Kind.NUMBER, needs=STANDING),
    "silent": Value("silent", Kind.FLAG, needs=STANDING),
    "judgement": Value("judgement", needs=STANDING),
    "gap": Made(
        _gap,
        *(Value(f"gap_{gap.value}") for gap in Gap),
        needs=STANDING,
        flat=lambda gap: "; ".join(reason["code"] for reason in gap["reasons"]),
    ),
    "actions_by_status": Beside(
        ACTIONS, _by_status, columns_of=dict.fromkeys(workflow.ACTION.states, Kind.NUMBER)
    ),
    "action_count": Beside(ACTIONS, lambda items: sum(_by_status(items).values()), kind=Kind.NUMBER),
    "evidence_count": Beside(EVIDENCES, sum, kind=Kind.NUMBER),
}
PRESENT: dict[str, Part] = {
    "allowed_steps": allowed_steps(workflow.RECOMMENDATION),
    "version": Value("version", Kind.NUMBER),
    "outcome": Value("outcome", Kind.TEXT),
}
SEQUENCE = {
    "sequence": Made(
        _sequence,
        *(Value(name) for name in ("in_scope", "sequence", "published_sequence")),
        kind=Kind.NUMBER,
        needs=("scope",),
    )
}


def _scope(rows: Any, ask: Ask) -> Any:
    rows = (
        rows.annotate(in_scope=Constant(True))
        if ask.all_in_scope
        else rows.annotate(in_scope=in_scope(ask.user))
    )
    return rows.annotate(reads_whole=reaches(ask.user, "owner"))


def _standing(rows: Any, ask: Ask) -> Any:
    return rows if ask.as_of else with_kept_statuses(rows, on=ask.today)


def _narrow(rows: Any, ask: Ask) -> Any:
    """Status, due date and schedule: from the table that drives the list, where it is driven by that."""
    if "official_status" in rows.query.annotations:
        return rows
    if not ask.by_reach:
        return _standing(rows, ask)
    due = NullIf(F("reach__due"), Constant(NEVER, output_field=DateField()))
    rows = rows.annotate(fact_status=F("reach__status"), fact_first_due=due)
    return rows.annotate(**standing.schedule(ask.today))


def _sorting(rows: Any, ask: Ask) -> Any:
    """What may be sorted by: out of scope it is empty, so that an order tells nothing."""
    return rows.annotate(
        due_shown=Case(When(in_scope=True, then=F("fact_first_due")), output_field=DateField()),
        late_shown=Case(When(in_scope=True, then=F("late_by")), output_field=IntegerField()),
    )


LOADS = {
    "scope": _scope,
    "standing": _standing,
    "narrow": _narrow,
    "sorting": _sorting,
    "steps": loads_steps(workflow.RECOMMENDATION),
}
GATES = dict.fromkeys((*WORK, "allowed_steps", "version"), IN_SCOPE) | {"outcome": READS_WHOLE}
RECOMMENDATION = Shape({**PUBLISHED, **WORK, **PRESENT, **SEQUENCE}, LOADS, GATES)
