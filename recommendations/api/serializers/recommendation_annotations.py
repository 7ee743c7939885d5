"""Annotations and counts of recommendations: scope, statuses, past owner, totals of actions and evidence."""

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import NullIf

from recommendations import workflow
from recommendations.api.serializers.declarations import Annotation, QueryContext
from recommendations.models import Action, Evidence, RecommendationLink
from recommendations.models.history import FACTS
from recommendations.models.visibility import NO_DUE_DATE
from recommendations.queries.parameters import KEYS, end_of
from recommendations.queries.statuses import UnsupportedClaimReason, schedule, with_kept_statuses
from recommendations.queries.visibility import in_scope, reaches, visible

# Status, due date and schedule: RecommendationVisibility has the columns that they are computed from.
OF_SCHEDULE = ("status_on_day", "schedule_status", "fact_first_due", "late_by", "status_key", "due_key")
OF_HISTORY = (
    "evidence_level",
    "late_by_original",
    "no_recent_update",
    "judgement",
    "unsupported_claim",
    *(f"unsupported_{reason}" for reason in UnsupportedClaimReason.values),
    *(f"fact_{name}" for name in FACTS if name != "first_due"),
)


def _scope(rows: QuerySet, query: QueryContext) -> QuerySet:
    rows = rows.annotate(in_scope=Value(True) if query.all_in_scope else in_scope(query.user))
    return rows.annotate(reads_whole=reaches(query.user, "owner"))


def _statuses(rows: QuerySet, query: QueryContext) -> QuerySet:
    """Statuses from the stored facts. On a past day the view's rows have them already."""
    return rows if query.as_of else with_kept_statuses(rows, on=query.today)


def _schedule(rows: QuerySet, query: QueryContext) -> QuerySet:
    """The schedule, from RecommendationVisibility if it finds the rows: this saves joining the history."""
    if query.found_by is None:
        if "status_on_day" not in rows.query.annotations:
            rows = _statuses(rows, query)
        return rows.annotate(status_key=F("status_on_day"), due_key=F("fact_first_due"))
    if "status_on_day" in rows.query.annotations:
        return rows
    due = NullIf(F("due_key"), Value(NO_DUE_DATE, output_field=DateField()))
    return rows.annotate(fact_status=F("status_key"), fact_first_due=due).annotate(**schedule(query.today))


def _shown_to_sort(rows: QuerySet, query: QueryContext) -> QuerySet:
    """Columns to sort by: null out of scope, so that the order reveals no hidden value."""
    return rows.annotate(
        due_shown=Case(When(in_scope=True, then=F("fact_first_due")), output_field=DateField()),
        late_shown=Case(When(in_scope=True, then=F("late_by")), output_field=IntegerField()),
    )


def _past_owner(rows: QuerySet, query: QueryContext) -> QuerySet:
    """The owner on the past day, for callers in scope; today's owner for others."""

    def then(path: str) -> Case:
        owned = When(Q(in_scope=True), then=F(f"as_it_stood__owner__{path}"))
        return Case(owned, default=F(f"owner__{path}"), output_field=CharField())

    if query.as_of is None:
        return rows
    return rows.annotate(owner_then_slug=then("slug"), owner_then_name=then("name"))


def action_totals(query: QueryContext) -> QuerySet:
    """The number of actions by status that the caller may read: one row, in the order of the states."""
    rows = visible(Action.objects.filter(recommendation__among=KEYS), query.user, on=query.today)
    if query.as_of:
        rows = rows.filter(created_at__lt=end_of(query.as_of))
    totals = [Count("pk", filter=Q(status=status)) for status in workflow.ACTION.states]
    return (
        rows.order_by()
        .values("recommendation_id")
        .annotate(
            **{f"at_{status}": total for status, total in zip(workflow.ACTION.states, totals, strict=True)}
        )
        .values_list("recommendation_id", *(f"at_{status}" for status in workflow.ACTION.states))
    )


def evidence_totals(query: QueryContext) -> QuerySet:
    """The number of pieces of evidence that the caller may read."""
    rows = visible(Evidence.objects.filter(recommendation__among=KEYS), query.user, on=query.today)
    if query.as_of:
        rows = rows.filter(attached_at__lt=end_of(query.as_of))
    return rows.order_by().values_list("recommendation_id").annotate(total=Count("pk"))


def _links(rows: QuerySet, query: QueryContext) -> QuerySet:
    """Tell with the row whether links exist: few recommendations have any."""
    links = RecommendationLink.objects
    return rows.annotate(
        has_links=Exists(links.filter(source=OuterRef("pk"))),
        is_linked_to=Exists(links.filter(target=OuterRef("pk"))),
    )


ANNOTATIONS = [
    Annotation(("has_links", "is_linked_to"), _links),
    Annotation(("in_scope", "reads_whole"), _scope),
    Annotation(OF_HISTORY, _statuses),
    Annotation(OF_SCHEDULE, _schedule),
    Annotation(("due_shown", "late_shown"), _shown_to_sort, needs=("in_scope", "late_by")),
    Annotation(("owner_then_slug", "owner_then_name"), _past_owner, needs=("in_scope",)),
]
