"""Actions: planned and kept up to date by the people of the owner or the lead."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator

from recommendations import access
from recommendations.admin.base import OperationAdmin, OperationInline, column, signed_in
from recommendations.admin.filters import DueBand, LeadInReach, Mine
from recommendations.admin.forms import OperationForm
from recommendations.admin.site import may
from recommendations.admin.work import EvidenceInline, ProgressUpdateInline
from recommendations.models import Action, Organisation, Recommendation
from recommendations.operations.actions import hold, plan_action, revise_action
from recommendations.roles import Capability


class ActionForm(OperationForm):
    unchosen = {"person": "Nobody is named"}
    target_date = forms.CharField(
        required=False,
        max_length=100,
        help_text="As it was said, for example “30 June 2026”, “summer 2026” or “Ongoing”",
    )

    class Meta:
        model = Action
        fields = [
            "recommendation",
            "description",
            "lead",
            "contributors",
            "responsible_post",
            "person",
        ]
        labels = {
            "description": "What is to be done",
            "person": "Responsible person",
        }
        help_texts = {
            "responsible_post": "The post, not the name: for example “Head of PDU”",
            "contributors": "Bodies that do a part of the work. Choose all that apply",
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "contributors": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["target_date"] = self.instance.target_words

    def choices(self) -> dict[str, models.QuerySet]:
        user = self.request.user
        return {
            "recommendation": access.may_change(user, Capability.PLAN_ACTIONS, on=timezone.localdate()),
            "lead": Organisation.objects.all(),
            "contributors": Organisation.objects.all(),
            "person": access.colleagues(user),
        }

    def hold(self) -> None:
        if self.instance.pk is None:
            hold(self.cleaned_data.get("recommendation") or self.instance.recommendation)

    def operate(self) -> Action:
        given: dict[str, Any] = {
            name: self.cleaned_data[name]
            for name in (
                "description",
                "lead",
                "contributors",
                "responsible_post",
                "person",
                "target_date",
            )
        }
        given |= {"by": signed_in(self.request), "at": timezone.now()}
        if self.instance.pk is None:
            recommendation = self.cleaned_data.get("recommendation") or self.instance.recommendation
            return plan_action(recommendation=recommendation, **given)
        return revise_action(
            action=Action.objects.get(pk=self.instance.pk),
            version=self.cleaned_data["version_read"] or 0,
            **given,
        )


class TargetInWords:
    """The target date for those who only read; the form has a field of this name."""

    @column("Target date, as it was said")
    def target_date(self, action: Action) -> str:
        return action.target_words or "None"

    @column("Due", ordering="target_latest")
    def due(self, action: Action) -> str:
        return action.due_in_words(on=timezone.localdate())


class ActionInline(TargetInWords, OperationInline):
    model = Action
    form = ActionForm
    fields = [
        "description",
        "responsible_post",
        "target_date",
        "lead",
        "contributors",
        "person",
        "version_read",
    ]

    def may_write(self, request: HttpRequest, obj: Recommendation) -> bool:
        return may(request, Capability.PLAN_ACTIONS, obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Action]:
        return Action.objects.visible_to(request.user).for_list()


@admin.register(Action)
class ActionAdmin(TargetInWords, OperationAdmin):
    form = ActionForm
    inlines = [ProgressUpdateInline, EvidenceInline]
    list_display = ["label_in_full", "what", "lead", "responsible_post", "status", "due"]
    list_filter = ["status", DueBand, LeadInReach, Mine]
    search_fields = [
        "recommendation__reference",
        "recommendation__text",
        "description",
        "responsible_post",
    ]
    search_help_text = "Search by reference, words of the action, or responsible post"
    ordering = ["recommendation__reference", "pk"]
    fields = [
        "recommendation",
        "status",
        "due",
        "description",
        "responsible_post",
        "target_date",
        "lead",
        "contributors",
        "person",
        "version_read",
    ]

    def rows(self, request: HttpRequest, on: date) -> models.QuerySet[Action]:
        return Action.objects.visible_to(request.user).for_list()

    def get_readonly_fields(self, request: HttpRequest, obj: Action | None = None) -> list[str]:
        return ["recommendation", "status", "due"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Action | None = None) -> Any:
        return self.fields if obj else [name for name in self.fields if name not in {"status", "due"}]

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
