"""Recommendations: the published text and what it rests on, read-only; the work on it, beneath."""

from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils import timezone
from django.utils.safestring import SafeString

from recommendations.admin.action_form import ActionInline
from recommendations.admin.base import column, table
from recommendations.admin.bulk import Exports
from recommendations.admin.event import Remembered
from recommendations.admin.evidence import EvidenceInline
from recommendations.admin.filters import (
    AwaitingAssurance,
    DueBand,
    InspectionInSight,
    Mine,
    NoRecentUpdate,
    OwnerInReach,
    WithUnsupportedClaim,
)
from recommendations.admin.measures import MeasureActions
from recommendations.admin.operation_admin import OperationAdmin
from recommendations.admin.review import Reviewed
from recommendations.admin.site import may
from recommendations.admin.standing import four_statuses
from recommendations.admin.steps import TakesSteps
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
from recommendations.wording.dates import shortened
from recommendations.wording.links import links_in_words


@admin.register(Recommendation)
class RecommendationAdmin(TakesSteps, Reviewed, MeasureActions, Remembered, Exports, OperationAdmin):
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
        DueBand,
        WithUnsupportedClaim,
        NoRecentUpdate,
        OwnerInReach,
        InspectionInSight,
        Mine,
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
                    "statuses",
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
        ("What was found since", {"fields": ["reviews"]}),
    ]
    readonly_fields: ClassVar[Any] = [name for _, options in fieldsets for name in options["fields"]]
    export_columns = {
        "Recommendation": lambda row: row.reference,
        "Inspection": lambda row: str(row.inspection),
        "Text": lambda row: row.text,
        "Addressee": lambda row: row.addressee_as_printed,
        "Owner": lambda row: str(row.owner),
        "Official status": lambda row: row.get_status_display(),
        "Evidence": statuses.evidence_words,
        "Schedule": statuses.schedule_words,
        "Judgement": statuses.judgement_words,
        "Unsupported claim": lambda row: "; ".join(statuses.reason_words(row)),
        "Outcome claimed": lambda row: row.outcome,
    }

    def pages(self) -> list[URLPattern]:
        return [*self.step_pages(), *super().pages()]

    def ways_on(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        return [
            *self.step_ways(request, row),
            *self.review_ways(request, row),
            *self.reading_ways(request, row),
        ]

    def stands(self, request: HttpRequest, row: Any, step: Any) -> dict[str, Any]:
        actions = visible(Action.objects.filter(recommendation=row), request.user, on=timezone.localdate())
        evidence = visible(Evidence.objects.filter(recommendation=row), request.user, on=timezone.localdate())
        return {
            "stands_in": "admin/stands/recommendation.html",
            "recommendation": row,
            "statuses": four_statuses(row),
            "repeats": links_in_words(row, on=timezone.localdate()),
            "actions": actions.select_related("recommendation").order_by("pk"),
            "evidence": evidence.for_list().order_by("pk"),
        }

    def rows(self, request: HttpRequest, on: date) -> QuerySet[Recommendation]:
        rows = Recommendation.objects.for_list().filter(in_scope(request.user))
        return statuses.standing_for(visible(rows, request.user, on=on), request.user, on=on)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, Capability.PLAN_ACTIONS, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        found, _ = super().get_search_results(request, queryset, search_term)
        if not search_term or found.query.is_empty():
            return found, False
        posts = Action.objects.filter(recommendation=OuterRef("pk"), responsible_post__icontains=search_term)
        seen = visible(posts, request.user, on=timezone.localdate())
        return found | queryset.filter(Exists(seen)), False

    def history_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """It names all that was written beneath, so it is for those who reach the owner."""
        found = self.get_object(request, unquote(object_id))
        reached = Organisation.objects.filter(reaches(request.user, "pk"))
        if found and not reached.filter(pk=found.owner_id).exists():
            raise PermissionDenied
        return super().history_view(request, object_id, *args)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Nothing of the published record is written here; the work beneath it is."""

    @column("Recommendation", ordering="text")
    def wording(self, recommendation: Recommendation) -> str:
        return shortened(recommendation.text)

    @column("Recommendation, as published")
    def wording_in_full(self, recommendation: Recommendation) -> str:
        return f"{recommendation.addressee_as_printed} should: {recommendation.text}"

    @column("How it stands")
    def statuses(self, recommendation: Any) -> SafeString:
        return four_statuses(recommendation)

    @column("Evidence")
    def evidence(self, recommendation: Any) -> str:
        return statuses.evidence_words(recommendation)

    @column("Schedule")
    def schedule(self, recommendation: Any) -> str:
        return statuses.schedule_words(recommendation)

    @column("Judgement")
    def judged(self, recommendation: Any) -> str:
        return statuses.judgement_words(recommendation)

    @column("Unsupported claim")
    def unsupported(self, recommendation: Any) -> str:
        return statuses.reasons_in_short(recommendation)

    @column("Outcome claimed")
    def outcome_claimed(self, recommendation: Recommendation) -> str:
        return recommendation.outcome or "None"

    @column("Response")
    def responses(self, recommendation: Any) -> str:
        if not recommendation.reads_standing:
            return statuses.NOT_YOURS
        found = recommendation.responses.select_related("author").order_by("-number")
        return render_to_string("admin/shown/responses.html", {"responses": found}) if found else "None yet"

    @column("Other recommendations")
    def links(self, recommendation: Any) -> str:
        return (
            "\n".join(links_in_words(recommendation, on=timezone.localdate()))
            or "None that it repeats or depends on"
        )

    @column("Ratings of the standards it rests on")
    def ratings(self, recommendation: Recommendation) -> SafeString | str:
        found = StandardRating.objects.filter(
            inspection=recommendation.inspection_id, standard__recommendations=recommendation
        ).select_related("standard", "awarded", "guidance")
        return table(
            "Ratings of the standards it rests on",
            ["Standard", "Awarded", "Guidance gives"],
            ((one.standard, one.awarded, one.guidance or "None") for one in found),
        )

    @column("Key questions it rests on")
    def key_question_results(self, recommendation: Recommendation) -> SafeString | str:
        found = KeyQuestionResult.objects.filter(
            inspection=recommendation.inspection_id, key_question__recommendations=recommendation
        ).select_related("key_question")
        return table(
            "Key questions it rests on",
            ["Key question", "Cases answered “Yes”"],
            ((one.key_question, f"{one.percentage} per cent") for one in found),
        )
