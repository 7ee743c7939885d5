"""Evidence: attached as a file, a link or the reference of a document; handed out, judged, redacted."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone

from recommendations import storage
from recommendations.access import may_fetch
from recommendations.admin.action_page import allow, carry_out, posted, route
from recommendations.admin.base import column, signed_in
from recommendations.admin.redaction import Redactable
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
        names = ("title", "url", "document_reference", "level", "represents", "expires")
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in names}
        file = self.cleaned_data.get("file")
        return attach_evidence(
            **self.subject(),
            **given,
            declared_no_personal_data=self.cleaned_data["declared_no_personal_data"],
            # It begins anew each time: the rehearsal has read it once already.
            file=Upload(file.name, file.chunks()) if file else None,
            by=signed_in(self.request),
            at=timezone.now(),
        )


class EvidenceInline(WorkInline):
    model = Evidence
    form = EvidenceAdminForm
    shown_by = "admin/shown/evidence.html"
    capability = Capability.ATTACH_EVIDENCE


@admin.register(Evidence)
class EvidenceAdmin(Redactable):
    redaction = "The title, the link or reference and the file go for good, here and in the record of events."
    list_display = ["title", "recommendation", "action", "level", "speaks_of", "verdict"]
    list_filter = ["level", "verdict"]
    fields = [
        "title",
        "where",
        "recommendation",
        "action",
        "level",
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

    def ways_on(self, request: HttpRequest, row: Evidence) -> list[tuple[str, str]]:
        judge = may_judge(request.user, row, on=timezone.localdate())
        ways = [("Accept or reject", self.address("verdict", row.pk))] if judge else []
        if row.file_key and may_fetch(request.user, row, on=timezone.localdate()):
            ways.append(("Download the file", self.address("file", row.pk)))
        return ways + super().ways_on(request, row)

    def rows(self, request: HttpRequest, on: Any) -> models.QuerySet[Evidence]:
        return visible(Evidence.objects.for_list(), request.user, on=on)

    def get_fields(self, request: HttpRequest, obj: Evidence | None = None) -> Any:
        unsaid = set()
        if obj and not obj.sha256:
            unsaid.add("fingerprint")
        if obj and not obj.redacted_at:
            unsaid.add("redaction_reason")
        return [name for name in self.fields if name not in unsaid]

    def file_view(self, request: HttpRequest, pk: int) -> Any:
        """The bytes as they were attached; they do not exist for who may not have them."""
        evidence = self.row(request, pk)
        if not evidence.file_key or not may_fetch(request.user, evidence, on=timezone.localdate()):
            raise Http404
        try:
            file = storage.open_verified(evidence.file_key, sha256=evidence.sha256)
        except storage.Damaged as damage:
            messages.error(request, str(damage))
            return HttpResponseRedirect(self.address("change", pk))
        answer = FileResponse(file)
        for name, value in storage.download_headers(evidence.file_name, evidence.media_type).items():
            answer[name] = value
        return answer

    def verdict_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        evidence = self.row(request, pk)
        allow(may(request, Capability.ASSURE, evidence.recommendation))

        def do(form: VerdictForm) -> str:
            return judged_in_words(form.judge(evidence, by=signed_in(request), at=timezone.now()))

        return carry_out(
            self,
            request,
            row=evidence,
            title="Accept or reject",
            button="Record the verdict",
            effect=VERDICT_EFFECT,
            form=VerdictForm(posted(request), initial={"version_read": evidence.version}),
            do=do,
            stands_in="admin/shown/evidence.html",
            shown=evidence,
            assures=True,
        )

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
