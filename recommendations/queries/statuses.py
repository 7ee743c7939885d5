"""The four statuses of a recommendation and whether its claim is supported, computed by the database.

First the facts, which change only by a write: annotated as `fact_…`, from the rows or from the history.
Then, from the facts and a day, the statuses: the same rule for today and past days.
"""

from datetime import date, timedelta
from functools import cache, lru_cache

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    Expression,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from recommendations import workflow
from recommendations.framework.movement import Movement
from recommendations.models.action import DUE_SOON, Action, ScheduleStatus
from recommendations.models.base import DaysFrom
from recommendations.models.evidence import Evidence, EvidenceLevel, Verdict
from recommendations.models.history import FACTS, stood_at
from recommendations.models.measure import Measure, Reading
from recommendations.models.recommendation import Recommendation
from recommendations.models.response import Response
from recommendations.models.review import Review
from recommendations.models.target_revision import TargetRevision
from recommendations.models.update import ProgressUpdate
from recommendations.queries.parameters import Day, end_of

UNJUDGED = "none"
NO_RECENT_UPDATE_AFTER = timedelta(days=90)
NEVER = date.max  # The expiry of evidence that does not expire.


class AcceptedLevel(TextChoices):
    NONE = "none", "None accepted"
    OUTPUT = EvidenceLevel.OUTPUT.value, "Output"
    PRACTICE = EvidenceLevel.PRACTICE.value, "Practice"
    OUTCOME = EvidenceLevel.OUTCOME.value, "Outcome"


class UnsupportedClaimReason(TextChoices):
    """Why a recommendation is claimed to be done and yet its evidence or findings do not support that."""

    JUDGED_SHORT = "judged_short", "Claimed, but an inspector found no meaningful or insufficient progress"
    NOTHING_ABOVE_OUTPUT = "nothing_above_output", "Claimed, with no accepted evidence above output"
    MEASURE_NOT_MOVED = "measure_not_moved", "Claimed, while a measure shows no clear change"


def with_facts(rows: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
    """Annotate `fact_…`, computed from the current rows."""
    return rows.annotate(**present_facts())


def with_statuses(rows: QuerySet[Recommendation], *, on: date) -> QuerySet[Recommendation]:
    """Annotate the four statuses and unsupported claims on the day `on`, from the current rows."""
    return with_facts(rows).annotate(**statuses(on)).annotate(**unsupported_claim())


def with_kept_statuses(rows: QuerySet[Recommendation], *, on: Day) -> QuerySet[Recommendation]:
    """Annotate the same statuses from the stored facts, which is faster."""
    present = FilteredRelation("history", condition=Q(history__valid_to__isnull=True))
    return _from_history(rows.annotate(as_it_stood=present), on)


def with_statuses_as_of(rows: QuerySet[Recommendation], *, day: Day) -> QuerySet[Recommendation]:
    """The recommendations recorded by the end of that London day, with their statuses at that time."""
    stood = FilteredRelation("history", condition=stood_at(end_of(day), "history__"))
    return _from_history(rows.annotate(as_it_stood=stood).filter(as_it_stood__isnull=False), day)


def _from_history(rows: QuerySet[Recommendation], day: Day) -> QuerySet[Recommendation]:
    rows = rows.annotate(**past_facts("as_it_stood"))
    return rows.annotate(**statuses(day)).annotate(**unsupported_claim())


def with_schedule(rows: QuerySet[Action], *, on: Day) -> QuerySet[Action]:
    """Annotate `schedule_status` of actions, and by how many days an open one is past its targets."""
    return rows.annotate(
        schedule_status=_code(
            When(status__in=workflow.ACTION.ended, then=Value(ScheduleStatus.ENDED)),
            When(target_latest__isnull=True, then=Value(ScheduleStatus.NO_DATE)),
            When(target_latest__lt=on, then=Value(ScheduleStatus.OVERDUE)),
            When(target_latest__lte=on + DUE_SOON, then=Value(ScheduleStatus.DUE_SOON)),
            default=ScheduleStatus.ON_TIME,
        ),
        days_late=_days_past("target_latest", on),
        days_late_original=_days_past("original_latest", on),
    )


def _days_past(path: str, on: Day) -> Case:
    late = Q(**{f"{path}__lt": on}) & ~Q(status__in=workflow.ACTION.ended)
    return Case(When(late, then=DaysFrom(F(path), on)), output_field=IntegerField())


def with_times_moved(rows: QuerySet[Action]) -> QuerySet[Action]:
    """Annotate `times_moved`: how often the target date of an action moved."""
    moves = TargetRevision.objects.filter(action=OuterRef("pk")).order_by().values("action")
    counted = Subquery(moves.annotate(total=Count("pk")).values("total"))
    return rows.annotate(times_moved=Coalesce(counted, 0))


@cache
def present_facts() -> dict[str, Combinable]:
    """Annotations `fact_…` of a recommendation, computed from the current rows.

    They are built once: building them takes longer than running the query.
    """
    reviews = _standing_reviews().filter(recommendation=OuterRef("pk")).order_by("-dated", "-pk")
    answers = Response.objects.filter(recommendation=OuterRef("pk")).order_by("-number")
    facts: dict[str, Combinable] = {
        "status": F("status"),
        "owner_id": F("owner_id"),
        "answer": _text(answers.values("answer")),
        **{f"{level}_until": _shown_until(level) for level in EvidenceLevel.values},
        **_of_actions(),
        "heard_on": _heard_on(),
        "judgement": _text(reviews.values("judgement__code")),
        "judged_short": Exists(_last_judged().filter(judgement__verified=False)),
        "judged_verified": Exists(_last_judged().filter(judgement__verified=True)),
        **_of_measures(),
    }
    return {f"fact_{name}": facts[name] for name in FACTS}


def past_facts(stood: str) -> dict[str, Combinable]:
    """The same annotations from the history row in the relation `stood`."""
    return {f"fact_{name}": F(f"{stood}__{name}") for name in FACTS}


@lru_cache(maxsize=64)
def schedule(on: Day) -> dict[str, Combinable]:
    """The status, schedule and days late on the day `on`, from `fact_status` and `fact_first_due`."""
    ended = Q(fact_status__in=workflow.RECOMMENDATION.ended)
    due = F("fact_first_due")
    overdue = ~ended & Q(fact_first_due__lt=on)
    cases = [
        When(ended, then=Value(ScheduleStatus.ENDED)),
        When(fact_first_due__isnull=True, then=Value(ScheduleStatus.NO_DATE)),
        When(fact_first_due__lt=on, then=Value(ScheduleStatus.OVERDUE)),
        When(fact_first_due__lte=on + DUE_SOON, then=Value(ScheduleStatus.DUE_SOON)),
    ]
    return {
        "status_on_day": F("fact_status"),
        "schedule_status": _code(*cases, default=ScheduleStatus.ON_TIME),
        "late_by": Case(When(overdue, then=DaysFrom(due, on)), output_field=IntegerField()),
    }


@lru_cache(maxsize=64)
def statuses(on: Day) -> dict[str, Combinable]:
    """Annotations of the statuses on the day `on`, from the facts."""
    ended = Q(fact_status__in=workflow.RECOMMENDATION.ended)
    evidence = [
        When(**{f"fact_{level}_until__gte": on}, then=Value(level))
        for level in reversed(EvidenceLevel.values)
    ]
    late_at_first = ~ended & Q(fact_first_original_due__lt=on)
    return {
        **schedule(on),
        "evidence_level": _code(*evidence, default=AcceptedLevel.NONE),
        "late_by_original": Case(
            When(late_at_first, then=DaysFrom(F("fact_first_original_due"), on)),
            output_field=IntegerField(),
        ),
        "no_recent_update": _flag(~ended & Q(fact_heard_on__lte=on - NO_RECENT_UPDATE_AFTER)),
        "judgement": F("fact_judgement"),
    }


@cache
def unsupported_claim() -> dict[str, Combinable]:
    """Annotations `unsupported_claim`, and `unsupported_…` for each reason, from facts and statuses."""
    claimed = Q(fact_status__in=workflow.CLAIMED)
    unmoved = Q(fact_measures_unread__gt=0) | Q(fact_measures_not_shown__gt=0) | Q(fact_measures_worse__gt=0)
    reasons = {
        UnsupportedClaimReason.JUDGED_SHORT: claimed & Q(fact_judged_short=True),
        UnsupportedClaimReason.NOTHING_ABOVE_OUTPUT: claimed
        & Q(evidence_level__in=[AcceptedLevel.NONE, AcceptedLevel.OUTPUT]),
        UnsupportedClaimReason.MEASURE_NOT_MOVED: claimed & unmoved,
    }
    anything = Q()
    for condition in reasons.values():
        anything |= condition
    flags = {f"unsupported_{code}": _flag(condition) for code, condition in reasons.items()}
    return {**flags, "unsupported_claim": _flag(anything)}


def _text(values: QuerySet) -> Expression:
    return Coalesce(Subquery(values[:1]), Value(""), output_field=CharField())


def _code(*cases: When, default: str) -> Case:
    return Case(*cases, default=Value(default), output_field=CharField())


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _per_recommendation(rows: QuerySet, of: str, **value: Func) -> Subquery:
    """One value over the rows whose path `of` leads to the recommendation."""
    (name,) = value
    return Subquery(rows.filter(**{of: OuterRef("pk")}).order_by().values(of).annotate(**value).values(name))


def _shown_until(level: str) -> Subquery:
    """The last day on which accepted evidence on this level counts; NEVER if a piece does not expire."""
    accepted = Evidence.objects.filter(verdict=Verdict.ACCEPTED, redacted_at__isnull=True, level=level)
    until = Max(Coalesce("expires", Value(NEVER), output_field=DateField()))
    return _per_recommendation(accepted, "recommendation", until=until)


def _of_actions() -> dict[str, Combinable]:
    def of(rows: QuerySet, value: Func) -> Subquery:
        return _per_recommendation(rows, "recommendation", value=value)

    # MIN, not ORDER BY … LIMIT 1: SQLite before 3.42 can return wrong rows for the latter.
    return {
        "actions": Coalesce(of(Action.objects.all(), Count("pk")), 0),
        "open_actions": Coalesce(of(Action.objects.open(), Count("pk")), 0),
        "first_due": of(Action.objects.open(), Min("target_latest")),
        "first_original_due": of(Action.objects.open(), Min("original_latest")),
    }


def _heard_on() -> Coalesce:
    """The London day of the last update, else of the response, else of publication."""
    london = timezone.get_default_timezone()
    updates = _per_recommendation(
        ProgressUpdate.objects.all(), "recommendation", day=TruncDate(Max("created_at"), tzinfo=london)
    )
    answers = _per_recommendation(
        Response.objects.all(), "recommendation", day=TruncDate(Max("recorded_at"), tzinfo=london)
    )
    return Coalesce(updates, answers, F("inspection__published_latest"), output_field=DateField())


def _standing_reviews() -> QuerySet[Review]:
    """Reviews that no later review corrects."""
    return Review.objects.filter(corrections__isnull=True)


def _last_judged() -> QuerySet[Review]:
    """The last review that judged progress; “not followed up” is not a judgement."""
    judging = _standing_reviews().filter(judgement__order__gt=0)
    last = judging.filter(recommendation=OuterRef("recommendation")).order_by("-dated", "-pk")
    return judging.filter(recommendation=OuterRef("pk"), pk=Subquery(last.values("pk")[:1]))


def _of_measures() -> dict[str, Combinable]:
    """How many measures with a direction were not measured again, have no clear change, or are worse.

    The last conclusive reading counts. A reading without a count is inconclusive if the report prints a
    count; if the report prints none, every reading is inconclusive and counts as measured.
    """
    readings = Reading.objects.filter(measure=OuterRef("pk"))
    telling = readings.exclude(movement=Movement.CANNOT_SAY).order_by("-taken_on", "-pk")
    last = Coalesce(Subquery(telling.values("movement")[:1]), Value(""), output_field=CharField())
    directed = Measure.objects.exclude(better="").annotate(last_movement=last)

    def count(rows: QuerySet) -> Coalesce:
        return Coalesce(_per_recommendation(rows, "recommendation", total=Count("pk")), 0)

    untold = directed.filter(last_movement="")
    return {
        "measures_unread": count(untold.filter(Q(n__isnull=False) | ~Q(Exists(readings)))),
        "measures_not_shown": count(directed.filter(last_movement=Movement.NOT_SHOWN)),
        "measures_worse": count(directed.filter(last_movement=Movement.WORSE)),
    }
