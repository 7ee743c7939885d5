"""Evidence: the screens on which people attach, download, judge and redact it."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone

from recommendations import storage
from recommendations.access import may_fetch
from recommendations.admin.action_page import form_data, require, route, run_action_page
from recommendations.admin.base import Link, column, signed_in
from recommendations.admin.redaction import RedactionAdmin
from recommendations.admin.site import may
from recommendations.admin.updates import WorkForm, WorkInline
from recommendations.forms.evidence import (
    ENDINGS,
    FILE_HELP,
    HELP_TEXTS,
    LABELS,
    LEVELS,
    TITLE_HELP,
    VERDICT_EFFECT,
    VerdictForm,
    judged_in_words,
    may_judge,
)
from recommendations.models import Evidence
from recommendations.operations.evidence import Upload, attach_evidence
from recommendations.queries.visibility import visible
from recommendations.roles import Capability
from recommendations.wording.dates import day
from recommendations.wording.evidence import attached_in_words, judged_by, valid_until, where_it_is


class EvidenceAdminForm(WorkForm):
    file = forms.FileField(
        required=False,
        label=LABELS["file"],
        help_text=FILE_HELP,
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
    )

    class Meta:
        model = Evidence
        fields = [
            "action",
            "title",
            "file",
            "url",
            "document_reference",
            "level",
            "represents",
            "expires",
            "declared_no_personal_data",
        ]
        field_classes = {"url": forms.CharField}
        labels = LABELS
        help_texts = {
            **HELP_TEXTS,
            "title": f"{TITLE_HELP}. Then give one of the three: a file, a link or the reference of a"
            " document",
        }
        widgets = {"represents": forms.DateInput, "expires": forms.DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = self.fields.get("level")
        if isinstance(level, forms.ChoiceField):
            level.choices = LEVELS

    def operate(self) -> Evidence:
        stored = (name for name in EvidenceAdminForm.Meta.fields if name not in ("action", "file"))
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in stored}
        file = self.cleaned_data.get("file")
        return attach_evidence(
            **self.subject(),
            **given,
            file=Upload(file.name, file.chunks()) if file else None,
            by=signed_in(self.request),
            at=timezone.now(),
        )


class EvidenceInline(WorkInline):
    model = Evidence
    form = EvidenceAdminForm
    read_template = "admin/edit_inline/evidence.html"
    capability = Capability.ATTACH_EVIDENCE


@admin.register(Evidence)
class EvidenceAdmin(RedactionAdmin):
    redaction = "The title, the link or reference and the file are removed, here and from the event record."
    list_display = ["title", "recommendation", "action", "evidence_level", "speaks_of", "verdict"]
    list_filter = ["level", "verdict"]
    fields = [
        "title",
        "where",
        "recommendation",
        "action",
        "evidence_level",
        "speaks_of",
        "valid_until",
        "verdict",
        "verdict_reason",
        "judged",
        "attached",
        "fingerprint",
        "redaction_reason",
    ]
    search_fields = ["recommendation__reference", "title"]
    search_help_text = "Search by reference or title"
    ordering = ["recommendation__reference", "pk"]

    def pages(self) -> list[URLPattern]:
        return [
            route(self, "<int:pk>/file/", self.file_view, "file"),
            route(self, "<int:pk>/verdict/", self.verdict_view, "verdict"),
            *super().pages(),
        ]

    def available_actions(self, request: HttpRequest, row: Evidence) -> list[Link]:
        links = []
        if may_judge(signed_in(request), row, on=timezone.localdate()):
            links.append(("Accept or reject", self.address("verdict", row.pk)))
        if row.file_key and may_fetch(request.user, row, on=timezone.localdate()):
            links.append(("Download the file", self.address("file", row.pk)))
        return links + super().available_actions(request, row)

    def rows(self, request: HttpRequest, on: date) -> models.QuerySet[Evidence]:
        return visible(Evidence.objects.for_list(), request.user, on=on)

    def get_fields(self, request: HttpRequest, obj: Evidence | None = None) -> Any:
        hidden = set()
        if obj and not obj.sha256:
            hidden.add("fingerprint")
        if obj and not obj.redacted_at:
            hidden.add("redaction_reason")
        return [name for name in self.fields if name not in hidden]

    def file_view(self, request: HttpRequest, pk: int) -> Any:
        """Send the file as it was attached, or raise Http404 if the user may not download it."""
        evidence = self.row(request, pk)
        if not evidence.file_key or not may_fetch(request.user, evidence, on=timezone.localdate()):
            raise Http404
        try:
            file = storage.open_verified(evidence.file_key, sha256=evidence.sha256)
        except storage.Damaged as damage:
            messages.error(request, str(damage))
            return HttpResponseRedirect(self.address("change", pk))
        response = FileResponse(file)
        for name, value in storage.download_headers(evidence.file_name, evidence.media_type).items():
            response[name] = value
        return response

    def verdict_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        evidence = self.row(request, pk)
        require(may(request, Capability.ASSURE, evidence.recommendation))

        def save(form: VerdictForm) -> str:
            return judged_in_words(form.judge(evidence, by=signed_in(request), at=timezone.now()))

        return run_action_page(
            self,
            request,
            row=evidence,
            title="Accept or reject",
            button="Record the verdict",
            effect=VERDICT_EFFECT,
            form=VerdictForm(form_data(request), initial={"version_read": evidence.version}),
            save=save,
            current="admin/edit_inline/evidence.html",
            assures=True,
        )

    @column("Evidence level", ordering="level")
    def evidence_level(self, evidence: Evidence) -> str:
        return evidence.get_level_display()

    @column("Where it is")
    def where(self, evidence: Evidence) -> str:
        return where_it_is(evidence)

    @column("SHA-256 of the file")
    def fingerprint(self, evidence: Evidence) -> str:
        return evidence.sha256

    @column("Judged by")
    def judged(self, evidence: Evidence) -> str:
        return judged_by(evidence)

    @column("Day that it speaks of", ordering="represents")
    def speaks_of(self, evidence: Evidence) -> str:
        return day(evidence.represents)

    @column("Expires")
    def valid_until(self, evidence: Evidence) -> str:
        return valid_until(evidence)

    @column("Attached")
    def attached(self, evidence: Evidence) -> str:
        return attached_in_words(evidence)
