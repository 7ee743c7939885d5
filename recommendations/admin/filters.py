"""The filters at the side of a change list."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from recommendations.models import Action, Inspection, Organisation
from recommendations.queries.visibility import reaches, visible


class DueBand(admin.SimpleListFilter):
    """Overdue, due within 30 days, without a date: of actions, or of recommendations by their actions."""

    title = "due"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", "Overdue"), ("soon", "Due in 30 days"), ("none", "No date")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        today = timezone.localdate()
        actions = visible(Action.objects.all(), request.user, on=today)
        bands = {
            "overdue": actions.overdue(on=today),
            "soon": actions.due_soon(on=today),
            "none": actions.without_date(),
        }
        chosen = bands.get(self.value() or "")
        if chosen is None:
            return None
        if queryset.model is Action:
            return queryset.filter(pk__in=chosen.values("pk"))
        return queryset.filter(Exists(chosen.filter(recommendation=OuterRef("pk"))))


class Mine(admin.SimpleListFilter):
    """Actions for which the person who asks is named as responsible."""

    title = "responsible person"
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Me")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        if self.value() != "yes":
            return None
        if queryset.model is Action:
            return queryset.filter(person=request.user.pk)
        mine = Action.objects.filter(person=request.user.pk, recommendation=OuterRef("pk"))
        return queryset.filter(Exists(mine))


class OrganisationInReach(admin.SimpleListFilter):
    """An organisation that the person reaches, with all under it; `path` leads to it from the row."""

    title = "organisation"
    parameter_name = "organisation"
    path: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Organisation.objects.filter(reaches(request.user, "pk")).values_list("slug", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        slug = self.value()
        if slug is None:
            return None
        return queryset.filter(**{f"{self.path}__in": Organisation.objects.below(slug)})


class InspectionInSight(admin.SimpleListFilter):
    """The published inspections: one under embargo has no name here."""

    title = "inspection"
    parameter_name = "inspection"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        inspections = visible(Inspection.objects.all(), request.user, on=timezone.localdate())
        return [(one.reference, str(one)) for one in inspections]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.filter(inspection__reference=self.value()) if self.value() else None


class OwnerInReach(OrganisationInReach):
    title = "owner"
    path = "owner"


class LeadInReach(OrganisationInReach):
    title = "lead organisation"
    path = "lead"


class YesOnly(admin.SimpleListFilter):
    """A question with one answer to choose: those for which it holds."""

    yes = "Yes"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", self.yes)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.filter(self.holds()) if self.value() == "yes" else None

    def holds(self) -> Q:
        raise NotImplementedError


class AwaitingAssurance(YesOnly):
    title = "awaiting assurance"
    parameter_name = "awaiting"

    def holds(self) -> Q:
        return Q(status__in=["submitted", "submitted_decline"])


class NoRecentUpdate(YesOnly):
    """Of recommendations whose standing the person may read: others would be found out by asking."""

    title = "no_recent_update for 90 days"
    parameter_name = "no_recent_update"

    def holds(self) -> Q:
        return Q(no_recent_update=True, reads_standing=True)


class WithUnsupportedClaim(YesOnly):
    title = "unsupported claim"
    parameter_name = "unsupported_claim"

    def holds(self) -> Q:
        return Q(unsupported_claim=True, reads_standing=True)
