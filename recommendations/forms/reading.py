"""The form for a reading: a later answer to a measure's question."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from recommendations.forms.base import PageForm
from recommendations.models import Measure, Reading, Recommendation, User
from recommendations.operations.readings import add_reading

EFFECT = (
    "The reading is compared with the baseline: improved, no clear change, worse, or too few cases to tell."
    " It cannot be changed afterwards. A later reading takes its place as the latest."
)


class MeasureField(forms.ModelChoiceField):
    def label_from_instance(self, row: Any) -> str:
        return f"{row.question} (baseline: {row.baseline_in_words})"


class ReadingForm(PageForm):
    measure = MeasureField(Measure.objects.none(), label="Question", empty_label="Choose one")
    taken_on = forms.DateField(label="Day of which it speaks", help_text="For example, 27/3/2026")
    value = forms.DecimalField(
        required=False,
        label="Figure",
        help_text="In the unit of the baseline, for example 47 for 47 per cent",
    )
    n = forms.IntegerField(
        required=False,
        label="How many cases",
        help_text="With “Out of how many”, it can be tested whether practice moved",
    )
    out_of = forms.IntegerField(required=False, label="Out of how many")
    source = forms.CharField(help_text="For example, “Case audit by the quality team, March 2026”")
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: QueryDict | None, *, recommendation: Recommendation) -> None:
        super().__init__(data)
        self.fields["measure"].queryset = Measure.objects.filter(  # type: ignore[attr-defined]
            recommendation=recommendation
        ).select_related("recommendation__owner")

    def record(self, *, by: User, at: datetime) -> Reading:
        """Record the reading; raises what `add_reading` raises."""
        return add_reading(**self.cleaned_data, by=by, at=at)


def recorded_in_words(reading: Reading) -> str:
    return f"The reading is recorded. Against the baseline: {reading.get_movement_display().lower()}."
