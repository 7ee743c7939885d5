"""What is done to many rows of a list at once: all of them or none, one event a row; and taking them out."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from recommendations import access
from recommendations.admin.action_page import show
from recommendations.admin.base import ReadOnlyAdmin, signed_in
from recommendations.admin.site import may
from recommendations.errors import DomainError, StaleVersion
from recommendations.exports import Column, ColumnKind, csv_stream
from recommendations.forms.base import PageForm
from recommendations.forms.fields import PersonField
from recommendations.models import Action, User
from recommendations.operations.actions import revise_action
from recommendations.roles import Capability

MOST_AT_ONCE = 200


class PersonForm(PageForm):
    person = PersonField(
        User.objects.none(), required=False, label="Responsible person", empty_label="Nobody is named"
    )

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        self.fields["person"].queryset = access.colleagues(user)  # type: ignore[attr-defined]


class PostForm(PageForm):
    responsible_post = forms.CharField(
        label="Responsible post", help_text="The post, not the name: for example “Head of PDU”"
    )

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)


class Assigns(ReadOnlyAdmin):
    """Gives many actions to a person or a post, after a page that names them."""

    @admin.action(description="Assign to a person", permissions=["change"])
    def assign_person(self, request: HttpRequest, queryset: models.QuerySet[Action]) -> HttpResponse | None:
        return self._assign(request, queryset, "assign_person", "Assign to a person", PersonForm)

    @admin.action(description="Assign to a post", permissions=["change"])
    def assign_post(self, request: HttpRequest, queryset: models.QuerySet[Action]) -> HttpResponse | None:
        return self._assign(request, queryset, "assign_post", "Assign to a post", PostForm)

    def _assign(
        self,
        request: HttpRequest,
        queryset: models.QuerySet[Action],
        action: str,
        title: str,
        form_class: Callable[..., PageForm],
    ) -> HttpResponse | None:
        confirmed = "confirmed" in request.POST
        rows = list(queryset[: MOST_AT_ONCE + 1])
        form = form_class(request.POST if confirmed else None, user=request.user)
        if len(rows) > MOST_AT_ONCE:
            messages.error(request, f"At most {MOST_AT_ONCE} actions can be assigned at once.")
            return None
        if confirmed and form.is_valid():
            refusals = self._revise_all(request, rows, form.cleaned_data)
            if not refusals:
                messages.success(
                    request, f"{len(rows)} {'action is' if len(rows) == 1 else 'actions are'} assigned."
                )
                return None
            form.add_error(None, refusals)
            rows = list(queryset.all())
        return show(
            self,
            request,
            row=None,
            title=title,
            template="admin/bulk.html",
            form=form,
            rows=rows,
            action=action,
            effect="Each action is changed and recorded by itself; if one is refused, none is changed.",
        )

    def _revise_all(self, request: HttpRequest, rows: list[Action], given: dict[str, Any]) -> list[str]:
        """Change every row as it was shown, or none; returns a sentence for each that is refused."""
        refusals = []
        chosen = set(request.POST.getlist("_selected_action"))
        if gone := len(chosen - {str(row.pk) for row in rows}):
            refusals.append(f"{gone} of those that you chose are no longer in this list. Choose again.")
        with transaction.atomic():
            for row in rows:
                try:
                    revise_action(
                        action=row,
                        version=_shown(request, row),
                        by=signed_in(request),
                        at=timezone.now(),
                        **given,
                    )
                except StaleVersion:
                    refusals.append(f"{row} was changed since this page was shown. Look at it again.")
                except DomainError as refusal:
                    refusals.append(f"{row}: {refusal}")
            transaction.set_rollback(bool(refusals))
        return refusals


def _shown(request: HttpRequest, row: Action) -> int:
    """The version that the confirmation page showed; none is one that never stands."""
    version = request.POST.get(f"version-{row.pk}", "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


class Exports(ReadOnlyAdmin):
    """Takes rows out as a table that any spreadsheet opens."""

    export_columns: dict[str, Callable[[Any], Any]]  # Heading → what stands under it.

    def has_export_permission(self, request: HttpRequest) -> bool:
        return may(request, Capability.EXPORT)

    @admin.action(description="Export to CSV", permissions=["export"])
    def export(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse:
        """Only rows in reach, as the list itself is."""
        columns = [Column(heading, ColumnKind.TEXT) for heading in self.export_columns]
        rows = [[str(value(row) or "") for value in self.export_columns.values()] for row in queryset]
        name = f"{self.opts.model_name}s-{timezone.localdate().isoformat()}.csv"
        answer = HttpResponse(csv_stream(columns, [rows]), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Cache-Control"] = "private, no-store"
        return answer
