"""Bulk actions of a list: assign many actions, or export rows to CSV."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm as DjangoActionForm
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from recommendations import access
from recommendations.admin.action_page import render_page
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


class BulkMenu(DjangoActionForm):
    # Django says “Action:”, which is a noun here.
    action = forms.ChoiceField(label="With selected:")


class PersonForm(PageForm):
    person = PersonField(
        User.objects.none(), required=False, label="Responsible person", empty_label="Nobody is named"
    )

    def __init__(self, data: Mapping[str, Any] | None, *, user: User) -> None:
        super().__init__(data)
        self.fields["person"].queryset = access.colleagues(user)  # type: ignore[attr-defined]


class PostForm(PageForm):
    responsible_post = forms.CharField(
        label="Responsible post", help_text="The post, not the name: for example “Head of PDU”"
    )

    def __init__(self, data: Mapping[str, Any] | None, *, user: User) -> None:
        super().__init__(data)


class AssignAdmin(ReadOnlyAdmin):
    """Adds the bulk actions that assign actions to a person or a post, after a page that lists them."""

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
        form_class: type[PersonForm | PostForm],
    ) -> HttpResponse | None:
        is_confirmed = "confirmed" in request.POST
        rows = list(queryset[: MOST_AT_ONCE + 1])
        if len(rows) > MOST_AT_ONCE:
            messages.error(request, f"At most {MOST_AT_ONCE} actions can be assigned at once.")
            return None
        form = form_class(request.POST if is_confirmed else None, user=signed_in(request))
        if is_confirmed and form.is_valid():
            refusals = self._revise_all(request, rows, form.cleaned_data)
            if not refusals:
                assigned = "1 action is" if len(rows) == 1 else f"{len(rows)} actions are"
                messages.success(request, f"{assigned} assigned.")
                return None
            form.add_error(None, refusals)
            rows = list(queryset.all())
        return self._confirmation(request, rows, action=action, title=title, form=form)

    def _confirmation(
        self, request: HttpRequest, rows: list[Action], *, action: str, title: str, form: PageForm
    ) -> HttpResponse:
        """The page that lists the actions and carries the versions that it shows."""
        hidden = [("action", action), ("index", "0"), ("confirmed", "yes")]
        for row in rows:
            hidden += [("_selected_action", str(row.pk)), (f"version-{row.pk}", str(row.version))]
        return render_page(
            self,
            request,
            row=None,
            title=title,
            button="Assign",
            effect="Each action is changed with an event of its own; if one is refused, none is changed.",
            current="admin/current.html",
            current_heading=f"{len(rows)} selected",
            actions=rows,
            hidden=hidden,
            form=form,
        )

    def _revise_all(self, request: HttpRequest, rows: list[Action], fields: dict[str, Any]) -> list[str]:
        """Change every row at the version that the page showed, or none; return the refusals."""
        refusals = []
        selected = set(request.POST.getlist("_selected_action"))
        if gone := len(selected - {str(row.pk) for row in rows}):
            refusals.append(f"{gone} of those that you chose are no longer in this list. Choose again.")
        with transaction.atomic():
            for row in rows:
                version = _version_shown(request, row)
                try:
                    revise_action(
                        action=row, version=version, by=signed_in(request), at=timezone.now(), **fields
                    )
                except StaleVersion:
                    refusals.append(f"{row} was changed since this page was shown. Look at it again.")
                except DomainError as refusal:
                    refusals.append(f"{row}: {refusal}")
            transaction.set_rollback(bool(refusals))
        return refusals


def _version_shown(request: HttpRequest, row: Action) -> int:
    """The version on the confirmation page, or 0, which no row has."""
    version = request.POST.get(f"version-{row.pk}", "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


class ExportAdmin(ReadOnlyAdmin):
    """Adds the bulk action that exports the selected rows to CSV."""

    action_form = BulkMenu
    export_columns: dict[str, Callable[[Any], Any]]
    """The heading of each column and the function that reads it from a row."""

    def has_export_permission(self, request: HttpRequest) -> bool:
        return may(request, Capability.EXPORT)

    @admin.action(description="Export to CSV", permissions=["export"])
    def export(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse:
        columns = [Column(heading, ColumnKind.TEXT) for heading in self.export_columns]
        rows = [[str(read(row) or "") for read in self.export_columns.values()] for row in queryset]
        name = f"{self.opts.model_name}s-{timezone.localdate().isoformat()}.csv"
        return HttpResponse(
            csv_stream(columns, [rows]),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "private, no-store",
            },
        )
