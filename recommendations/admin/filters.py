"""The filters beside a list."""

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from recommendations.models import Action, Inspection, Organisation
from recommendations.queries.visibility import reaches, visible

Choices = list[tuple[str, str]]


class DueFilter(admin.SimpleListFilter):
    """Actions by their target date, or recommendations by their actions."""

    title = "due"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return [("overdue", "Overdue"), ("soon", "Due in 30 days"), ("none", "No date")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        today = timezone.localdate()
        actions = visible(Action.objects.all(), request.user, on=today)
        bands = {
            "overdue": actions.overdue(on=today),
            "soon": actions.due_soon(on=today),
            "none": actions.without_date(),
        }
        found = bands.get(self.value() or "")
        return None if found is None else with_actions(queryset, found)


def with_actions(queryset: QuerySet, actions: QuerySet[Action]) -> QuerySet:
    """Narrow a queryset of actions, or of recommendations, to those with `actions`."""
    if queryset.model is Action:
        return queryset.filter(pk__in=actions.values("pk"))
    return queryset.filter(Exists(actions.filter(recommendation=OuterRef("pk"))))


class OrganisationListFilter(admin.SimpleListFilter):
    """An organisation in the user's reach with all below it; `path` leads to it from the row."""

    title = "organisation"
    parameter_name = "organisation"
    path: str

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return list(Organisation.objects.filter(reaches(request.user, "pk")).values_list("slug", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        slug = self.value()
        if slug is None:
            return None
        return queryset.filter(**{f"{self.path}__in": Organisation.objects.below(slug)})


class OwnerListFilter(OrganisationListFilter):
    title = "owner"
    path = "owner"


class LeadListFilter(OrganisationListFilter):
    title = "lead organisation"
    path = "lead"


class InspectionListFilter(admin.SimpleListFilter):
    """Visible inspections only: a report under embargo must not be named."""

    title = "inspection"
    parameter_name = "inspection"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        inspections = visible(Inspection.objects.all(), request.user, on=timezone.localdate())
        return [(inspection.reference, str(inspection)) for inspection in inspections]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.filter(inspection__reference=self.value()) if self.value() else None


class YesListFilter(admin.SimpleListFilter):
    """Rows that meet a condition. “Yes” is the only choice."""

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Choices:
        return [("yes", "Yes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return self.matching(request, queryset) if self.value() == "yes" else None

    def matching(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        raise NotImplementedError


class AssignedToMe(YesListFilter):
    """Actions that name the user as the responsible person, or recommendations with such actions."""

    title = "assigned to me"
    parameter_name = "mine"

    def matching(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return with_actions(queryset, Action.objects.filter(person=request.user.pk))


class AwaitingAssurance(YesListFilter):
    title = "awaiting assurance"
    parameter_name = "awaiting"

    def matching(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(status__in=["submitted", "submitted_decline"])


class StatusListFilter(YesListFilter):
    """A status of recommendations. It finds only those whose statuses the user may read."""

    condition: Q

    def matching(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(self.condition, reads_standing=True)


class NoRecentUpdate(StatusListFilter):
    title = "no recent update (90 days)"
    parameter_name = "no_recent_update"
    condition = Q(no_recent_update=True)


class WithUnsupportedClaim(StatusListFilter):
    title = "unsupported claim"
    parameter_name = "unsupported_claim"
    condition = Q(unsupported_claim=True)
