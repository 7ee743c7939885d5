"""The steps of the workflow: a link for each step that the user may take, and the page that takes it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone

from recommendations.access import can, my_steps, with_my_steps
from recommendations.admin.action_page import form_data, require, route, run_action_page
from recommendations.admin.base import Context, Link, ReadOnlyAdmin, signed_in
from recommendations.forms.steps import StepForm, not_possible, step_form, taken_in_words
from recommendations.operations.transitions import table_of
from recommendations.workflow import Step


class StepPages(ReadOnlyAdmin):
    """Adds the step pages to the admin of a noun with a workflow."""

    def pages(self) -> list[URLPattern]:
        return [route(self, "<int:pk>/step/<slug:name>/", self.step_view, "step"), *super().pages()]

    def available_actions(self, request: HttpRequest, row: Any) -> list[Link]:
        """Links to the steps that the workflow and the user's roles allow for the row now."""
        table = table_of(row)
        mine = with_my_steps(type(row)._default_manager.filter(pk=row.pk), request.user, table).get()
        steps = [(step.label, self.address("step", row.pk, step.name)) for step in my_steps(mine, table)]
        return steps + super().available_actions(request, row)

    def current_state(self, request: HttpRequest, row: Any) -> Context:
        """Context that shows the row as it is before the step."""
        return {}

    def step_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        row = self.row(request, pk)
        step = table_of(row).step(name)
        if step is None:
            raise Http404
        today = timezone.localdate()
        require(can(request.user, step.capability, row, on=today))
        if request.method != "POST" and row.status not in step.sources:
            messages.warning(request, not_possible(step, row))
            return HttpResponseRedirect(self.address("change", row.pk))
        form = step_form(form_data(request), step=step, subject=row, user=signed_in(request), on=today)
        return run_action_page(
            self,
            request,
            row=row,
            title=step.label,
            button=step.label,
            effect=step.effect,
            form=form,
            save=lambda filled: _take(request, row, step, filled),
            **self.current_state(request, row),
        )


def _take(request: HttpRequest, row: Any, step: Step, form: StepForm) -> str:
    return taken_in_words(form.take(step, row, by=signed_in(request), at=timezone.now()))
