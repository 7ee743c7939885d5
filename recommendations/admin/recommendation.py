"""Recommendations: what the report says, read-only, with inlines for the work on it."""

from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.utils import timezone
from django.utils.safestring import SafeString

from recommendations.admin.action_form import ActionInline
from recommendations.admin.base import Context, column, facts, signed_in, table
from recommendations.admin.bulk import ExportAdmin
from recommendations.admin.event import HistoryAdmin
from recommendations.admin.evidence import EvidenceInline
from recommendations.admin.filters import (
    AssignedToMe,
    AwaitingAssurance,
    DueFilter,
    InspectionListFilter,
    NoRecentUpdate,
    OwnerListFilter,
    WithUnsupportedClaim,
)
from recommendations.admin.measures import ReadingPages
from recommendations.admin.operation_admin import OperationAdmin
from recommendations.admin.review import ReviewPages
from recommendations.admin.site import may
from recommendations.admin.statuses import status_facts
from recommendations.admin.steps import StepPages
from recommendations.admin.updates import ProgressUpdateInline
from recommendations.models import (
    Action,
    Evidence,
    KeyQuestionResult,
    Organisation,
    Recommendation,
    StandardRating,
)
from recommendations.queries.visibility import in_scope, reaches, visible
from recommendations.roles import Capability
from recommendations.wording import statuses
from recommendations.wording.dates import day, person, shortened
from recommendations.wording.links import links_in_words


@admin.register(Recommendation)
class RecommendationAdmin(StepPages, ReviewPages, ReadingPages, HistoryAdmin, ExportAdmin, OperationAdmin):
    inlines = [ActionInline, ProgressUpdateInline, EvidenceInline]
    actions = ["export"]
    list_display = [
        "reference",
        "wording",
        "owner",
        "status",
        "evidence",
        "schedule",
        "judged",
        "unsupported",
    ]
    list_filter = [
        "status",
        AwaitingAssurance,
        DueFilter,
        WithUnsupportedClaim,
        NoRecentUpdate,
        OwnerListFilter,
        InspectionListFilter,
        AssignedToMe,
    ]
    search_fields = ["reference", "text"]
    search_help_text = "Search by reference, words of the recommendation, or responsible post"
    ordering = ["inspection__reference", "number"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "wording_in_full",
                    "all_statuses",
                    "outcome_claimed",
                    "responses",
                    "owner",
                    "addressee",
                    "inspection",
                    "links",
                ]
            },
        ),
        (
            "What the inspection found",
            {"fields": ["ratings", "key_question_results", "measures_and_readings"]},
        ),
        ("Reviews", {"fields": ["reviews"]}),
    ]
    readonly_fields: ClassVar[Any] = [name for _, options in fieldsets for name in options["fields"]]
    export_columns = {
        "Recommendation": lambda row: row.reference,
        "Inspection": lambda row: str(row.inspection),
        "Text": lambda row: row.text,
        "Addressee": lambda row: row.addressee_as_printed,
        "Owner": lambda row: str(row.owner),
        "Status": lambda row: row.get_status_display(),
        "Evidence": statuses.evidence_words,
        "Schedule": statuses.schedule_words,
        "Judgement": statuses.judgement_words,
        "Unsupported claim": lambda row: "; ".join(statuses.reason_words(row)),
        "Outcome claimed": lambda row: row.outcome,
    }

    def current_state(self, request: HttpRequest, row: Recommendation) -> Context:
        actions = visible(Action.objects.filter(recommendation=row), request.user, on=timezone.localdate())
        evidence = visible(Evidence.objects.filter(recommendation=row), request.user, on=timezone.localdate())
        return {
            "current": "admin/current.html",
            "text": row.text,
            "facts": [*status_facts(row), ("Outcome claimed", row.outcome or "None")],
            "repeats": links_in_words(row, on=timezone.localdate()),
            "actions": actions.select_related("recommendation").order_by("pk"),
            "evidence": evidence.for_list().order_by("pk"),
        }

    def rows(self, request: HttpRequest, on: date) -> QuerySet[Recommendation]:
        rows = Recommendation.objects.for_list().filter(in_scope(request.user))
        return statuses.standing_for(visible(rows, request.user, on=on), signed_in(request), on=on)

    def has_change_permission(self, request: HttpRequest, obj: Recommendation | None = None) -> bool:
        return may(request, Capability.PLAN_ACTIONS, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        found, _ = super().get_search_results(request, queryset, search_term)
        if not search_term or found.query.is_empty():
            return found, False
        actions = Action.objects.filter(
            recommendation=OuterRef("pk"), responsible_post__icontains=search_term
        )
        readable = visible(actions, request.user, on=timezone.localdate())
        return found | queryset.filter(Exists(readable)), False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Context | None = None
    ) -> HttpResponse:
        """Raise PermissionDenied unless the user reaches the owner: the history names all work below."""
        found = self.get_object(request, unquote(object_id))
        reached = Organisation.objects.filter(reaches(request.user, "pk"))
        if found and not reached.filter(pk=found.owner_id).exists():
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save the inlines alone: the report cannot be changed."""

    @column("Recommendation", ordering="text")
    def wording(self, recommendation: Recommendation) -> str:
        return shortened(recommendation.text)

    @column("Recommendation, as published")
    def wording_in_full(self, recommendation: Recommendation) -> str:
        return f"{recommendation.addressee_as_printed} should: {recommendation.text}"

    @column("Statuses")
    def all_statuses(self, recommendation: Recommendation) -> SafeString:
        return facts(status_facts(recommendation))

    @column("Evidence")
    def evidence(self, recommendation: Recommendation) -> str:
        return statuses.evidence_words(recommendation)

    @column("Schedule")
    def schedule(self, recommendation: Recommendation) -> str:
        return statuses.schedule_words(recommendation)

    @column("Judgement")
    def judged(self, recommendation: Recommendation) -> str:
        return statuses.judgement_words(recommendation)

    @column("Unsupported claim")
    def unsupported(self, recommendation: Recommendation) -> str:
        return statuses.reasons_in_short(recommendation)

    @column("Outcome claimed")
    def outcome_claimed(self, recommendation: Recommendation) -> str:
        return recommendation.outcome or "None"

    @column("Response")
    def responses(self, recommendation: Any) -> str:
        if not recommendation.reads_standing:
            return statuses.NOT_YOURS
        found = recommendation.responses.select_related("author").order_by("-number")
        return table(
            "Response, newest first",
            ["Response", "Recorded", "Accepted part", "Reason"],
            (
                (
                    response.get_answer_display(),
                    f"{day(response.dated)}, by {person(response.author)}",
                    response.accepted_part,
                    linebreaksbr(response.reason),
                )
                for response in found
            ),
        )

    @column("Other recommendations")
    def links(self, recommendation: Recommendation) -> str:
        return "\n".join(links_in_words(recommendation, on=timezone.localdate())) or "None"

    @column("Ratings of its standards")
    def ratings(self, recommendation: Recommendation) -> SafeString | str:
        found = StandardRating.objects.filter(
            inspection=recommendation.inspection_id, standard__recommendations=recommendation
        ).select_related("standard", "awarded", "guidance")
        return table(
            "Ratings of its standards",
            ["Standard", "Awarded", "Guidance gives"],
            ((one.standard, one.awarded, one.guidance or "None") for one in found),
        )

    @column("Its key questions")
    def key_question_results(self, recommendation: Recommendation) -> SafeString | str:
        found = KeyQuestionResult.objects.filter(
            inspection=recommendation.inspection_id, key_question__recommendations=recommendation
        ).select_related("key_question")
        return table(
            "Its key questions",
            ["Key question", "Cases answered “Yes”"],
            ((one.key_question, f"{one.percentage} per cent") for one in found),
        )
