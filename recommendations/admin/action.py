"""Actions: the screens on which people of the owner and the lead plan them and keep them up to date."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator

from recommendations.admin.action_form import FIELDS, ActionColumns, ActionForm, read_only_fields
from recommendations.admin.base import Context, column, table
from recommendations.admin.bulk import AssignAdmin, ExportAdmin
from recommendations.admin.event import HistoryAdmin
from recommendations.admin.evidence import EvidenceInline
from recommendations.admin.filters import AssignedToMe, AwaitingAssurance, DueFilter, LeadListFilter
from recommendations.admin.operation_admin import OperationAdmin
from recommendations.admin.site import may
from recommendations.admin.steps import StepPages
from recommendations.admin.updates import ProgressUpdateInline
from recommendations.models import Action, Evidence
from recommendations.queries.visibility import visible
from recommendations.roles import Capability
from recommendations.wording.dates import day, person, times

# Hidden while they are empty.
HIDDEN_IF_EMPTY = ("outcome", "risk_carrier", "successor")


@admin.register(Action)
class ActionAdmin(ActionColumns, StepPages, HistoryAdmin, AssignAdmin, ExportAdmin, OperationAdmin):
    form = ActionForm
    inlines = [ProgressUpdateInline, EvidenceInline]
    actions = ["assign_person", "assign_post", "export"]
    list_display = ["label_in_full", "what", "lead", "responsible_post", "status", "due"]
    list_filter = ["status", AwaitingAssurance, DueFilter, LeadListFilter, AssignedToMe]
    search_fields = [
        "recommendation__reference",
        "recommendation__text",
        "description",
        "responsible_post",
    ]
    search_help_text = "Search by reference, words of the action, or responsible post"
    ordering = ["recommendation__reference", "pk"]
    read_only = ["recommendation", "status", "due_and_moved", "moves", *HIDDEN_IF_EMPTY]
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

    def current_state(self, request: HttpRequest, row: Action) -> Context:
        evidence = Evidence.objects.filter(action=row).for_list()
        facts = [
            ("What is to be done", row.description),
            ("Status", row.get_status_display()),
            ("Target date", self.due(row)),
            ("Outcome claimed", row.outcome),
            ("Who carries the risk", row.risk_carrier),
        ]
        return {
            "current": "admin/current.html",
            "facts": [(name, text) for name, text in facts if text],
            "evidence": visible(evidence, request.user, on=timezone.localdate()),
        }

    def rows(self, request: HttpRequest, on: date) -> models.QuerySet[Action]:
        return visible(Action.objects.for_list(), request.user, on=on)

    def get_readonly_fields(self, request: HttpRequest, obj: Action | None = None) -> list[str]:
        return [*self.read_only, "named"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Action | None = None) -> Any:
        if obj is None:
            return ["recommendation", *(name for name in FIELDS if name != "reason")]
        hidden = {name for name in HIDDEN_IF_EMPTY if not getattr(obj, name)}
        editable = FIELDS if self.has_change_permission(request, obj) else read_only_fields(FIELDS)
        return [name for name in (*self.read_only, *editable) if name not in hidden]

    def has_add_permission(self, request: HttpRequest) -> bool:
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
