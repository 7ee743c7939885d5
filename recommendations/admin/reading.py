"""Measures and their readings: did practice change since the baseline that the report prints?"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html

from recommendations.access import can
from recommendations.admin.base import ReadOnlyAdmin, column, signed_in
from recommendations.admin.forms import PageForm
from recommendations.admin.page import allow, carry_out, posted, route
from recommendations.admin.words import day
from recommendations.models import Measure, Reading, Recommendation
from recommendations.models.measure import figure_in_words
from recommendations.operations.readings import add_reading
from recommendations.roles import Capability

EFFECT = (
    "The reading is kept for good and set against the baseline: moved, not shown to have moved, worse, or"
    " cannot say. A later reading takes its place as the last word; none is changed."
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

    def __init__(self, data: Any, *, recommendation: Recommendation) -> None:
        super().__init__(data)
        self.fields["measure"].queryset = Measure.objects.filter(  # type: ignore[attr-defined]
            recommendation=recommendation
        ).select_related("recommendation__owner")


class Measured(ReadOnlyAdmin):
    """For the admin of recommendations."""

    def pages(self) -> list[URLPattern]:
        return [route(self, "<int:pk>/reading/", self.reading_view, "reading"), *super().pages()]

    def reading_ways(self, request: HttpRequest, row: Recommendation) -> list[tuple[str, str]]:
        # As `with_scope` and the like are asked of the row: the measures were read with it.
        may_add = row.measures.all() and can(
            request.user, Capability.ADD_READINGS, row, on=timezone.localdate()
        )
        return [("Add a reading", self.address("reading", row.pk))] if may_add else []

    def reading_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        allow(can(request.user, Capability.ADD_READINGS, row, on=timezone.localdate()))

        def do(form: ReadingForm) -> str:
            reading = add_reading(**form.cleaned_data, by=signed_in(request), at=timezone.now())
            return f"The reading is recorded. Against the baseline: {reading.get_movement_display().lower()}."

        return carry_out(
            self,
            request,
            row=row,
            title="Add a reading",
            button="Add the reading",
            effect=EFFECT,
            form=ReadingForm(posted(request), recommendation=row),
            do=do,
        )

    @column("Measures: baseline in the report, readings since")
    def measures_and_readings(self, recommendation: Any) -> str:
        measures = recommendation.measures.all()
        readings: dict[int, list[str]] = {}
        if recommendation.reads_standing:
            for one in Reading.objects.filter(measure__in=measures).select_related("measure"):
                readings.setdefault(one.measure_id, []).append(in_words(one))
        figures = render_to_string(
            "admin/shown/measures.html",
            {
                "reads": recommendation.reads_standing,
                "measures": [(one, one.baseline_in_words, readings.get(one.pk, [])) for one in measures],
            },
        )
        if not recommendation.measurement_note:
            return figures
        return format_html("{}<p>{}</p>", figures, recommendation.measurement_note)


def in_words(reading: Reading) -> str:
    """ "52 per cent (26 out of 50), 4 June 2026: moved as wanted. Case audit"."""
    figure = Measure(
        unit=reading.measure.unit, value=reading.value, n=reading.n, out_of=reading.out_of, qualifier=""
    )
    words = f"{figure_in_words(figure)}, {day(reading.taken_on)}: {reading.get_movement_display().lower()}"
    return f"{words}. {reading.source}"
