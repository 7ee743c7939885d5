"""The event record: users read the events in their scope; roles that read everything also verify it."""

from collections.abc import Sequence
from datetime import date

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from recommendations.admin.action_page import render_page, require, route
from recommendations.admin.base import Context, Link, ReadOnlyAdmin, column, table
from recommendations.admin.site import reads_all
from recommendations.models import Event
from recommendations.models.stored_names import model_of
from recommendations.operations.verification import verify
from recommendations.queries.visibility import visible
from recommendations.wording.changes import changes_of
from recommendations.wording.dates import moment, person

REDACTED = "Its content was redacted. Its hash stays, and another event gives the reason for the redaction."
PER_PAGE = 50


def verb_label(verb: str) -> str:
    return verb.replace("_", " ").capitalize()


class EventListFilter(admin.SimpleListFilter):
    """The values that visible events have in the column `parameter_name`."""

    parameter_name: str

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        events = visible(Event.objects.all(), request.user, on=timezone.localdate()).order_by()
        codes = events.values_list(self.parameter_name, flat=True).distinct()
        return [(code, self.label(code)) for code in sorted(codes)]

    def label(self, code: str) -> str:
        return verb_label(code)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else None


class VerbListFilter(EventListFilter):
    title = "what was done"
    parameter_name = "verb"


class ChannelListFilter(EventListFilter):
    title = "channel"
    parameter_name = "channel"


class NounListFilter(EventListFilter):
    title = "noun"
    parameter_name = "noun"

    def label(self, code: str) -> str:
        return str(capfirst(model_of(code)._meta.verbose_name))


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["number", "when", "who", "done", "label", "channel"]
    list_filter = [VerbListFilter, NounListFilter, ChannelListFilter]
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
    search_help_text = "Search by reference, name or request id"
    ordering = ["-sequence"]

    def pages(self) -> list[URLPattern]:
        return [route(self, "verify/", self.verify_view, "verify"), *super().pages()]

    def rows(self, request: HttpRequest, on: date) -> QuerySet[Event]:
        return visible(Event.objects.for_list(), request.user, on=on)

    def changelist_view(self, request: HttpRequest, extra_context: Context | None = None) -> HttpResponse:
        context = (extra_context or {}) | {"may_verify": reads_all(request)}
        return super().changelist_view(request, context)

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        """Verify all events and checkpoints, and say whether the record is intact."""
        require(reads_all(request))
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
        return f"{event.role}, {event.organisation}" if event.role else "Without a role"

    @column("What was done", ordering="verb")
    def done(self, event: Event) -> str:
        return verb_label(event.verb)

    @column("Reason")
    def why(self, event: Event) -> str:
        return event.reason or "None"

    @column("What changed")
    def changes(self, event: Event) -> SafeString | str:
        if event.is_redacted:
            return REDACTED
        changes = changes_of([event])[event.pk]
        return table(
            "What changed",
            ["Row and field", "Before", "After"],
            ((f"{change.row}: {change.field}", change.before, change.after) for change in changes),
        )


class HistoryAdmin(ReadOnlyAdmin):
    """Shows the events of a row as its history."""

    def available_actions(self, request: HttpRequest, row: Model) -> list[Link]:
        return [*super().available_actions(request, row), ("History", self.address("history", row.pk))]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Context | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        events = visible(Event.objects.for_list(), request.user, on=timezone.localdate())
        events = events.filter(**{str(self.opts.model_name): row.pk}).order_by("-sequence")
        page = Paginator(events, PER_PAGE).get_page(request.GET.get("p"))
        return render_page(
            self,
            request,
            row=row,
            title="History",
            template="admin/object_history.html",
            page=page,
            page_numbers=page.paginator.get_elided_page_range(page.number),
            history=_history([*page.object_list]),
        )


def _history(events: Sequence[Event]) -> list[Context]:
    changes = changes_of(events)
    return [
        {
            "event": event,
            "when": moment(event.at),
            "actor": person(event.actor),
            "verb": verb_label(event.verb),
            "changes": changes[event.pk],
        }
        for event in events
    ]
