"""Actions: planned, kept up to date and taken through their steps by the owner's or the lead's people."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.text import Truncator

from recommendations.admin.action_form import ActionForm, InWords, only_read
from recommendations.admin.base import column, table
from recommendations.admin.bulk import Assigns, Exports
from recommendations.admin.event import Remembered
from recommendations.admin.evidence import EvidenceInline
from recommendations.admin.filters import AwaitingAssurance, DueBand, LeadInReach, Mine
from recommendations.admin.operation_admin import OperationAdmin
from recommendations.admin.site import may
from recommendations.admin.steps import TakesSteps
from recommendations.admin.updates import ProgressUpdateInline
from recommendations.models import Action, Evidence
from recommendations.queries.visibility import visible
from recommendations.roles import Capability
from recommendations.wording.dates import day, person, times

# What is only shown where there is something to show.
WHERE_SAID = ("outcome", "risk_carrier", "successor")


@admin.register(Action)
class ActionAdmin(InWords, TakesSteps, Remembered, Assigns, Exports, OperationAdmin):
    form = ActionForm
    inlines = [ProgressUpdateInline, EvidenceInline]
    actions = ["assign_person", "assign_post", "export"]
    list_display = ["label_in_full", "what", "lead", "responsible_post", "status", "due"]
    list_filter = ["status", AwaitingAssurance, DueBand, LeadInReach, Mine]
    search_fields = [
        "recommendation__reference",
        "recommendation__text",
        "description",
        "responsible_post",
    ]
    search_help_text = "Search by reference, words of the action, or responsible post"
    ordering = ["recommendation__reference", "pk"]
    shown = ["recommendation", "status", "due_and_moved", "moves", *WHERE_SAID]
    asked = [
        "description",
        "responsible_post",
        "target_date",
        "reason",
        "lead",
        "contributors",
        "person",
        "version_read",
    ]
    export_columns = {
        "Recommendation": lambda action: str(action.recommendation),
        "Action": lambda action: action.label,
        "What is to be done": lambda action: action.description,
        "Lead organisation": lambda action: str(action.lead),
        "Responsible post": lambda action: action.responsible_post,
        "Responsible person": lambda action: person(action.person) if action.person else "",
        "Status": lambda action: action.get_status_display(),
        "Target date": lambda action: action.target_words,
        "Due at the latest": lambda action: action.target_latest,
        "First target date": lambda action: action.original_words,
        "First due at the latest": lambda action: action.original_latest,
        "Outcome claimed": lambda action: action.outcome,
    }

    def pages(self) -> list[URLPattern]:
        return [*self.step_pages(), *super().pages()]

    def ways_on(self, request: HttpRequest, row: Action) -> list[tuple[str, str]]:
        return self.step_ways(request, row)

    def stands(self, request: HttpRequest, row: Action, step: Any) -> dict[str, Any]:
        evidence = Evidence.objects.filter(action=row).for_list()
        return {
            "stands_in": "admin/stands/action.html",
            "action": row,
            "due": self.due(row),
            "evidence": visible(evidence, request.user, on=timezone.localdate()),
        }

    def rows(self, request: HttpRequest, on: date) -> models.QuerySet[Action]:
        return visible(Action.objects.for_list(), request.user, on=on)

    def get_readonly_fields(self, request: HttpRequest, obj: Action | None = None) -> list[str]:
        return [*self.shown, "named"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Action | None = None) -> Any:
        if obj is None:
            return ["recommendation", *(name for name in self.asked if name != "reason")]
        unsaid = {name for name in WHERE_SAID if not getattr(obj, name)}
        asked = self.asked if self.has_change_permission(request, obj) else only_read(self.asked)
        return [name for name in (*self.shown, *asked) if name not in unsaid]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return may(request, Capability.PLAN_ACTIONS)

    def has_change_permission(self, request: HttpRequest, obj: Action | None = None) -> bool:
        return may(request, Capability.PLAN_ACTIONS, obj)

    @column("Action", ordering="recommendation__reference")
    def label_in_full(self, action: Action) -> str:
        return str(action)

    @column("What is to be done", ordering="description")
    def what(self, action: Action) -> str:
        return Truncator(action.description).chars(90)

    @column("Due")
    def due_and_moved(self, action: Action) -> str:
        """ "Due 30 June 2026, first due 31 March 2026, moved twice"."""
        moved = action.target_revisions.count()
        words = self.due(action)
        if not moved:
            return words
        first = action.original_latest
        said = f"first due {day(first)}" if first else f"first “{action.original_words}”"
        return f"{words}, {said}, moved {times(moved)}"

    @column("How the date moved")
    def moves(self, action: Action) -> str:
        revisions = action.target_revisions.select_related("author").order_by("number")
        return (
            table(
                "How the target date moved",
                ["Moved on", "From", "To", "Why", "By"],
                (
                    (
                        day(timezone.localdate(one.recorded_at)),
                        one.before_words or "No date",
                        one.after_words or "No date",
                        one.reason,
                        person(one.author),
                    )
                    for one in revisions
                ),
            )
            or "It has not moved"
        )
