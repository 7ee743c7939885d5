"""Screens that write: by the operations of their forms, inlines included, all or none."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from recommendations import storage
from recommendations.admin.base import ReadOnlyAdmin
from recommendations.admin.conflict import yours_or_saved
from recommendations.admin.forms import OperationForm, for_request, received
from recommendations.admin.site import may
from recommendations.errors import DomainError, StaleVersion
from recommendations.roles import Capability

FILE_AGAIN = "Choose the file again: a page that was refused does not keep it."


class OperationAdmin(ReadOnlyAdmin):
    """Saves by the operations of its forms."""

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return for_request(super().get_form(request, *args, **kwargs), request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        if form.has_changed():
            obj.pk = form.note(form.operate()).pk
            obj.refresh_from_db()

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: list[Any],
        change: bool,  # noqa: FBT001
    ) -> None:
        for formset in formsets:
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
            for row in formset.forms:
                if row.has_changed():
                    is_new = row.instance.pk is None
                    saved = row.note(row.operate())
                    if is_new:
                        formset.new_objects.append(saved)
                    else:
                        formset.changed_objects.append((saved, row.changed_data))

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return super().changeform_view(request, *args, **kwargs)
        try:
            return self._all_or_none(request, *args, **kwargs)
        except StaleVersion:
            # Somebody came in between the check and the write. Checked again, it is told like any other.
            return self._all_or_none(request, *args, **kwargs)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())

    def _all_or_none(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except BaseException:
            for key in received(request):
                storage.remove(key)
            raise

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        # Who assures the work may have a file before there is a verdict on it.
        row = context["original"]
        context["assures"] = bool(row) and may(
            request, Capability.ASSURE, getattr(row, "recommendation", row)
        )
        if context["errors"]:
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
    read_template = ""  # The template of a row that cannot be changed; without one, its fields are shown.
    form: type[OperationForm]
    formset = ChildFormSet

    def may_write(self, request: HttpRequest, obj: Any) -> bool:
        """May this person write such rows under `obj`?"""
        raise NotImplementedError

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.may_write(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, form=for_request(self.form, request, obj), **kwargs)
