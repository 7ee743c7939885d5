"""Redaction: administrators remove what should never have been recorded, and give a reason."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone

from recommendations.admin.action_page import form_data, require, route, run_action_page
from recommendations.admin.base import Link, ReadOnlyAdmin, signed_in
from recommendations.admin.site import may
from recommendations.forms.base import PageForm
from recommendations.operations.redaction import redact
from recommendations.roles import Capability

EFFECT = "The record keeps the author, the time, your reason and the events. You cannot undo this."


class RedactionForm(PageForm):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What kind of content it is. Do not repeat the content: the reason stays on the record",
    )


class RedactionAdmin(ReadOnlyAdmin):
    """Adds the page that redacts a row, for nouns with free text."""

    redaction: str  # A sentence that says which fields are removed.

    def pages(self) -> list[URLPattern]:
        return [route(self, "<int:pk>/redact/", self.redact_view, "redact"), *super().pages()]

    def available_actions(self, request: HttpRequest, row: Any) -> list[Link]:
        links = super().available_actions(request, row)
        if row.redacted_at is None and may(request, Capability.REDACT):
            links.append(("Redact", self.address("redact", row.pk)))
        return links

    def redact_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        require(may(request, Capability.REDACT))

        def save(form: RedactionForm) -> str:
            redact(row=row, reason=form.cleaned_data["reason"], by=signed_in(request), at=timezone.now())
            return "It is redacted."

        return run_action_page(
            self,
            request,
            row=row,
            title="Redact",
            button="Redact permanently",
            effect=f"{self.redaction} {EFFECT}",
            form=RedactionForm(form_data(request)),
            save=save,
        )
