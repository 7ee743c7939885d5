"""Evidence: attached as a file, a link or the reference of a document; handed out, judged, redacted."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html

from recommendations import storage
from recommendations.access import is_same_house, may_fetch
from recommendations.admin.base import column, signed_in
from recommendations.admin.forms import VersionedForm
from recommendations.admin.page import allow, carry_out, posted, route
from recommendations.admin.redaction import Redactable
from recommendations.admin.site import may
from recommendations.admin.words import day, person
from recommendations.admin.work import WorkForm, WorkInline
from recommendations.models import Evidence, Rung, Verdict
from recommendations.operations.evidence import Upload, attach_evidence, judge_evidence
from recommendations.roles import Capability
from recommendations.storage.kinds import ACCEPTED

ENDINGS = ",".join(f".{ending}" for kind in storage.ALLOWED.values() for ending in kind.extensions)
VERDICT_EFFECT = (
    "Accepted evidence counts towards what is shown, until it expires. Rejected evidence does not count."
    " Your name and reason stand beside it, and the owner reads them."
)


class EvidenceForm(WorkForm):
    file = forms.FileField(
        required=False,
        label="File",
        help_text=f"At most {storage.LARGEST >> 20} MB. {ACCEPTED}",
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
            "kind",
            "represents",
            "expires",
            "declared_no_personal_data",
        ]
        field_classes = {"url": forms.CharField}
        labels = {
            "action": "What it shows",
            "url": "Link",
            "document_reference": "Reference of a document",
            "kind": "How much it shows",
            "represents": "Day that it speaks of",
            "expires": "Day on which it expires",
        }
        help_texts = {
            "title": "For example, “Training log, March 2026”. Then give one of the three: a file, a link or"
            " the reference of a document",
            "url": "The address where it is kept, for example https://justice.sharepoint.com/…",
            "document_reference": "Where it is filed, for example “SW/2026/114”",
            "represents": "For example, 27/3/2026",
            "expires": "If it is to be renewed, for example a policy under review",
        }
        widgets = {"represents": forms.DateInput, "expires": forms.DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields.get("kind")
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [("", "Choose one"), *Rung.choices]

    def operate(self) -> Evidence:
        names = ("title", "url", "document_reference", "kind", "represents", "expires")
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
    form = EvidenceForm
    shown_by = "admin/shown/evidence.html"
    capability = Capability.ATTACH_EVIDENCE


class VerdictForm(VersionedForm):
    verdict = forms.ChoiceField(
        choices=[(Verdict.ACCEPTED, "Accept"), (Verdict.REJECTED, "Reject")],
        widget=forms.RadioSelect(attrs={"class": "open"}),
    )
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))


@admin.register(Evidence)
class EvidenceAdmin(Redactable):
    redaction = "The title, the link or reference and the file go for good, here and in the record of events."
    list_display = ["title", "recommendation", "action", "kind", "speaks_of", "verdict"]
    list_filter = ["kind", "verdict"]
    fields = [
        "title",
        "where",
        "recommendation",
        "action",
        "kind",
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
        mine = row.attached_by_id == request.user.pk or is_same_house(
            request.user, row.action or row.recommendation
        )
        judge = may(request, Capability.ASSURE, row.recommendation) and not mine and not row.redacted_at
        ways = [("Accept or reject", self.address("verdict", row.pk))] if judge else []
        if row.file_key and may_fetch(request.user, row, on=timezone.localdate()):
            ways.append(("Download the file", self.address("file", row.pk)))
        return ways + super().ways_on(request, row)

    def rows(self, request: HttpRequest, on: Any) -> models.QuerySet[Evidence]:
        return Evidence.objects.visible_to(request.user).for_list()

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
            judge_evidence(
                evidence=evidence,
                version=form.version,
                verdict=form.cleaned_data["verdict"],
                reason=form.cleaned_data["reason"],
                by=signed_in(request),
                at=timezone.now(),
            )
            return f"The verdict on “{evidence}” is recorded."

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
        if evidence.redacted_at:
            return "Redacted"
        if evidence.is_file:
            return f"File {evidence.file_name} ({filesizeformat(evidence.size or 0)})"
        if evidence.url:
            return format_html('<a href="{0}">{0}</a>', evidence.url)
        return evidence.document_reference

    @column("SHA-256 of the file")
    def fingerprint(self, evidence: Evidence) -> str:
        return evidence.sha256

    @column("Judged by")
    def judged(self, evidence: Evidence) -> str:
        if evidence.judged_at is None:
            return "Nobody yet"
        return f"{person(evidence.judged_by)}, {day(timezone.localdate(evidence.judged_at))}"

    @column("Day that it speaks of", ordering="represents")
    def speaks_of(self, evidence: Evidence) -> str:
        return day(evidence.represents)

    @column("Expires")
    def valid_until(self, evidence: Evidence) -> str:
        return day(evidence.expires) if evidence.expires else "Does not expire"

    @column("Attached")
    def attached(self, evidence: Evidence) -> str:
        return f"{day(timezone.localdate(evidence.attached_at))}, by {person(evidence.attached_by)}"
