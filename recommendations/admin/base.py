"""What every staff screen shares: rows in reach only, nothing deleted, one record of what was done."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from recommendations.models import User
from recommendations.models.base import LONGEST_SEARCH


def signed_in(request: HttpRequest) -> User:
    """The person who asks. The staff screens answer nobody else."""
    if isinstance(request.user, User):
        return request.user
    raise PermissionDenied


class ReadOnlyAdmin(admin.ModelAdmin):
    """Lists and shows; writes nothing. `rows` narrows to what the user may read."""

    actions: Any = None
    # What the screens call one row and many, where it is not what the model calls them.
    noun = ""
    nouns = ""
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

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if any("\x00" in value for values in request.GET.lists() for value in values[1]):
            raise BadRequest("The address holds a character that nothing can hold.")
        return super().changelist_view(request, (extra_context or {}) | self.names())

    def names(self) -> dict[str, str]:
        """What the templates call the rows."""
        return {
            "noun": self.noun or str(self.opts.verbose_name),
            "nouns": self.nouns or str(self.opts.verbose_name_plural),
        }

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

    def row(self, request: HttpRequest, pk: int) -> Any:
        """The row with this key; one that is out of reach does not exist."""
        try:
            return self.get_queryset(request).get(pk=pk)
        except self.model.DoesNotExist:
            raise Http404 from None

    def pages(self) -> list[URLPattern]:
        """The pages of this noun beside its list and its rows."""
        return []

    def get_urls(self) -> list[URLPattern]:
        return [*self.pages(), *super().get_urls()]

    def address(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def ways_on(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """What the person may do next with the row: a verb and the address of the page that does it."""
        return []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context["original"]
        context |= self.names()
        context["subtitle"] = self.called(row) if row else None
        context["ways_on"] = self.ways_on(request, row) if row else []
        return super().render_change_form(request, context, *args, **kwargs)

    # The event log is the one record of what was done: the admin keeps no second one beside it.

    def log_addition(self, *args: Any, **kwargs: Any) -> Any:
        return None

    def log_change(self, *args: Any, **kwargs: Any) -> Any:
        return None

    def log_deletions(self, *args: Any, **kwargs: Any) -> Any:
        return None

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


def table(name: str, headings: list[str], rows: Iterable[Sequence[Any]]) -> SafeString | str:
    """A small table among the read-only fields, called `name`; the first cell of a row heads it."""
    filled = [*rows]
    if not filled:
        return ""
    return render_to_string("admin/table.html", {"name": name, "headings": headings, "rows": filled})


def column(words: str, **options: Any) -> Callable[..., Any]:
    """A column or read-only field with its heading."""
    return admin.display(description=words, **options)
