"""The form for a progress update."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict

from recommendations.forms.base import PageForm, about
from recommendations.models import Action, ProgressUpdate, Recommendation, User
from recommendations.operations.updates import record_update
from recommendations.wording.dates import day, shortened

EFFECT = (
    "Your update is kept for good, with your name and the day. It is never changed: a mistake is corrected by"
    " a new update that names this one."
)
LABELS = {"action": "What it is about", "text": "What happened", "dated": "On what day"}
HELP_TEXTS = {"dated": "For example, 27/3/2026"}


class EarlierUpdate(forms.ModelChoiceField):
    def label_from_instance(self, row: Any) -> str:
        return f"{day(row.dated)}: {shortened(row.text, 70)}"


class UpdateForm(PageForm):
    text = forms.CharField(label=LABELS["text"], widget=forms.Textarea(attrs={"rows": 5}))
    dated = forms.DateField(label=LABELS["dated"], help_text=HELP_TEXTS["dated"])
    corrects = EarlierUpdate(
        ProgressUpdate.objects.none(),
        required=False,
        label="Earlier update that this one corrects",
        empty_label="None: this is a new update",
    )

    def __init__(self, data: QueryDict | None, *, subject: Recommendation | Action, on: date) -> None:
        super().__init__(data, initial={"dated": on})
        self.about = about(subject)
        earlier = ProgressUpdate.objects.filter(**self.about, redacted_at__isnull=True).order_by(
            "-dated", "-pk"
        )
        self.fields["corrects"].queryset = earlier  # type: ignore[attr-defined]

    def record(self, *, by: User, at: datetime) -> ProgressUpdate:
        """Record the update; raises what `record_update` raises."""
        said = self.cleaned_data
        return record_update(
            **self.about,
            text=said.get("text", ""),
            dated=said.get("dated"),
            corrects=said.get("corrects"),
            by=by,
            at=at,
        )


def recorded_in_words(update: ProgressUpdate) -> str:
    return f"The update on {update.action or update.recommendation} is recorded."
