"""What every staff screen shares: rows in reach only, nothing deleted, every write an operation."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from recommendations.admin.forms import OperationForm, for_request
from recommendations.errors import DomainError
from recommendations.models import User
from recommendations.models.base import LONGEST_SEARCH, in_words


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
    show_facets = admin.ShowFacets.NEVER

    def rows(self, request: HttpRequest, on: date) -> models.QuerySet:
        """The rows that exist for the person who asks."""
        return super().get_queryset(request)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return self.rows(request, timezone.localdate()).order_by(*self.get_ordering(request))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the filters at the side: any other lookup in the address is a way to ask for more."""
        return lookup in {
            f"{offered}__exact" if isinstance(offered, str) else getattr(offered, "parameter_name", "")
            for offered in self.list_filter
        }

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if any("\x00" in value for values in request.GET.lists() for value in values[1]):
            raise BadRequest("The address holds a character that nothing can hold.")
        return super().changelist_view(request, *args, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        if len(search_term) > LONGEST_SEARCH:
            messages.warning(request, f"At most {LONGEST_SEARCH} letters can be searched for.")
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def called(self, row: Any) -> str:
        """What the heading of its screen calls the row."""
        return str(row)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context["original"]
        context["subtitle"] = self.called(row) if row else None
        return super().render_change_form(request, context, *args, **kwargs)

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
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return super().changeform_view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except DomainError as refusal:
            # Somebody came in between the check and the write: nothing was written.
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())


class RowsUnderARecord(forms.models.BaseInlineFormSet):
    """A posted id names a row under this record, and no other."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        field = form.fields.get("id")
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = self.get_queryset()


class OperationInline(admin.StackedInline):
    """Rows under a record, written by operations; what stands is never deleted."""

    extra = 0
    can_delete = False
    show_change_link = True
    shown_by = ""  # The template of a row that can only be read; the fields themselves where empty.
    form: type[OperationForm]
    formset = RowsUnderARecord

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
        return super().get_formset(request, obj, form=for_request(self.form, request, obj), **kwargs)


def day(on: date | None) -> str:
    """A day as people say it: "4 June 2026"."""
    return in_words(on, on, "day") if on else "Not given"


def table(name: str, headings: list[str], rows: Iterable[Sequence[Any]]) -> SafeString | str:
    """A small table among the read-only fields, called `name`; the first cell of a row heads it."""
    filled = [*rows]
    if not filled:
        return ""
    return render_to_string("admin/table.html", {"name": name, "headings": headings, "rows": filled})


def column(words: str, **options: Any) -> Callable[..., Any]:
    """A column or read-only field with its heading."""
    return admin.display(description=words, **options)
