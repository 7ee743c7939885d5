"""The forms for attaching and judging evidence."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict

from recommendations import storage
from recommendations.access import can, is_same_organisation
from recommendations.forms.base import PageForm, VersionedForm, about
from recommendations.models import Action, Evidence, EvidenceLevel, Recommendation, User, Verdict
from recommendations.operations.evidence import Upload, attach_evidence, judge_evidence
from recommendations.roles import Capability
from recommendations.storage.kinds import ACCEPTED

ENDINGS = ",".join(f".{ending}" for kind in storage.ALLOWED.values() for ending in kind.extensions)
VERDICT_EFFECT = (
    "Accepted evidence counts towards what is shown, until it expires. Rejected evidence does not count."
    " Your name and reason stand beside it, and the owner reads them."
)
# Labels and help texts of the admin and the pages.
FILE_HELP = f"At most {storage.LARGEST >> 20} MB. {ACCEPTED}"
LEVELS = [("", "Choose one"), *EvidenceLevel.choices]
LABELS = {
    "action": "What it shows",
    "title": "Title",
    "file": "File",
    "url": "Link",
    "document_reference": "Reference of a document",
    "level": "Evidence level",
    "represents": "Day that it speaks of",
    "expires": "Day on which it expires",
}
HELP_TEXTS = {
    "url": "The address where it is kept, for example https://justice.sharepoint.com/…",
    "document_reference": "Where it is filed, for example “SW/2026/114”",
    "represents": "For example, 27/3/2026",
    "expires": "If it is to be renewed, for example a policy under review",
}
TITLE_HELP = "For example, “Training log, March 2026”"


EFFECT = (
    "It stands beside the claim, with your name. An assurer of another organisation accepts or rejects it;"
    " until then it counts towards nothing."
)
FILE = "file"
PLACES = [
    (FILE, "In a file, which I send"),
    ("url", "At a link"),
    ("document_reference", "In a document that is filed elsewhere"),
]


class EvidenceForm(PageForm):
    """All but the file and the declaration. Those come last, because no file is kept between pages."""

    title = forms.CharField(label=LABELS["title"], help_text=TITLE_HELP)
    place = forms.ChoiceField(label="Where it is", choices=PLACES, widget=forms.RadioSelect)
    url = forms.CharField(
        label=LABELS["url"], help_text=f"Only if it is at a link. {HELP_TEXTS['url']}", required=False
    )
    document_reference = forms.CharField(
        label=LABELS["document_reference"],
        help_text=f"Only if it is filed elsewhere. {HELP_TEXTS['document_reference']}",
        required=False,
    )
    level = forms.ChoiceField(label=LABELS["level"], choices=EvidenceLevel.choices, widget=forms.RadioSelect)
    represents = forms.DateField(label=LABELS["represents"], help_text=HELP_TEXTS["represents"])
    expires = forms.DateField(label=LABELS["expires"], help_text=HELP_TEXTS["expires"], required=False)

    def __init__(self, data: QueryDict | None, *, subject: Recommendation | Action) -> None:
        super().__init__(data)
        self.about = about(subject)
        for name in ("url", "document_reference"):
            self.fields[name].asked = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ignore the two places that were not chosen."""
        said = super().clean() or self.cleaned_data
        return {**said, **{name: "" for name, _ in PLACES if name in said and name != said.get("place")}}

    @property
    def is_file(self) -> bool:
        return self.cleaned_data.get("place") == FILE

    @property
    def unsaid(self) -> set[str]:
        """The fields of the places that were not chosen."""
        return {name for name, _ in PLACES if name != self.cleaned_data.get("place")}

    def record(self, *, upload: Upload | None, declared: bool, by: User, at: datetime) -> Evidence:
        """Attach the evidence; raises what `attach_evidence` raises."""
        said = self.cleaned_data
        return attach_evidence(
            **self.about,
            **{name: said.get(name, "") for name in ("title", "level", "url", "document_reference")},
            represents=said["represents"],
            expires=said.get("expires"),
            declared_no_personal_data=declared,
            file=upload,
            by=by,
            at=at,
        )


class LastForm(forms.Form):
    """The file, if the evidence is one, and the declaration."""

    file = forms.FileField(
        required=False,
        allow_empty_file=True,  # The operation refuses it in its own words.
        label=LABELS["file"],
        help_text=FILE_HELP,
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
    )
    declared_no_personal_data = forms.BooleanField(
        required=False,
        label=Evidence._meta.get_field("declared_no_personal_data").verbose_name,
    )

    def __init__(self, data: QueryDict | None, files: Any, *, with_file: bool) -> None:
        super().__init__(data, files)
        # The operation requires it, and lists it with everything else that is missing.
        self.fields["file"].asked = True  # type: ignore[attr-defined]
        if not with_file:
            del self.fields["file"]


def attached_and_waits(evidence: Evidence) -> str:
    return (
        f"“{evidence}” is attached to {evidence.action or evidence.recommendation}. It waits for a verdict."
    )


class VerdictForm(VersionedForm):
    verdict = forms.ChoiceField(
        choices=[(Verdict.ACCEPTED, "Accept"), (Verdict.REJECTED, "Reject")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))

    def judge(self, evidence: Evidence, *, by: User, at: datetime) -> Evidence:
        """Record the verdict; raises what `judge_evidence` raises."""
        return judge_evidence(
            evidence=evidence,
            version=self.version,
            verdict=self.cleaned_data.get("verdict", ""),
            reason=self.cleaned_data.get("reason", ""),
            by=by,
            at=at,
        )


def judged_in_words(evidence: Evidence) -> str:
    return f"The verdict on “{evidence}” is recorded."


def may_judge(user: User, evidence: Evidence, *, on: date) -> bool:
    """May this person give a verdict: an assurer of another organisation who did not attach it?"""
    return (
        evidence.redacted_at is None
        and evidence.attached_by_id != user.pk
        and can(user, Capability.ASSURE, evidence.recommendation, on=on)
        and not is_same_organisation(user, evidence.action or evidence.recommendation)
    )
