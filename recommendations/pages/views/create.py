"""Pages that add progress updates, readings of a measure and evidence."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from recommendations.errors import DomainError, Invalid
from recommendations.forms import evidence, reading, updates
from recommendations.forms.base import PageForm, tell
from recommendations.models import Evidence
from recommendations.operations.evidence import Upload
from recommendations.operations.idempotency import Kept
from recommendations.pages.available_actions import EVIDENCE, READING, UPDATE
from recommendations.pages.govuk_forms import with_govuk_classes
from recommendations.pages.views.about_record import WritingAbout
from recommendations.pages.views.form_pages import NotAnswered
from recommendations.roles import Capability


class AddUpdate(WritingAbout):
    title = UPDATE
    capability = Capability.REPORT_PROGRESS
    effect = updates.EFFECT

    def form(self, data: QueryDict | None) -> PageForm:
        return updates.UpdateForm(data, subject=self.subject, on=self.today)

    def write(self, form: Any, last: Form | None) -> Any:
        return form.record(by=self.user, at=timezone.now())

    def success_message(self, row: Any) -> str:
        return updates.recorded_in_words(row)


class AddReading(WritingAbout):
    title = READING
    capability = Capability.ADD_READINGS
    effect = reading.EFFECT

    def form(self, data: QueryDict | None) -> PageForm:
        return reading.ReadingForm(data, recommendation=self.recommendation)

    def can_try(self, form: PageForm) -> bool:
        return {"measure", "taken_on", "source"} <= set(form.cleaned_data)

    def write(self, form: Any, last: Form | None) -> Any:
        return form.record(by=self.user, at=timezone.now())

    def success_message(self, row: Any) -> str:
        return reading.recorded_in_words(row)

    def success_url(self, row: Any) -> str:
        return super().success_url(row.measure)


class AddEvidence(WritingAbout):
    title = EVIDENCE
    capability = Capability.ATTACH_EVIDENCE
    effect = evidence.EFFECT
    upload: Upload | None = None
    recorded: Evidence | None = None

    def form(self, data: QueryDict | None) -> PageForm:
        return evidence.EvidenceForm(data, subject=self.subject)

    def last_form(
        self, data: QueryDict | None, files: MultiValueDict[str, UploadedFile] | None = None
    ) -> Form:
        chosen = self.request.POST.get("place") == evidence.FILE
        return with_govuk_classes(evidence.LastForm(data, files, with_file=chosen))

    def can_try(self, form: PageForm) -> bool:
        return "represents" in form.cleaned_data

    def write(self, form: Any, last: Form | None) -> Any:
        declared = last is None or last.cleaned_data["declared_no_personal_data"]
        self.recorded = form.record(
            upload=self.upload if last else None, declared=declared, by=self.user, at=timezone.now()
        )
        return self.recorded

    def once(self, form: Any, last: Form | None) -> Kept:
        """Store the file before the transaction, and delete it if the operation is refused."""
        file = self.request.FILES.get("file")
        self.upload = Upload(str(file.name), file.chunks()) if file else None
        try:
            self._receive(file)
            return super().once(form, last)
        finally:
            if self.upload and self.recorded is None:
                self.upload.discard()

    def _receive(self, file: Any) -> None:
        try:
            if self.upload:
                self.upload.receive()
        except Invalid:
            # Start again: the operation reports this with every other problem.
            self.upload = Upload(file.name, file.chunks())

    def tell(self, form: Any, refusal: DomainError) -> None:
        """Show a missing file as a missing link or reference, if the user chose one of those."""
        problems = dict(getattr(refusal, "problems", {}))
        missing = problems.pop("file", None)
        if missing and not form.is_file:
            problems[form.cleaned_data.get("place") or "place"] = missing
        super().tell(form, Invalid(problems))

    def refused(self, form: PageForm, last: Form | None, refusal: DomainError) -> HttpResponse:
        if last is None or not form.is_valid():
            return super().refused(form, last, refusal)
        if not isinstance(refusal, NotAnswered):
            tell(last, refusal)
        return self.checked(form, last)

    def success_message(self, row: Any) -> str:
        return evidence.attached_and_waits(row)

    def success_url(self, row: Any) -> str:
        return reverse("pages:evidence", args=[row.pk])
