"""Measures of a recommendation: the baseline in the report and the readings since."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html

from recommendations.access import can
from recommendations.admin.action_page import form_data, require, route, run_action_page
from recommendations.admin.base import Link, ReadOnlyAdmin, column, signed_in, table
from recommendations.forms.reading import EFFECT, ReadingForm, recorded_in_words
from recommendations.models import Reading, Recommendation
from recommendations.roles import Capability
from recommendations.wording.statuses import NOT_YOURS, reading_in_words


class ReadingPages(ReadOnlyAdmin):
    """Adds measures and the page for a new reading to the admin of recommendations."""

    def pages(self) -> list[URLPattern]:
        return [route(self, "<int:pk>/reading/", self.reading_view, "reading"), *super().pages()]

    def available_actions(self, request: HttpRequest, row: Recommendation) -> list[Link]:
        links = super().available_actions(request, row)
        # `for_list` has read the measures with the row.
        if row.measures.all() and can(request.user, Capability.ADD_READINGS, row, on=timezone.localdate()):
            links.insert(0, ("Add a reading", self.address("reading", row.pk)))
        return links

    def reading_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        require(can(request.user, Capability.ADD_READINGS, row, on=timezone.localdate()))

        def save(form: ReadingForm) -> str:
            return recorded_in_words(form.record(by=signed_in(request), at=timezone.now()))

        return run_action_page(
            self,
            request,
            row=row,
            title="Add a reading",
            button="Add the reading",
            effect=EFFECT,
            form=ReadingForm(form_data(request), recommendation=row),
            save=save,
        )

    @column("Measures: baseline in the report, readings since")
    def measures_and_readings(self, recommendation: Any) -> str:
        measures = recommendation.measures.all()
        readings: dict[int, list[str]] = {}
        if recommendation.reads_standing:
            for one in Reading.objects.filter(measure__in=measures).select_related("measure"):
                readings.setdefault(one.measure_id, []).append(reading_in_words(one))
        nothing = "Not measured again" if recommendation.reads_standing else NOT_YOURS
        figures = table(
            "Measures",
            ["Question", "Baseline", "Readings since", "Section of the report"],
            (
                (
                    one.question,
                    one.baseline_in_words,
                    linebreaksbr("\n".join(readings.get(one.pk, [nothing]))),
                    one.section,
                )
                for one in measures
            ),
        )
        return format_html("{}<p>{}</p>", figures, recommendation.measurement_note)
