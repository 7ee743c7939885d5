"""Progress updates and evidence, as they stand under a recommendation or one of its actions."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recommendations.admin.base import (
    OperationInline,
    ReadOnlyAdmin,
    column,
    day,
    signed_in,
)
from recommendations.admin.forms import OperationForm
from recommendations.admin.site import may
from recommendations.models import Action, Evidence, ProgressUpdate, Recommendation, Rung
from recommendations.operations.evidence import attach_link
from recommendations.operations.updates import record_update
from recommendations.roles import Capability


class WorkForm(OperationForm):
    """A row under a recommendation (which may choose one of its actions) or under an action."""

    version_read = None
    unchosen = {"action": "The recommendation as a whole"}

    def choices(self) -> dict[str, models.QuerySet]:
        of_this = Action.objects.filter(
            recommendation=self.parent if isinstance(self.parent, Recommendation) else None
        )
        return {"action": of_this.visible_to(self.request.user).select_related("recommendation")}

    def subject(self) -> dict[str, Any]:
        action = self.cleaned_data.get("action") or self.instance.action
        recommendation = action.recommendation if action else self.instance.recommendation
        return {"recommendation": recommendation, "action": action}


class ProgressUpdateForm(WorkForm):
    class Meta:
        model = ProgressUpdate
        fields = ["action", "text", "dated"]
        labels = {"action": "What it is about", "text": "What happened", "dated": "On what day"}
        help_texts = {"dated": "For example, 27/3/2026"}
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


class EvidenceForm(WorkForm):
    class Meta:
        model = Evidence
        fields = [
            "action",
            "title",
            "url",
            "kind",
            "represents",
            "expires",
            "declared_no_personal_data",
        ]
        field_classes = {"url": forms.CharField}
        labels = {
            "action": "What it shows",
            "url": "Link",
            "kind": "How much it shows",
            "represents": "Day that it speaks of",
            "expires": "Day on which it expires",
        }
        help_texts = {
            "title": "For example, “Training log, March 2026”",
            "url": "The address where it is kept, for example https://justice.sharepoint.com/…",
            "represents": "For example, 27/3/2026",
            "expires": "If it is to be renewed, for example a policy under review",
        }
        widgets = {"represents": forms.DateInput, "expires": forms.DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields.get("kind")
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [("", "Choose one"), *Rung.choices]

    def operate(self) -> Evidence:
        names = ("title", "url", "kind", "represents", "expires", "declared_no_personal_data")
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in names}
        return attach_link(
            **self.subject(),
            **given,
            by=signed_in(self.request),
            at=timezone.now(),
        )


class WorkInline(OperationInline):
    """Added to, never changed."""

    capability: Capability
    show_change_link = False

    def may_write(self, request: HttpRequest, obj: Recommendation | Action) -> bool:
        return may(request, self.capability, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return self.model.objects.visible_to(request.user).for_list()

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["action"] if isinstance(obj, Action) else []


class ProgressUpdateInline(WorkInline):
    model = ProgressUpdate
    form = ProgressUpdateForm
    shown_by = "admin/shown/update.html"
    capability = Capability.REPORT_PROGRESS


class EvidenceInline(WorkInline):
    model = Evidence
    form = EvidenceForm
    shown_by = "admin/shown/evidence.html"
    capability = Capability.ATTACH_EVIDENCE


@admin.register(ProgressUpdate)
class ProgressUpdateAdmin(ReadOnlyAdmin):
    list_display = ["recommendation", "action", "speaks_of", "text", "author"]
    fields = ["recommendation", "action", "text", "speaks_of", "author", "recorded"]
    search_fields = ["recommendation__reference", "text"]
    search_help_text = "Search by reference or words of the update"
    ordering = ["-created_at", "-pk"]

    def rows(self, request: HttpRequest, on: Any) -> models.QuerySet[ProgressUpdate]:
        return ProgressUpdate.objects.visible_to(request.user).for_list()

    def called(self, row: ProgressUpdate) -> str:
        return f"{row.recommendation}, {day(row.dated)}"

    @column("Day", ordering="dated")
    def speaks_of(self, update: ProgressUpdate) -> str:
        return day(update.dated)

    @column("Recorded")
    def recorded(self, update: ProgressUpdate) -> str:
        return day(timezone.localdate(update.created_at))


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    list_display = ["title", "recommendation", "action", "kind", "speaks_of", "verdict"]
    list_filter = ["kind", "verdict"]
    fields = [
        "title",
        "link",
        "recommendation",
        "action",
        "kind",
        "speaks_of",
        "valid_until",
        "verdict",
        "verdict_reason",
        "attached_by",
        "attached",
    ]
    search_fields = ["recommendation__reference", "title"]
    search_help_text = "Search by reference or title"
    ordering = ["recommendation__reference", "pk"]

    def rows(self, request: HttpRequest, on: Any) -> models.QuerySet[Evidence]:
        return Evidence.objects.visible_to(request.user).for_list()

    @column("Link")
    def link(self, evidence: Evidence) -> SafeString:
        return format_html('<a href="{0}">{0}</a>', evidence.url)

    @column("Day that it speaks of", ordering="represents")
    def speaks_of(self, evidence: Evidence) -> str:
        return day(evidence.represents)

    @column("Expires")
    def valid_until(self, evidence: Evidence) -> str:
        return day(evidence.expires) if evidence.expires else "Does not expire"

    @column("Attached")
    def attached(self, evidence: Evidence) -> str:
        return day(timezone.localdate(evidence.attached_at))
