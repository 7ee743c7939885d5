"""The record of events: read by those in reach, verified by those who read everything, changed by nobody."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from recommendations.admin.action_page import allow, route, show
from recommendations.admin.base import ReadOnlyAdmin, column, table
from recommendations.admin.site import reads_all
from recommendations.models import Event
from recommendations.models.stored_names import model_of
from recommendations.operations.verification import verify
from recommendations.queries.visibility import visible
from recommendations.wording.changes import changes_of
from recommendations.wording.dates import moment, person

REDACTED = "What it said was redacted. Its hash, and the event of the redaction with the reason, stay."
PER_PAGE = 50


class Named(admin.SimpleListFilter):
    """Events whose `parameter_name` is what was chosen, of those that the record holds."""

    parameter_name: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        events = visible(Event.objects.all(), request.user, on=timezone.localdate()).order_by()
        held = events.values_list(self.parameter_name, flat=True).distinct()
        return [(code, self.words(code)) for code in sorted(held)]

    def words(self, code: str) -> str:
        return code.replace("_", " ").capitalize()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else None


class Verb(Named):
    title = "what was done"
    parameter_name = "verb"


class Channel(Named):
    title = "through"
    parameter_name = "channel"


class Noun(Named):
    title = "to what kind of thing"
    parameter_name = "noun"

    def words(self, code: str) -> str:
        return str(capfirst(model_of(code)._meta.verbose_name))


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["number", "when", "who", "done", "label", "channel"]
    list_filter = [Verb, Noun, Channel]
    fields = [
        "when",
        "who",
        "acting",
        "done",
        "label",
        "why",
        "channel",
        "changes",
        "request_id",
        "hash",
        "previous_hash",
    ]
    search_fields = ["label", "actor__username", "actor__last_name", "request_id"]
    search_help_text = "Search by reference, name of the thing or of the person, or request id"
    ordering = ["-sequence"]
    change_list_template = "admin/events.html"

    def pages(self) -> list[URLPattern]:
        return [route(self, "verify/", self.verify_view, "verify"), *super().pages()]

    def rows(self, request: HttpRequest, on: date) -> QuerySet[Event]:
        return visible(Event.objects.for_list(), request.user, on=on)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        verifies = {"may_verify": reads_all(request)}
        return super().changelist_view(request, (extra_context or {}) | verifies)

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        """Read the whole record again and say whether it is whole."""
        allow(reads_all(request))
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        found = verify()
        if found.broken:
            messages.error(request, f"The record is broken. {found.broken}")
        else:
            messages.success(
                request,
                f"The record is whole: {found.events} events, {found.redacted} of them redacted,"
                f" {found.checkpoints} signed checkpoints.",
            )
        return HttpResponseRedirect(self.address("changelist"))

    @column("Number", ordering="sequence")
    def number(self, event: Event) -> int:
        return event.sequence

    @column("When", ordering="at")
    def when(self, event: Event) -> str:
        return moment(event.at)

    @column("Who", ordering="actor__username")
    def who(self, event: Event) -> str:
        return person(event.actor)

    @column("Acting as")
    def acting(self, event: Event) -> str:
        return (
            f"{event.role}, {event.organisation}"
            if event.role
            else "The tracker itself, or their own account"
        )

    @column("What was done", ordering="verb")
    def done(self, event: Event) -> str:
        return event.verb.replace("_", " ").capitalize()

    @column("Reason")
    def why(self, event: Event) -> str:
        return event.reason or "None was asked"

    @column("What changed")
    def changes(self, event: Event) -> SafeString | str:
        if event.is_redacted:
            return REDACTED
        found = changes_of([event])[event.pk]
        return (
            table(
                "What changed",
                ["Row and field", "Before", "After"],
                ((f"{one.row}: {one.field}", one.before, one.after) for one in found),
            )
            or "Nothing that is shown"
        )


class Remembered(ReadOnlyAdmin):
    """For the admin of a noun whose history is told from the record of events."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        events = visible(Event.objects.all(), request.user, on=timezone.localdate())
        about = Q(**{str(self.opts.model_name): row.pk})
        found = events.filter(about).for_list().order_by("-sequence")
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
        changes = changes_of(page.object_list)
        return show(
            self,
            request,
            row=row,
            title="History",
            template="admin/object_history.html",
            page=page,
            pages=page.paginator.get_elided_page_range(page.number),
            told=[
                {
                    "event": event,
                    "when": moment(event.at),
                    "who": person(event.actor),
                    "done": event.verb.replace("_", " ").capitalize(),
                    "changes": changes[event.pk],
                }
                for event in page.object_list
            ],
        )
