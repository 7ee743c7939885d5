"""Admin classes whose forms and inlines write through operations, all in one transaction."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from recommendations.admin.base import ReadOnlyAdmin
from recommendations.admin.conflict import yours_or_saved
from recommendations.admin.forms import OperationForm, for_request, remove_received
from recommendations.admin.site import may
from recommendations.operations.record import lock
from recommendations.roles import Capability

FILE_AGAIN = "Choose the file again: a page that was refused does not keep it."


class OperationAdmin(ReadOnlyAdmin):
    """Its forms carry out their operations while they are validated (`OperationForm.clean`).

    If every form is valid, the rows are saved by then. Otherwise all that they wrote is undone before the
    page is shown again.
    """

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and "savepoint" not in request.__dict__:
            # Within the transaction of Django's view, before its forms carry out their operations.
            request.__dict__["savepoint"] = transaction.savepoint()
        return for_request(super().get_form(request, *args, **kwargs), request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change:
            obj.pk = form.saved.pk
            obj.refresh_from_db()

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: list[Any],
        change: bool,  # noqa: FBT001
    ) -> None:
        for formset in formsets:
            written = [row for row in formset.forms if row.has_changed()]
            formset.new_objects = [row.saved for row in written if row.instance.pk is None]
            formset.changed_objects = [(row.saved, row.changed_data) for row in written if row.instance.pk]
            formset.deleted_objects = []

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lock the record before a POST reads anything, so that two forms cannot wait for each other."""
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                lock()
                return super().changeform_view(request, *args, **kwargs)
        except BaseException:
            remove_received(request)
            raise

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row, is_refused = context["original"], request.method == "POST"  # Otherwise Django redirects.
        if is_refused:
            transaction.savepoint_rollback(request.__dict__["savepoint"])
            remove_received(request)
        # Assurers may download a file before there is a verdict on it.
        context["assures"] = bool(row) and may(
            request, Capability.ASSURE, getattr(row, "recommendation", row)
        )
        if is_refused:
            forms_here = [context["adminform"].form]
            for inline in context["inline_admin_formsets"]:
                forms_here += inline.formset.forms
            if stale := [form for form in forms_here if getattr(form, "stale", None)]:
                return yours_or_saved(self, request, context, stale)
            if request.FILES:
                messages.warning(request, FILE_AGAIN)
        return super().render_change_form(request, context, *args, **kwargs)


class ChildFormSet(forms.models.BaseInlineFormSet):
    """Accepts the id of a row only if the row is below this record."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        field = form.fields.get("id")
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = self.get_queryset()


class OperationInline(admin.StackedInline):
    """Rows below a record, written by operations. None is deleted."""

    extra = 0
    can_delete = False
    show_change_link = True
    read_template = ""  # The template of a row that cannot be changed; without one, its fields are shown.
    form: type[OperationForm]
    formset = ChildFormSet

    def may_write(self, request: HttpRequest, obj: Any) -> bool:
        """May this person write such rows under `obj`?"""
        raise NotImplementedError

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is not None

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is not None and self.may_write(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is not None and self.may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, form=for_request(self.form, request, obj), **kwargs)
