"""Filters of recommendations, and the choice of the table that finds the rows."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Exists, Expression, OuterRef, Q, QuerySet, Subquery

from recommendations import workflow
from recommendations.api.filters.base import (
    Changes,
    Choice,
    Day,
    DaysAhead,
    Text,
    WholeNumber,
    YesNo,
    organisations_below,
)
from recommendations.api.ordering import WITH_VALUE
from recommendations.api.serializers.declarations import QueryContext
from recommendations.models import Answer, KeyQuestion, Organisation, Recommendation, Standard
from recommendations.models.action import ScheduleStatus
from recommendations.models.visibility import NO_DUE_DATE
from recommendations.queries.parameters import READS_ALL, Parameter
from recommendations.queries.statuses import UNJUDGED, AcceptedLevel, UnsupportedClaimReason
from recommendations.queries.visibility import VisibilityRows, covers, in_scope

OPEN, ENDED = workflow.RECOMMENDATION.open, [*workflow.RECOMMENDATION.ended]
UNANSWERED = "none"
# RecommendationVisibility has every column that these filters need.
VISIBILITY_FILTERS = {"status", "open", "overdue", "due_from", "due_to", "due_within"}
# These filters match only rows in the caller's scope: otherwise a filter would reveal a hidden status.
SCOPED_FILTERS = VISIBILITY_FILTERS | {
    "response",
    "evidence_level",
    "schedule_status",
    "no_recent_update",
    "judgement",
    "unsupported_claim",
    "unsupported_claim_reason",
}


class JudgementFilter(Text):
    """A code of a judgement, or `none`, which is stored as an empty code."""

    def bound(self, value: str, day: date) -> str:
        return "" if value == UNJUDGED else value


class RecommendationFilter(Changes):
    # Whether the list leaves out rows that are out of the caller's scope.
    only_in_scope = False
    inspection = Text("inspection__reference", label="Reference of the inspection.")
    number = WholeNumber("number")
    owner = Text(method="filter_owner", label="Slug of the owner.")
    owner_subtree = Text(
        method="filter_owner_subtree", label="Slug: owned by this organisation or any under it."
    )
    addressee = Text("addressee__slug", label="Slug of the addressee.")
    standard = Text(method="filter_standard", label="Number of a standard that it rests on, such as 2.2.")
    key_question = Text(
        method="filter_key_question", label="Number of a key question that it rests on, such as 2.2.3."
    )
    status = Choice(
        method="filter_status",
        choices=workflow.RECOMMENDATION.choices,
        label="Status of the workflow.",
    )
    response = Choice(
        method="filter_response",
        choices=[*Answer.choices, (UNANSWERED, "No response yet")],
        label="The owner's answer to the recommendation.",
    )
    evidence_level = Choice(
        choices=AcceptedLevel.choices, label="The highest level that accepted evidence reaches."
    )
    schedule_status = Choice(
        choices=ScheduleStatus.choices,
        label="How the first due date of its open actions compares with today.",
    )
    open = YesNo(method="filter_open", label="Awaiting a response, in progress or submitted.")
    overdue = YesNo(method="filter_overdue", label="Open, and the first open action is past its target.")
    due_from = Day(method="filter_due", lookup_expr="gte")
    due_to = Day(method="filter_due", lookup_expr="lte")
    due_within = DaysAhead(
        method="filter_due_within", lookup_expr="lte", label="Days: open, and due from today until then."
    )
    no_recent_update = YesNo(label="Open, and no update from the owner for 90 days.")
    judgement = JudgementFilter("judgement", label=f"Code of the inspector's last judgement, or {UNJUDGED}.")
    unsupported_claim = YesNo(label="Claimed as done, but evidence or findings do not support the claim.")
    unsupported_claim_reason = Choice(
        method="filter_unsupported_claim_reason",
        choices=UnsupportedClaimReason.choices,
        label="Why evidence or findings do not support the claim.",
    )

    class Meta:
        model = Recommendation
        fields: list[str] = []

    reads = {
        **dict.fromkeys(VISIBILITY_FILTERS, ("status_key", "due_key")),
        "response": ("fact_answer",),
        "unsupported_claim_reason": ("unsupported_claim",),
        "owner": ("owner_then_slug",),
        "owner_subtree": ("owner_then_slug",),
    }

    @classmethod
    def planned(cls, query: QueryContext, asked: Any) -> QueryContext:
        """Find rows by RecommendationVisibility if its columns are enough for the filters or the order.

        Its index has the rows of one organisation in the order of their due dates.
        """
        names = dict(asked.filters)
        of_the_work = cls.only_in_scope or bool(SCOPED_FILTERS & set(names)) or asked.part == WITH_VALUE
        query = replace(query, only_in_scope=of_the_work, all_in_scope=of_the_work or query.user is READS_ALL)
        if names.get("owner_subtree") == 1 and not query.as_of:
            slug = Parameter("owner_subtree_0")
            # One key, found first: the database then reads the index in order.
            top = Subquery(Organisation.objects.filter(slug=slug).order_by().values("pk")[:1])
            user = replace(query.user, owner_reachable=covers(query.user, slug))
            return replace(query, user=user, found_by=VisibilityRows(top, by_owner=True))
        by_due = asked.part is not None and query.all_in_scope
        if query.as_of or not (by_due or VISIBILITY_FILTERS & set(names)):
            return query
        return replace(query, found_by=VisibilityRows(query.user.single_scope))

    def filter_owner(self, queryset: QuerySet, name: str, value: list[Parameter]) -> QuerySet:
        if self.query.as_of:
            return queryset.filter(owner_then_slug__in=value)
        return queryset.filter(owner__slug__in=value)

    def filter_owner_subtree(self, queryset: QuerySet, name: str, value: list[Parameter]) -> QuerySet:
        if self.query.as_of:
            return queryset.filter(owner_then_slug__in=organisations_below(value).values("slug"))
        if self.query.found_by and self.query.found_by.by_owner:
            return queryset  # The rows are found by this subtree.
        tops = Organisation.objects.filter(slug__in=value).order_by().values("pk")
        owned = Recommendation.objects.filter(visibility__organisation__in=tops, visibility__by_owner=True)
        return queryset.filter(Exists(owned.filter(pk=OuterRef("pk"))))

    def filter_standard(self, queryset: QuerySet, name: str, value: list[Parameter]) -> QuerySet:
        rests_on = Standard.objects.filter(recommendations=OuterRef("pk"), number__in=value)
        return queryset.filter(Exists(rests_on))

    def filter_key_question(self, queryset: QuerySet, name: str, value: list[Parameter]) -> QuerySet:
        rests_on = KeyQuestion.objects.filter(recommendations=OuterRef("pk"), number__in=value)
        return queryset.filter(Exists(rests_on))

    def filter_status(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset.filter(status_key__in=value)

    def filter_open(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:  # noqa: FBT001  django-filter's.
        return queryset.filter(status_key__in=OPEN if value else ENDED)

    def filter_overdue(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:  # noqa: FBT001  django-filter's.
        late = Q(due_key__lt=self.query.day)
        if value:
            return queryset.filter(late, status_key__in=OPEN)
        in_time = Q(due_key__gte=self.query.day) | Q(due_key__isnull=True)
        return queryset.filter(in_time | Q(status_key__in=ENDED))

    def filter_due(self, queryset: QuerySet, name: str, value: Parameter) -> QuerySet:
        lookup = self.filters[name].lookup_expr
        return queryset.filter(**{f"due_key__{lookup}": value, "due_key__lt": NO_DUE_DATE})

    def filter_due_within(self, queryset: QuerySet, name: str, value: Parameter) -> QuerySet:
        soon = {"due_key__gte": self.query.day, "due_key__lte": value}
        return queryset.filter(**soon, status_key__in=OPEN)

    def filter_response(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset.filter(fact_answer__in=["" if one == UNANSWERED else one for one in value])

    def filter_unsupported_claim_reason(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        reasons = Q()
        for reason in value:
            reasons |= Q(**{f"unsupported_{reason}": True})
        return queryset.filter(reasons)

    def filter_changed_after(self, queryset: QuerySet, name: str, value: Expression) -> QuerySet:
        """Out of scope the caller sees changes of the published part alone."""
        published = Q(published_sequence__gt=value)
        return queryset.filter(published | in_scope(self.query.user), sequence__gt=value)
