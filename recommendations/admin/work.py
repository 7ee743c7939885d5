"""Progress updates and evidence, as they stand under a recommendation or one of its actions."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from recommendations.admin.base import OperationForm, OperationInline, ReadOnlyAdmin, signed_in
from recommendations.admin.site import may
from recommendations.models import Action, Evidence, ProgressUpdate, Recommendation
from recommendations.operations.evidence import attach_link
from recommendations.operations.updates import record_update
from recommendations.roles import Capability


class WorkForm(OperationForm):
    """A row under a recommendation (which may choose one of its actions) or under an action."""

    version_read = None

    def choices(self) -> dict[str, models.QuerySet]:
        of_this = Action.objects.filter(recommendation=self.instance.recommendation_id)
        return {"action": of_this.visible_to(self.request.user).select_related("recommendation")}

    def subject(self) -> dict[str, Any]:
        action = self.cleaned_data.get("action") or self.instance.action
        recommendation = action.recommendation if action else self.instance.recommendation
        return {"recommendation": recommendation, "action": action}


class ProgressUpdateForm(WorkForm):
    class Meta:
        model = ProgressUpdate
        fields = ["action", "text", "dated"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

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
    capability = Capability.REPORT_PROGRESS


class EvidenceInline(WorkInline):
    model = Evidence
    form = EvidenceForm
    capability = Capability.ATTACH_EVIDENCE


@admin.register(ProgressUpdate)
class ProgressUpdateAdmin(ReadOnlyAdmin):
    list_display = ["recommendation", "action", "dated", "text", "author"]
    search_fields = ["recommendation__reference", "text"]
    ordering = ["-created_at", "-pk"]

    def rows(self, request: HttpRequest, on: Any) -> models.QuerySet[ProgressUpdate]:
        return ProgressUpdate.objects.visible_to(request.user).for_list()


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    list_display = ["title", "recommendation", "action", "kind", "represents", "verdict"]
    list_filter = ["kind", "verdict"]
    search_fields = ["recommendation__reference", "title"]
    ordering = ["recommendation__reference", "pk"]

    def rows(self, request: HttpRequest, on: Any) -> models.QuerySet[Evidence]:
        return Evidence.objects.visible_to(request.user).for_list()
