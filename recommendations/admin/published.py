"""The published record that stands behind the recommendations: for looking things up."""

from datetime import date

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from recommendations.admin.base import ReadOnlyAdmin, column
from recommendations.models import Inspection, Organisation, StandardRating


class StandardRatingInline(admin.TabularInline):
    model = StandardRating
    fields = ["standard", "awarded", "guidance", "reason"]
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[StandardRating]:
        return super().get_queryset(request).select_related("standard", "awarded", "guidance")

    def has_view_permission(self, request: HttpRequest, obj: Inspection | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Inspection | None = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Inspection)
class InspectionAdmin(ReadOnlyAdmin):
    inlines = [StandardRatingInline]
    list_display = ["reference", "inspected", "published", "result", "overall"]
    search_fields = ["reference", "title"]
    ordering = ["reference"]
    fields = [
        "reference",
        "title",
        "inspected",
        "region",
        "inspectorate",
        "published",
        "isbn",
        "fieldwork_started",
        "sample_size",
        "result",
        "overall",
        "intake_notes",
    ]

    def rows(self, request: HttpRequest, on: date) -> QuerySet[Inspection]:
        return Inspection.objects.visible_to(request.user, on=on).for_list()

    @column("Published", ordering="published_latest")
    def published(self, inspection: Inspection) -> str:
        return inspection.published_in_words

    @column("Score", ordering="score")
    def result(self, inspection: Inspection) -> str:
        return f"{inspection.score} of {inspection.score_out_of}"

    @column("What the intake could not confirm")
    def intake_notes(self, inspection: Inspection) -> str:
        return "\n".join(inspection.intake_warnings) or "Nothing: all was confirmed."


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    list_display = ["name", "level", "parent", "made_up"]
    list_filter = ["level"]
    search_fields = ["name", "aliases__name"]
    ordering = ["name"]

    def rows(self, request: HttpRequest, on: date) -> QuerySet[Organisation]:
        return Organisation.objects.select_related("parent")
