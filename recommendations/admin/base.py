"""What every staff screen shares: rows in reach only, nothing deleted, every write an operation."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from recommendations.errors import DomainError, Invalid
from recommendations.models import User


def signed_in(request: HttpRequest) -> User:
    """The person who asks. The staff screens answer nobody else."""
    if isinstance(request.user, User):
        return request.user
    raise PermissionDenied


class ReadOnlyAdmin(admin.ModelAdmin):
    """Lists and shows; writes nothing. `rows` narrows to what the user may read."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False

    def rows(self, request: HttpRequest, on: date) -> models.QuerySet:
        """The rows that exist for the person who asks."""
        return super().get_queryset(request)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return self.rows(request, timezone.localdate()).order_by(*self.get_ordering(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OperationForm(forms.ModelForm):
    """A form whose rules are those of the operation that it calls: the same words, no second copy.

    To validate, the operation is carried out and undone; to save, it is carried out.
    """

    request: HttpRequest
    offered: dict[str, list[Any]]
    version_read: forms.Field | None = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version_read"] = getattr(self.instance, "version", None)
        for name, choices in self.choices().items():
            field = self.fields.get(name)
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = choices
                # Read once for all rows of the screen, not once a row.
                if name not in self.offered:
                    self.offered[name] = [*field.iterator(field)]
                field.choices = self.offered[name]

    def choices(self) -> dict[str, models.QuerySet]:
        """Field name → the rows that this person may choose."""
        return {}

    def operate(self) -> Any:
        """Carry the operation out and return the row."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.has_changed():
            self._rehearse()
        return cleaned

    def _rehearse(self) -> None:
        try:
            with transaction.atomic():
                self.operate()
                transaction.set_rollback(True)
        except Invalid as refusal:
            for field, sentences in refusal.problems.items():
                self.add_error(field if field in self.fields else None, sentences)
        except DomainError as refusal:
            self.add_error(None, str(refusal))


def for_request(form: type[Any], request: HttpRequest) -> type[Any]:
    """The form for one request: it knows who asks, and offers its choices from one reading."""
    return type(form.__name__, (form,), {"request": request, "offered": {}})


class OperationAdmin(ReadOnlyAdmin):
    """Saves by the operations of its forms, inlines included, all or none."""

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return for_request(super().get_form(request, *args, **kwargs), request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        if form.has_changed():
            obj.pk = form.operate().pk
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
                    saved = row.operate()
                    if is_new:
                        formset.new_objects.append(saved)
                    else:
                        formset.changed_objects.append((saved, row.changed_data))

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except DomainError as refusal:
            # Somebody came in between the check and the write: nothing was written.
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())


class OperationInline(admin.StackedInline):
    """Rows under a record, written by operations; what stands is never deleted."""

    extra = 0
    can_delete = False
    show_change_link = True
    form: type[OperationForm]

    def may_write(self, request: HttpRequest, obj: Any) -> bool:
        """May this person write such rows under `obj`?"""
        raise NotImplementedError

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.may_write(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, form=for_request(self.form, request), **kwargs)


def column(words: str, **options: Any) -> Callable[..., Any]:
    """A column or read-only field with its heading."""
    return admin.display(description=words, **options)
