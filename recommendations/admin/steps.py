"""The steps of the workflow: a button for each that the person may take, and the page behind it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone

from recommendations.access import can, my_steps, with_my_steps
from recommendations.admin.base import signed_in
from recommendations.admin.forms import VersionedForm
from recommendations.admin.page import allow, carry_out, posted, route
from recommendations.admin.words import shortened
from recommendations.models import Action, Answer, Recommendation
from recommendations.models.standing import Gap
from recommendations.operations.conditions import Given, fields_of, gaps_of
from recommendations.operations.transitions import perform, table_of
from recommendations.workflow import CLOSED, Step

TEXT = forms.Textarea(attrs={"rows": 4})


class SuccessorField(forms.ModelChoiceField):
    def label_from_instance(self, row: Any) -> str:
        words = row.description if isinstance(row, Action) else row.text
        return f"{row}: {shortened(words, 80)}"


def _answers() -> forms.Field:
    radios = forms.RadioSelect(attrs={"class": "open"})
    return forms.ChoiceField(label="Answer", choices=Answer.choices, widget=radios)


FIELDS: dict[str, Any] = {
    "reason": lambda: forms.CharField(label="Reason", widget=TEXT),
    "outcome": lambda: forms.CharField(label="Outcome: what is different now?", widget=TEXT),
    "risk_carrier": lambda: forms.CharField(
        label="Post that carries the risk", help_text="The post, not the name: for example “Head of PDU”"
    ),
    "why_no_action": lambda: forms.CharField(
        label="Why it is done nevertheless", help_text="No action of it was closed", widget=TEXT
    ),
    "answer": _answers,
    "accepted_part": lambda: forms.CharField(
        label="The part that is accepted", help_text="Only if it is partly agreed", widget=TEXT
    ),
    "dated": lambda: forms.DateField(
        label="Day of the answer", help_text="For example, 27/3/2026. Today, if you leave it empty"
    ),
    "acknowledged": lambda: forms.MultipleChoiceField(
        label="Gaps that stand: tick each that you have seen",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "open"}),
    ),
    "successor": lambda: SuccessorField(
        label="What takes its place", queryset=None, empty_label="Choose one"
    ),
}
# Which of the fields of an answer are needed follows from the answer.
DEPENDS = {"accepted_part", "dated"}


class StepForm(VersionedForm):
    """What the table of steps says that this step needs; the operation says what is missing of it."""

    tries_anyway = True

    def __init__(self, data: Any, *, step: Step, subject: Any, gaps: list[Gap], successors: Any) -> None:
        super().__init__(data, initial={"version_read": subject.version})
        for name in fields_of(step):
            self.fields[name] = field = FIELDS[name]()
            # Required by the operation, which names everything that is missing at once.
            field.required = False
            field.asked = name not in DEPENDS
        if "answer" in self.fields:
            self.fields["reason"].label = "Why it is not agreed, or not wholly"
            self.fields["reason"].asked = False  # type: ignore[attr-defined]
        if "successor" in self.fields:
            self.fields["successor"].queryset = successors  # type: ignore[attr-defined]
        self._leave_out(subject, gaps)

    def _leave_out(self, subject: Any, gaps: list[Gap]) -> None:
        """What need not be asked, as nothing is to be said."""
        if "acknowledged" in self.fields:
            self.fields["acknowledged"].choices = [  # type: ignore[attr-defined]
                (gap.value, gap.label) for gap in gaps
            ]
            if not gaps:
                del self.fields["acknowledged"]
        if "why_no_action" in self.fields and subject.actions.filter(status=CLOSED).exists():
            del self.fields["why_no_action"]

    @property
    def given(self) -> Given:
        stated = {name: value for name, value in self.cleaned_data.items() if name != "version_read"}
        if "acknowledged" in stated:
            stated["acknowledged"] = tuple(stated["acknowledged"])
        return Given(**stated)


class TakesSteps:
    """For the admin of a noun that passes through a workflow."""

    step_template = "admin/page.html"

    def step_pages(self) -> list[URLPattern]:
        return [route(self, "<int:pk>/step/<slug:name>/", self.step_view, "step")]

    def step_ways(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """The steps that this person may take from where the row stands, as the table of steps says."""
        table = table_of(row)
        mine = with_my_steps(type(row)._default_manager.filter(pk=row.pk), request.user, table).get()
        return [(step.label, self.address("step", row.pk, step.name)) for step in my_steps(mine, table)]  # type: ignore[attr-defined]

    def stands(self, request: HttpRequest, row: Any, step: Step) -> dict[str, Any]:
        """What the page shows of the row before the step is taken."""
        return {}

    def step_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        row = self.row(request, pk)  # type: ignore[attr-defined]
        step = table_of(row).step(name)
        if step is None:
            raise Http404
        today = timezone.localdate()
        allow(can(request.user, step.capability, row, on=today))
        if request.method != "POST" and row.status not in step.sources:
            messages.warning(
                request, f"{row} is {row.get_status_display().lower()}: “{step.label}” is not possible now."
            )
            return HttpResponseRedirect(self.address("change", row.pk))  # type: ignore[attr-defined]
        form = StepForm(
            posted(request),
            step=step,
            subject=row,
            gaps=gaps_of(row, on=today) if "acknowledged" in fields_of(step) else [],
            successors=successors(row, request),
        )
        return carry_out(
            self,
            request,
            row=row,
            title=step.label,
            button=step.label,
            effect=step.effect,
            form=form,
            do=lambda filled: _take(request, row, step, filled),
            **self.stands(request, row, step),
        )


def _take(request: HttpRequest, row: Any, step: Step, form: StepForm) -> str:
    taken = perform(
        subject=row,
        step=step.name,
        version=form.version,
        given=form.given,
        by=signed_in(request),
        at=timezone.now(),
    )
    return f"{taken} is now: {taken.get_status_display().lower()}."


def successors(row: Recommendation | Action, request: HttpRequest) -> models.QuerySet:
    """What can take the place of `row`: others of its kind that are not superseded themselves."""
    if isinstance(row, Action):
        rows: Any = Action.objects.visible_to(request.user).filter(recommendation=row.recommendation_id)
        rows = rows.select_related("recommendation")
    else:
        rows = Recommendation.objects.visible_to(request.user, on=timezone.localdate())
    return rows.exclude(pk=row.pk).exclude(status="superseded")
