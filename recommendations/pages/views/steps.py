"""One workflow step of a recommendation or an action; the workflow table says what its form asks."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from recommendations.forms.base import PageForm
from recommendations.forms.steps import not_possible, step_form, taken_in_words
from recommendations.operations.transitions import table_of
from recommendations.pages.available_actions import address_of
from recommendations.pages.views.about_record import WritingAbout
from recommendations.pages.views.base import Context
from recommendations.workflow import Need, Step


class Taking(WritingAbout):
    @cached_property
    def step(self) -> Step:
        found = table_of(self.subject).step(self.kwargs["name"])
        if found is None:
            raise Http404
        return found

    @property
    def capability(self) -> Any:  # type: ignore[override]
        return self.step.capability

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.step.label

    @property
    def effect(self) -> str:  # type: ignore[override]
        return self.step.effect

    def get(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        step, row = self.step, self.subject
        self.allow()
        if row.status not in step.sources:
            messages.warning(request, not_possible(step, row))
            return HttpResponseRedirect(address_of(row))
        return super().get(request, **kwargs)

    def form(self, data: QueryDict | None) -> PageForm:
        return step_form(data, step=self.step, subject=self.subject, user=self.user, on=self.today)

    def write(self, form: Any, last: Any) -> Any:
        return form.take(self.step, self.subject, by=self.user, at=timezone.now())

    def success_message(self, row: Any) -> str:
        return taken_in_words(row)

    def _attach(self) -> str:
        """The address to attach evidence, if the step needs evidence and the user may attach it."""
        if Need.CURRENT_EVIDENCE not in self.step.needs:
            return ""
        name = "action_evidence_new" if self.action else "evidence_new"
        where = {key: value for key, value in self.kwargs.items() if key != "name"}
        return reverse(f"pages:{name}", kwargs=where)

    def context(self, **shown: object) -> Context:
        shared = {**super().context(**shown), "attach": self._attach()}
        if self.action:
            return {
                **shared,
                "current_template": "pages/writing/current/action.html",
                **self.action_standing(),
            }
        whole = {"current_template": "pages/writing/current/recommendation.html", "links": self.links()}
        return {**shared, **whole, **self.whole_standing()}
