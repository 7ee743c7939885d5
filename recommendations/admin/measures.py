"""Measures and their readings: did practice change since the baseline that the report prints?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html

from recommendations.access import can
from recommendations.admin.action_page import allow, carry_out, posted, route
from recommendations.admin.base import ReadOnlyAdmin, column, signed_in
from recommendations.forms.reading import EFFECT, ReadingForm, recorded_in_words
from recommendations.models import Reading, Recommendation
from recommendations.roles import Capability
from recommendations.wording.statuses import reading_in_words


class MeasureActions(ReadOnlyAdmin):
    """For the admin of recommendations."""

    def pages(self) -> list[URLPattern]:
        return [route(self, "<int:pk>/reading/", self.reading_view, "reading"), *super().pages()]

    def reading_ways(self, request: HttpRequest, row: Recommendation) -> list[tuple[str, str]]:
        # `for_list` has read the measures with the row.
        may_add = row.measures.all() and can(
            request.user, Capability.ADD_READINGS, row, on=timezone.localdate()
        )
        return [("Add a reading", self.address("reading", row.pk))] if may_add else []

    def reading_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        allow(can(request.user, Capability.ADD_READINGS, row, on=timezone.localdate()))

        def do(form: ReadingForm) -> str:
            return recorded_in_words(form.record(by=signed_in(request), at=timezone.now()))

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
                readings.setdefault(one.measure_id, []).append(reading_in_words(one))
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
