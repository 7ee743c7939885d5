"""In what order recommendations are listed, and among which rows."""

from dataclasses import dataclass

from django.db.models import DateField, OuterRef, Q, QuerySet

from recommendations import workflow
from recommendations.api.ordering import OrderBy, Term
from recommendations.api.serializers.declarations import QueryContext
from recommendations.models import Recommendation, RecommendationVisibility
from recommendations.models.visibility import NEVER
from recommendations.queries.statuses import with_statuses_as_of
from recommendations.queries.visibility import (
    among_small_scope,
    has_row,
    in_scope,
    seen_from,
)


def listed(rows: QuerySet[Recommendation], query: QueryContext) -> QuerySet[Recommendation]:
    """`rows` as the query finds them: on a past day, by the narrow table, in scope only."""
    if query.as_of:
        rows = with_statuses_as_of(rows, day=query.as_of)
    if query.seen:
        rows = seen_from(rows, query.seen)
    seen_by_caller = query.seen and query.seen.organisation is not None and not query.seen.by_owner
    if query.only_in_scope and not seen_by_caller:
        rows = rows.filter(in_scope(query.user) & among_small_scope(query.user, "pk"))
    return rows


@dataclass(frozen=True)
class OwnerOrder(OrderBy):
    """By the owner; on a past day by who owned it then."""

    def path_of(self, query: QueryContext) -> str:
        return "owner_then_slug" if query.as_of else self.path


@dataclass(frozen=True)
class DueOrder(OrderBy):
    """By the due date. RecommendationVisibility has it in order, for rows in scope that have one."""

    def term_of_present(self, *, descending: bool) -> Term:
        return Term("due_key", DateField(), descending)

    def present(self, query: QueryContext) -> Q:
        return Q(due_key__lt=NEVER)

    def absent(self, query: QueryContext) -> Q:
        if query.seen and query.all_in_scope:
            return self.none_of_narrow(query)
        # Out of scope a due date is hidden: those rows have none.
        dated = RecommendationVisibility.objects.filter(
            self.one_of_narrow(query), organisation__isnull=True, recommendation=OuterRef("pk")
        )
        return ~(Q(has_row(dated)) & in_scope(query.user))

    def one_of_narrow(self, query: QueryContext) -> Q:
        """True of a row of the narrow table that has what is sorted by."""
        return Q(due__lt=NEVER)

    def none_of_narrow(self, query: QueryContext) -> Q:
        return Q(due_key=NEVER)


@dataclass(frozen=True)
class LateOrder(DueOrder):
    """By days late: what is due first is the latest."""

    def term_of_present(self, *, descending: bool) -> Term:
        return Term("due_key", DateField(), not descending)

    def present(self, query: QueryContext) -> Q:
        return Q(due_key__lt=query.today, status_key__in=workflow.RECOMMENDATION.open)

    def one_of_narrow(self, query: QueryContext) -> Q:
        return Q(due__lt=query.today, status__in=workflow.RECOMMENDATION.open)

    def none_of_narrow(self, query: QueryContext) -> Q:
        return Q(due_key__gte=query.today) | Q(status_key__in=workflow.RECOMMENDATION.ended)
