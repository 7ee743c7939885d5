"""The form of an action, and the rows of actions under their recommendation."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from recommendations import access
from recommendations.admin.base import column, signed_in
from recommendations.admin.forms import OperationForm, Remark
from recommendations.admin.operation_admin import OperationInline
from recommendations.admin.site import may
from recommendations.forms.fields import PersonField
from recommendations.models import Action, Organisation, Recommendation
from recommendations.operations.actions import plan_action, revise_action
from recommendations.queries.visibility import visible
from recommendations.roles import Capability
from recommendations.wording.dates import person

FIELDS = [
    "description",
    "responsible_post",
    "target_date",
    "reason",
    "lead",
    "contributors",
    "person",
    "version_read",
]
"""The fields of an action that people edit, in the order of the screen. “reason” is about a moved date."""
NOT_STORED = ("reason", "version_read")
DECLARED = (*NOT_STORED, "target_date")


class ActionForm(OperationForm):
    unchosen = {"person": "Nobody is named"}
    target_date = forms.CharField(
        required=False,
        max_length=100,
        help_text="As it was said, for example “30 June 2026”, “summer 2026” or “Ongoing”",
    )
    reason = Remark(
        required=False,
        label="Why the date moves",
        help_text="Only if the target date moves. The old date and your reason are kept",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        model = Action
        fields = ["recommendation", *(name for name in FIELDS if name not in DECLARED)]
        labels = {
            "description": "What is to be done",
            "person": "Responsible person",
        }
        help_texts = {
            "responsible_post": "The post, not the name: for example “Head of PDU”",
            "contributors": "Bodies that do a part of the work. Choose all that apply",
        }
        field_classes = {"person": PersonField}
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "contributors": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("target_date", self.instance.target_words)
        if self.writes:
            self.now["target_date"] = self.instance.target_words
        if self.instance.pk is None and "reason" in self.fields:
            self.fields["reason"].widget = forms.HiddenInput()  # A new action has no date to move.

    def as_fields(self, values: dict[str, Any]) -> dict[str, Any]:
        columns = {"lead_id": "lead", "person_id": "person", "target_words": "target_date"}
        named = {columns.get(name, name): value for name, value in values.items()}
        return {name: value for name, value in named.items() if name in self.fields}

    def choices(self) -> dict[str, models.QuerySet]:
        user = self.request.user
        organisations = Organisation.objects.all()
        return {
            "recommendation": access.may_change(user, Capability.PLAN_ACTIONS, on=timezone.localdate()),
            "lead": organisations,
            "contributors": organisations,
            "person": access.colleagues(user),
        }

    def operate(self) -> Action:
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in FIELDS if name not in NOT_STORED}
        given |= {"by": signed_in(self.request), "at": timezone.now()}
        if self.instance.pk is None:
            recommendation = self.cleaned_data.get("recommendation") or self.instance.recommendation
            return plan_action(recommendation=recommendation, **given)
        changed = {"by", "at", *self.changed_data}
        return revise_action(
            action=self.instance,
            version=self.cleaned_data["version_read"] or 0,
            reason=self.cleaned_data["reason"],
            **{name: value for name, value in given.items() if name in changed},
        )


def read_only_fields(fields: Sequence[str]) -> list[str]:
    """The fields for users who only read: a person's name without a link to the account."""
    return ["named" if name == "person" else name for name in fields if name != "reason"]


class ActionColumns:
    """Columns and read-only fields of an action."""

    @column("Target date, as it was said")
    def target_date(self, action: Action) -> str:
        return action.target_words or "None"

    @column("Responsible person")
    def named(self, action: Action) -> str:
        return person(action.person) if action.person else "None"

    @column("Due", ordering="target_latest")
    def due(self, action: Action) -> str:
        return action.due_in_words(on=timezone.localdate())


class ActionInline(ActionColumns, OperationInline):
    model = Action
    form = ActionForm
    readonly_fields = ["named"]
    fields = [*FIELDS]

    def may_write(self, request: HttpRequest, obj: Recommendation) -> bool:
        return may(request, Capability.PLAN_ACTIONS, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is not None and self.may_write(request, obj) else read_only_fields(FIELDS)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Action]:
        return visible(Action.objects.for_list(), request.user, on=timezone.localdate())
