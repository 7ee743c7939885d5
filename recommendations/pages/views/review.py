"""Pages for an assurer's verdict on evidence, and for an inspector's review of a recommendation."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from recommendations.forms import evidence, review
from recommendations.forms.base import PageForm
from recommendations.models import ProgressUpdate
from recommendations.pages.available_actions import REVIEW
from recommendations.pages.views.about_record import WritingAbout
from recommendations.pages.views.base import Context
from recommendations.pages.views.evidence import evidence_for, facts_of
from recommendations.pages.views.form_pages import FormPage
from recommendations.queries.visibility import visible
from recommendations.roles import Capability

MOST_UPDATES = 5


class EvidenceVerdict(FormPage):
    title = "Accept or reject"
    capability = Capability.ASSURE
    effect = evidence.VERDICT_EFFECT
    current_template = "pages/writing/current/evidence.html"

    @cached_property
    def subject(self) -> Any:
        return evidence_for(self)

    @property
    def about(self) -> Any:
        return self.subject.action or self.subject.recommendation

    @property
    def back(self) -> str:
        return self.success_url(self.subject)

    @property
    def permitted_on(self) -> Any:
        return self.subject.recommendation

    def form(self, data: QueryDict | None) -> PageForm:
        return evidence.VerdictForm(data, initial={"version_read": self.subject.version})

    def write(self, form: Any, last: Any) -> Any:
        return form.judge(self.subject, by=self.user, at=timezone.now())

    def success_message(self, row: Any) -> str:
        return evidence.judged_in_words(row)

    def success_url(self, row: Any) -> str:
        return reverse("pages:evidence", args=[row.pk])

    def context(self, **shown: object) -> Context:
        return {
            **super().context(**shown),
            "form_heading": "Your verdict",
            "piece": self.subject,
            "facts": facts_of(self.subject),
            "file": bool(self.subject.file_key),
        }


class Reviewing(WritingAbout):
    title = REVIEW
    capability = Capability.REVIEW
    effect = review.EFFECT
    current_template = "pages/writing/current/review.html"

    def form(self, data: QueryDict | None) -> PageForm:
        return review.ReviewForm(data, recommendation=self.recommendation, on=self.today)

    def write(self, form: Any, last: Any) -> Any:
        return form.record(self.recommendation, by=self.user, at=timezone.now())

    def success_message(self, row: Any) -> str:
        return review.recorded_in_words(row)

    def context(self, **shown: object) -> Context:
        rows = ProgressUpdate.objects.filter(recommendation=self.recommendation)
        updates = visible(rows, self.user, on=self.today)
        return {
            **super().context(**shown),
            **self.whole_standing(),
            "form_heading": "Your judgement",
            "updates": updates.order_by("-dated", "-pk")[:MOST_UPDATES],
        }
