"""The forms for the steps of the workflow, with the fields that each step needs."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict

from recommendations.forms.base import VersionedForm
from recommendations.models import Action, Answer, Recommendation, User
from recommendations.operations.conditions import StepInput, fields_of, unsupported_claim_reasons
from recommendations.operations.transitions import Stateful, take_step
from recommendations.queries.statuses import UnsupportedClaimReason
from recommendations.queries.visibility import visible
from recommendations.wording.dates import shortened
from recommendations.workflow import CLOSED, Step

TEXT = forms.Textarea(attrs={"rows": 4})


class SuccessorField(forms.ModelChoiceField):
    def label_from_instance(self, row: Any) -> str:
        words = row.description if isinstance(row, Action) else row.text
        return f"{row}: {shortened(words, 80)}"


FIELDS: dict[str, Any] = {
    "reason": lambda: forms.CharField(label="Reason", widget=TEXT),
    "outcome": lambda: forms.CharField(label="Outcome: what is different now?", widget=TEXT),
    "risk_carrier": lambda: forms.CharField(
        label="Post that carries the risk", help_text="The post, not the name: for example “Head of PDU”"
    ),
    "why_no_action": lambda: forms.CharField(
        label="Why it is done nevertheless", help_text="No action of it was closed", widget=TEXT
    ),
    "answer": lambda: forms.ChoiceField(label="Answer", choices=Answer.choices, widget=forms.RadioSelect),
    "accepted_part": lambda: forms.CharField(
        label="The part that is accepted", help_text="Only if it is partly agreed", widget=TEXT
    ),
    "dated": lambda: forms.DateField(
        label="Day of the answer", help_text="For example, 27/3/2026. Today, if you leave it empty"
    ),
    "acknowledged": lambda: forms.MultipleChoiceField(
        label="Reasons why the claim is unsupported: tick each that you have seen",
        widget=forms.CheckboxSelectMultiple,
    ),
    "successor": lambda: SuccessorField(
        label="What takes its place", queryset=None, empty_label="Choose one"
    ),
}
# Whether these are needed depends on the answer.
DEPENDS = {"accepted_part", "dated"}


class StepForm(VersionedForm):
    """The fields that the workflow's table names for this step; the operation says which are missing."""

    tries_anyway = True

    def __init__(
        self,
        data: QueryDict | None,
        *,
        step: Step,
        subject: Any,
        reasons: list[UnsupportedClaimReason],
        successors: Any,
    ) -> None:
        super().__init__(data, initial={"version_read": subject.version})
        for name in fields_of(step):
            self.fields[name] = field = FIELDS[name]()
            # The operation requires them, and lists all missing fields together.
            field.required = False
            field.asked = name not in DEPENDS
        if "answer" in self.fields:
            self.fields["reason"].label = "Why it is not agreed, or not wholly"
            self.fields["reason"].asked = False  # type: ignore[attr-defined]
        if "successor" in self.fields:
            self.fields["successor"].queryset = successors  # type: ignore[attr-defined]
        self._leave_out(subject, reasons)

    def _leave_out(self, subject: Any, reasons: list[UnsupportedClaimReason]) -> None:
        """Delete the fields that do not apply."""
        if "acknowledged" in self.fields:
            self.fields["acknowledged"].choices = [  # type: ignore[attr-defined]
                (reason.value, reason.label) for reason in reasons
            ]
            if not reasons:
                del self.fields["acknowledged"]
        if "why_no_action" in self.fields and subject.actions.filter(status=CLOSED).exists():
            del self.fields["why_no_action"]

    @property
    def given(self) -> StepInput:
        stated = {name: value for name, value in self.cleaned_data.items() if name != "version_read"}
        if "acknowledged" in stated:
            stated["acknowledged"] = tuple(stated["acknowledged"])
        return StepInput(**stated)

    def take(self, step: Step, subject: Stateful, *, by: User, at: datetime) -> Stateful:
        """Take the step with the cleaned data; raises what `take_step` raises."""
        return take_step(
            subject=subject, step=step.name, version=self.version, given=self.given, by=by, at=at
        )


def step_form(
    data: QueryDict | None, *, step: Step, subject: Recommendation | Action, user: User, on: date
) -> StepForm:
    """The form of `step` for `user`, with the reasons of the day `on`."""
    return StepForm(
        data,
        step=step,
        subject=subject,
        reasons=unsupported_claim_reasons(subject, on=on) if "acknowledged" in fields_of(step) else [],  # type: ignore[arg-type]
        successors=successors(subject, user, on=on),
    )


def taken_in_words(subject: Recommendation | Action) -> str:
    return f"{subject} is now: {subject.get_status_display().lower()}."


def not_possible(step: Step, subject: Recommendation | Action) -> str:
    stands = subject.get_status_display().lower()
    return f"{subject} is {stands}: “{step.label}” is not possible now."


def successors(row: Recommendation | Action, user: User, *, on: date) -> models.QuerySet:
    """What can take the place of `row`: others of its kind that are not superseded themselves."""
    if isinstance(row, Action):
        rows: Any = visible(Action.objects.filter(recommendation=row.recommendation_id), user, on=on)
        rows = rows.select_related("recommendation")
    else:
        rows = visible(Recommendation.objects.all(), user, on=on)
    return rows.exclude(pk=row.pk).exclude(status="superseded")
