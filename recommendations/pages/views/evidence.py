"""The page of a piece of evidence, and its file."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from recommendations import storage
from recommendations.access import may_fetch
from recommendations.forms.evidence import LABELS, may_judge
from recommendations.models import Evidence
from recommendations.pages.available_actions import ActionLink, address_of
from recommendations.pages.views.base import Context, Page
from recommendations.queries.visibility import published, visible
from recommendations.wording.dates import day
from recommendations.wording.evidence import attached_in_words, judged_by, valid_until, where_it_is


class EvidencePage(Page):
    """Base of the pages about the evidence in the address."""

    @cached_property
    def evidence(self) -> Evidence:
        return evidence_for(self)

    @cached_property
    def fetches(self) -> bool:
        """May the user download the file?"""
        evidence = self.evidence
        return bool(evidence.file_key) and may_fetch(self.user, evidence, on=self.today)


class EvidenceShown(EvidencePage):
    template_name = "pages/evidence.html"
    title = "Evidence"

    def context(self, **kwargs: object) -> Context:
        evidence = self.evidence
        about = evidence.action or evidence.recommendation
        judges = may_judge(self.user, evidence, on=self.today)
        return {
            "title": f"Evidence: {evidence}",
            "record": str(about),
            "about": about,
            "back": address_of(about),
            "evidence": evidence,
            "facts": facts_of(evidence),
            "file": self.fetches,
            "judge": ActionLink("Accept or reject", reverse("pages:verdict", args=[evidence.pk]))
            if judges
            else None,
        }


class EvidenceFile(EvidencePage):
    def get(self, request: HttpRequest, **kwargs: object) -> Any:
        """The file as it was attached; 404 if the user may not download it."""
        if not self.fetches:
            raise Http404
        evidence = self.evidence
        try:
            file = storage.open_verified(evidence.file_key, sha256=evidence.sha256)
        except storage.Damaged as damage:
            messages.error(request, str(damage))
            return HttpResponseRedirect(reverse("pages:evidence", args=[evidence.pk]))
        answer = FileResponse(file)
        # Set after creation: FileResponse would guess them from the name of the stored file.
        for name, value in storage.download_headers(evidence.file_name, evidence.media_type).items():
            answer[name] = value
        return answer


def evidence_for(page: Page) -> Evidence:
    """The evidence in the address of `page`; raises Http404 if it does not exist for the user."""
    rows = Evidence.objects.for_list().select_related("recommendation__inspection")
    rows = rows.filter(published(page.user, "recommendation__inspection__", on=page.today))
    return get_object_or_404(visible(rows, page.user, on=page.today), pk=page.kwargs["pk"])


def facts_of(evidence: Evidence) -> list[tuple[str, object]]:
    """Facts about a piece of evidence and its verdict, as pairs of name and words."""
    judged = [("Verdict", evidence.get_verdict_display())]
    if evidence.verdict_reason:
        judged.append(("Reason for the verdict", evidence.verdict_reason))
    judged.append(("Judged by", judged_by(evidence)))
    redacted = [("Reason for the redaction", evidence.redaction_reason)] if evidence.redacted_at else []
    return [
        ("Where it is", where_it_is(evidence)),
        (LABELS["level"], evidence.get_level_display()),
        (LABELS["represents"], day(evidence.represents)),
        ("Expires", valid_until(evidence)),
        *judged,
        ("Attached", attached_in_words(evidence)),
        *([("SHA-256 of the file", evidence.sha256)] if evidence.sha256 else []),
        *redacted,
    ]
