"""Progress updates, and the forms and inlines that they share with evidence."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from recommendations.admin.base import column, signed_in
from recommendations.admin.forms import OperationForm
from recommendations.admin.operation_admin import OperationInline
from recommendations.admin.redaction import RedactionAdmin
from recommendations.admin.site import may
from recommendations.forms.updates import HELP_TEXTS, LABELS
from recommendations.models import Action, ProgressUpdate, Recommendation
from recommendations.operations.updates import record_update
from recommendations.queries.visibility import visible
from recommendations.roles import Capability
from recommendations.wording.dates import day, person


class WorkForm(OperationForm):
    """A row below a recommendation, which may name one of its actions, or below an action."""

    version_read = None
    unchosen = {"action": "The recommendation as a whole"}

    def choices(self) -> dict[str, models.QuerySet]:
        parent = self.parent if isinstance(self.parent, Recommendation) else None
        actions = Action.objects.filter(recommendation=parent).select_related("recommendation")
        return {"action": visible(actions, self.request.user, on=timezone.localdate())}

    def subject(self) -> dict[str, Any]:
        action = self.cleaned_data.get("action") or self.instance.action
        recommendation = action.recommendation if action else self.instance.recommendation
        return {"recommendation": recommendation, "action": action}


class ProgressUpdateForm(WorkForm):
    class Meta:
        model = ProgressUpdate
        fields = ["action", "text", "dated"]
        labels = LABELS
        help_texts = HELP_TEXTS
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "dated": forms.DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("dated", timezone.localdate())

    def operate(self) -> ProgressUpdate:
        return record_update(
            **self.subject(),
            text=self.cleaned_data["text"],
            dated=self.cleaned_data["dated"],
            by=signed_in(self.request),
            at=timezone.now(),
        )


class WorkInline(OperationInline):
    """Rows that people add. They cannot be changed."""

    capability: Capability

    def may_write(self, request: HttpRequest, obj: Recommendation | Action) -> bool:
        return may(request, self.capability, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return visible(self.model.objects.for_list(), request.user, on=timezone.localdate())

    def get_exclude(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        return ["action"] if isinstance(obj, Action) else []


class ProgressUpdateInline(WorkInline):
    model = ProgressUpdate
    form = ProgressUpdateForm
    read_template = "admin/edit_inline/update.html"
    capability = Capability.REPORT_PROGRESS


@admin.register(ProgressUpdate)
class ProgressUpdateAdmin(RedactionAdmin):
    list_display = ["recommendation", "action", "speaks_of", "text", "who"]
    fields = ["recommendation", "action", "text", "speaks_of", "who", "recorded"]
    redaction = "The text of the update is removed, here and from the event record."
    search_fields = ["recommendation__reference", "text"]
    search_help_text = "Search by reference or words of the update"
    ordering = ["-created_at", "-pk"]

    def rows(self, request: HttpRequest, on: date) -> models.QuerySet[ProgressUpdate]:
        return visible(ProgressUpdate.objects.for_list(), request.user, on=on)

    def subtitle(self, row: ProgressUpdate) -> str:
        return f"{row.recommendation}, {day(row.dated)}"

    @column("Day", ordering="dated")
    def speaks_of(self, update: ProgressUpdate) -> str:
        return day(update.dated)

    @column("Author", ordering="author__username")
    def who(self, update: ProgressUpdate) -> str:
        return person(update.author)

    @column("Recorded")
    def recorded(self, update: ProgressUpdate) -> str:
        return day(timezone.localdate(update.created_at))
