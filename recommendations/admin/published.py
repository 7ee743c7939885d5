"""The published record that stands behind the recommendations: for looking things up."""

from datetime import date

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from recommendations.admin.base import ReadOnlyAdmin, column, day, table
from recommendations.models import Inspection, Organisation


@admin.register(Inspection)
class InspectionAdmin(ReadOnlyAdmin):
    list_display = ["reference", "inspected", "published", "result", "overall"]
    search_fields = ["reference", "title"]
    search_help_text = "Search by reference or title"
    ordering = ["reference"]
    fields = [
        "title",
        "inspected",
        "region",
        "inspectorate",
        "published",
        "isbn",
        "fieldwork",
        "sample_size",
        "result",
        "overall",
        "ratings",
        "intake_notes",
    ]

    def rows(self, request: HttpRequest, on: date) -> QuerySet[Inspection]:
        return Inspection.objects.visible_to(request.user, on=on).for_list()

    def called(self, row: Inspection) -> str:
        return row.reference

    @column("Published", ordering="published_latest")
    def published(self, inspection: Inspection) -> str:
        return inspection.published_in_words

    @column("Score", ordering="score")
    def result(self, inspection: Inspection) -> str:
        return f"{inspection.score} of {inspection.score_out_of}"

    @column("Fieldwork began")
    def fieldwork(self, inspection: Inspection) -> str:
        return day(inspection.fieldwork_started)

    @column("Ratings of the standards")
    def ratings(self, inspection: Inspection) -> SafeString | str:
        found = inspection.standard_ratings.select_related("standard", "awarded", "guidance")
        return table(
            "Ratings of the standards",
            ["Standard", "Awarded", "Guidance gives", "Reason printed for a difference"],
            ((one.standard, one.awarded, one.guidance or "None", one.reason) for one in found),
        )

    @column("What the intake could not confirm")
    def intake_notes(self, inspection: Inspection) -> str:
        return "\n".join(inspection.intake_warnings) or "Nothing: all was confirmed."


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    list_display = ["name", "level", "parent", "exists"]
    fields = ["name", "level", "parent", "exists"]
    list_filter = ["level"]
    search_fields = ["name", "aliases__name"]
    search_help_text = "Search by a name that it has or had"
    ordering = ["name"]

    def rows(self, request: HttpRequest, on: date) -> QuerySet[Organisation]:
        return Organisation.objects.select_related("parent")

    @column("Does it exist?", ordering="made_up")
    def exists(self, organisation: Organisation) -> str:
        return "No, made up for demonstration" if organisation.made_up else "Yes"
