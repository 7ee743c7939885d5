"""Inspections and organisations."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.safestring import SafeString

from recommendations.admin.action_page import form_data, require, route, run_action_page
from recommendations.admin.base import ReadOnlyAdmin, column, signed_in, table
from recommendations.admin.site import may
from recommendations.forms.base import PageForm
from recommendations.models import Inspection, Level, Organisation
from recommendations.operations.organisations import create_organisation
from recommendations.queries.visibility import visible
from recommendations.roles import Capability
from recommendations.wording.dates import day


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
        return visible(Inspection.objects.for_list(), request.user, on=on)

    def subtitle(self, row: Inspection) -> str:
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

    @column("Not confirmed by the import")
    def intake_notes(self, inspection: Inspection) -> str:
        return "\n".join(inspection.intake_warnings) or "None"


class OrganisationForm(PageForm):
    name = forms.CharField()
    level = forms.ChoiceField(choices=Level.choices, widget=forms.RadioSelect)
    parent = forms.ModelChoiceField(
        Organisation.objects.all(),
        required=False,
        label="Parent organisation",
        empty_label="None",
    )
    aliases = forms.CharField(
        required=False,
        label="Other names",
        help_text="Other names in reports and plans, one a line",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of `create_organisation`."""
        aliases = [line for line in self.cleaned_data["aliases"].splitlines() if line.strip()]
        return self.cleaned_data | {"aliases": aliases}


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    list_display = ["name", "level", "parent", "exists"]
    fields = ["name", "level", "parent", "exists"]
    list_filter = ["level"]
    search_fields = ["name", "aliases__name"]
    search_help_text = "Search by name or other names"
    ordering = ["name"]

    def pages(self) -> list[URLPattern]:
        return [route(self, "add/", self.add_organisation, "add"), *super().pages()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, Capability.MANAGE_ORGANISATIONS)

    def add_organisation(self, request: HttpRequest) -> HttpResponse:
        require(may(request, Capability.MANAGE_ORGANISATIONS))

        def save(form: OrganisationForm) -> str:
            organisation = create_organisation(**form.arguments, by=signed_in(request), at=timezone.now())
            return f"{organisation} is added."

        return run_action_page(
            self,
            request,
            row=None,
            title="Add an organisation",
            button="Add the organisation",
            effect="It can then own, lead, assure or inspect work, and people can be given roles in it.",
            form=OrganisationForm(form_data(request)),
            save=save,
        )

    def rows(self, request: HttpRequest, on: date) -> QuerySet[Organisation]:
        return Organisation.objects.select_related("parent")

    @column("Does it exist?", ordering="made_up")
    def exists(self, organisation: Organisation) -> str:
        return "No, made up for demonstration" if organisation.made_up else "Yes"
