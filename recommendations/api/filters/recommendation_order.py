"""Finds the recommendations of a query, and sorts them by due date, lateness or owner."""

from dataclasses import dataclass

from django.db.models import DateField, OuterRef, Q, QuerySet

from recommendations import workflow
from recommendations.api.ordering import OrderBy, Term
from recommendations.api.serializers.declarations import QueryContext
from recommendations.models import Recommendation, RecommendationVisibility
from recommendations.models.visibility import NO_DUE_DATE
from recommendations.queries.statuses import with_statuses_as_of
from recommendations.queries.visibility import (
    among_small_scope,
    found_by_visibility,
    has_row,
    in_scope,
)


def found_and_scoped(rows: QuerySet[Recommendation], query: QueryContext) -> QuerySet[Recommendation]:
    """`rows` with their statuses on a past day, found by RecommendationVisibility, or limited to the caller's
    scope, as the query says."""
    if query.as_of:
        rows = with_statuses_as_of(rows, day=query.as_of)
    if query.found_by:
        rows = found_by_visibility(rows, query.found_by)
    limited_to_scope = (
        query.found_by and query.found_by.organisation is not None and not query.found_by.by_owner
    )
    if query.only_in_scope and not limited_to_scope:
        rows = rows.filter(in_scope(query.user) & among_small_scope(query.user, "pk"))
    return rows


@dataclass(frozen=True)
class OwnerOrder(OrderBy):
    """By the owner; on a past day by the owner of that day."""

    def path_of(self, query: QueryContext) -> str:
        return "owner_then_slug" if query.as_of else self.path


@dataclass(frozen=True)
class DueOrder(OrderBy):
    """By the due date. The index of RecommendationVisibility has it in order, for rows in scope."""

    def term_with_value(self, *, descending: bool) -> Term:
        return Term("due_key", DateField(), descending)

    def has_value(self, query: QueryContext) -> Q:
        return Q(due_key__lt=NO_DUE_DATE)

    def has_no_value(self, query: QueryContext) -> Q:
        if query.found_by and query.all_in_scope:
            return self.row_has_no_value(query)
        # Out of scope a due date is hidden: those rows have none.
        dated = RecommendationVisibility.objects.filter(
            self.row_has_value(query), organisation__isnull=True, recommendation=OuterRef("pk")
        )
        return ~(Q(has_row(dated)) & in_scope(query.user))

    def row_has_value(self, query: QueryContext) -> Q:
        """Condition on RecommendationVisibility: the row has a value to sort by."""
        return Q(due__lt=NO_DUE_DATE)

    def row_has_no_value(self, query: QueryContext) -> Q:
        return Q(due_key=NO_DUE_DATE)


@dataclass(frozen=True)
class LateOrder(DueOrder):
    """By days late: the earliest due date is the most days late."""

    def term_with_value(self, *, descending: bool) -> Term:
        return Term("due_key", DateField(), not descending)

    def has_value(self, query: QueryContext) -> Q:
        return Q(due_key__lt=query.today, status_key__in=workflow.RECOMMENDATION.open)

    def row_has_value(self, query: QueryContext) -> Q:
        return Q(due__lt=query.today, status__in=workflow.RECOMMENDATION.open)

    def row_has_no_value(self, query: QueryContext) -> Q:
        return Q(due_key__gte=query.today) | Q(status_key__in=workflow.RECOMMENDATION.ended)
