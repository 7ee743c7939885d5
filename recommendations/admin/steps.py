"""The steps of the workflow: a button for each that the person may take, and the page behind it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone

from recommendations.access import can, my_steps, with_my_steps
from recommendations.admin.action_page import allow, carry_out, posted, route
from recommendations.admin.base import signed_in
from recommendations.forms.steps import StepForm, not_possible, step_form, taken_in_words
from recommendations.operations.transitions import table_of
from recommendations.workflow import Step


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
            messages.warning(request, not_possible(step, row))
            return HttpResponseRedirect(self.address("change", row.pk))  # type: ignore[attr-defined]
        form = step_form(posted(request), step=step, subject=row, user=request.user, on=today)
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
    return taken_in_words(form.take(step, row, by=signed_in(request), at=timezone.now()))
