"""What all screens of the staff area share: visible rows only, no deletion, the event record as the log."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from recommendations.models import User
from recommendations.models.base import LONGEST_SEARCH

Context = dict[str, Any]
Link = tuple[str, str]
"""The text of a link and its URL."""


def signed_in(request: HttpRequest) -> User:
    """The user of a request to the staff area, which answers signed-in users only."""
    if isinstance(request.user, User):
        return request.user
    raise PermissionDenied


class ReadOnlyAdmin(admin.ModelAdmin):
    """Lists and shows the rows that the user may read."""

    actions: Sequence[str] | None = None
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False
    show_facets = admin.ShowFacets.NEVER

    def rows(self, request: HttpRequest, on: date) -> models.QuerySet[Any]:
        """The rows that the user may read on this day."""
        return super().get_queryset(request)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return self.rows(request, timezone.localdate()).order_by(*self.get_ordering(request))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow the filters of the list alone: other lookups could reveal columns that it does not show."""
        return lookup in {
            f"{name}__exact" if isinstance(name, str) else getattr(name, "parameter_name", "")
            for name in self.list_filter
        }

    def changelist_view(self, request: HttpRequest, extra_context: Context | None = None) -> HttpResponse:
        if any("\x00" in value for _, values in request.GET.lists() for value in values):
            raise BadRequest("The address holds a null character.")
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        if len(search_term) > LONGEST_SEARCH:
            messages.warning(request, f"At most {LONGEST_SEARCH} letters can be searched for.")
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def subtitle(self, row: Any) -> str:
        """The name of the row in headings and breadcrumbs."""
        return str(row)

    def row(self, request: HttpRequest, pk: int) -> Any:
        """Return the visible row with this key, or raise Http404."""
        try:
            return self.get_queryset(request).get(pk=pk)
        except self.model.DoesNotExist:
            raise Http404 from None

    def pages(self) -> list[URLPattern]:
        """URLs of this admin besides those of Django."""
        return []

    def get_urls(self) -> list[URLPattern]:
        return [*self.pages(), *super().get_urls()]

    def address(self, page: str, *args: Any) -> str:
        """The URL of a page of this admin."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def available_actions(self, request: HttpRequest, row: Any) -> list[Link]:
        """Links to the pages on which the user may do something with the row."""
        return []

    def render_change_form(
        self, request: HttpRequest, context: Context, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context["original"]
        if row:
            context["title"] = capfirst(self.opts.verbose_name)
            context["subtitle"] = self.subtitle(row)
            context["available_actions"] = self.available_actions(request, row)
        context["problems"] = [*problems(context["adminform"].form)]
        for inline in context["inline_admin_formsets"]:
            for form in inline.formset.forms:
                name = form.instance if form.instance.pk else f"New {inline.opts.verbose_name}"
                context["problems"] += problems(form, f"{name} – ")
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Context | None = None
    ) -> HttpResponse:
        """Raise Http404: only the admins with `HistoryAdmin` have a history."""
        raise Http404

    # The event record replaces Django's log.

    def log_addition(self, *args: Any, **kwargs: Any) -> Any: ...

    def log_change(self, *args: Any, **kwargs: Any) -> Any: ...

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def problems(form: forms.BaseForm, prefix: str = "") -> Iterator[tuple[str, str]]:
    """For each error of the form, the id of the element to go to and a sentence that begins with `prefix`."""
    for error in form.non_field_errors():
        yield "content-start", f"{prefix}{error}"
    for field in form:
        # The first choice: a group of choices has no element of its own that takes the focus.
        element = f"{field.auto_id}_0" if field.use_fieldset else field.auto_id
        for error in field.errors:
            yield element, f"{prefix}{capfirst(field.label)}: {error}"


def facts(pairs: Iterable[tuple[str, str]]) -> SafeString:
    """A description list of names and texts."""
    return render_to_string("admin/facts.html", {"facts": [*pairs]})


def table(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> SafeString | str:
    """A table called `name`, or "" without rows; the first cell of each row is its heading."""
    cells = [*rows]
    if not cells:
        return ""
    return render_to_string("admin/table.html", {"name": name, "headings": headings, "rows": cells})


def column(heading: str, **options: Any) -> Callable[..., Any]:
    """Decorate a method that shows a column or a read-only field."""
    return admin.display(description=heading, **options)
