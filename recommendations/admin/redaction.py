"""Taking out what should never have come in: for administrators, with the reason."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone

from recommendations.admin.action_page import allow, carry_out, posted, route
from recommendations.admin.base import ReadOnlyAdmin, signed_in
from recommendations.admin.site import may
from recommendations.forms.base import PageForm
from recommendations.operations.redaction import redact
from recommendations.roles import Capability

EFFECT = "Who wrote it, when, the reason that you give and the events stay. It cannot be undone."


class RedactionForm(PageForm):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What kind of thing slipped in. Do not repeat it here: the reason stays on the record",
    )


class Redactable(ReadOnlyAdmin):
    """For the admin of what people wrote freely, and may have written too much in."""

    redaction: str  # What goes.

    def pages(self) -> list[URLPattern]:
        return [route(self, "<int:pk>/redact/", self.redact_view, "redact"), *super().pages()]

    def ways_on(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        ways = super().ways_on(request, row)
        if row.redacted_at is None and may(request, Capability.REDACT):
            ways.append(("Redact", self.address("redact", row.pk)))
        return ways

    def redact_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        allow(may(request, Capability.REDACT))

        def do(form: RedactionForm) -> str:
            redact(row=row, reason=form.cleaned_data["reason"], by=signed_in(request), at=timezone.now())
            return "It is redacted."

        return carry_out(
            self,
            request,
            row=row,
            title="Redact",
            button="Redact for good",
            effect=f"{self.redaction} {EFFECT}",
            form=RedactionForm(posted(request)),
            do=do,
        )
