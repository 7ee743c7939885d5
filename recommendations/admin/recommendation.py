"""Recommendations: the published text and what it rests on, read-only; the work on it, beneath."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from recommendations.admin.action import ActionInline
from recommendations.admin.base import OperationAdmin, column, day, table
from recommendations.admin.filters import DueBand, InspectionInSight, Mine, OwnerInReach
from recommendations.admin.site import may
from recommendations.admin.work import EvidenceInline, ProgressUpdateInline
from recommendations.models import Action, KeyQuestionResult, Organisation, Recommendation, StandardRating
from recommendations.models.base import late_in_words
from recommendations.roles import Capability


@admin.register(Recommendation)
class RecommendationAdmin(OperationAdmin):
    inlines = [ActionInline, ProgressUpdateInline, EvidenceInline]
    list_display = ["reference", "wording", "owner", "status", "actions_planned", "due"]
    list_filter = ["status", DueBand, OwnerInReach, InspectionInSight, Mine]
    search_fields = ["reference", "text"]
    search_help_text = "Search by reference, words of the recommendation, or responsible post"
    ordering = ["inspection__reference", "number"]
    fieldsets = [
        (None, {"fields": ["wording_in_full", "status", "owner", "addressee", "inspection"]}),
        (
            "What the inspection found",
            {"fields": ["ratings", "key_question_results", "baselines"]},
        ),
    ]
    readonly_fields = [
        "wording_in_full",
        "addressee",
        "owner",
        "status",
        "inspection",
        "ratings",
        "key_question_results",
        "baselines",
    ]

    def rows(self, request: HttpRequest, on: date) -> QuerySet[Recommendation]:
        visible = Recommendation.objects.visible_to(request.user, on=on).in_scope_of(request.user)
        return visible.for_list(request.user).with_next_due(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, Capability.PLAN_ACTIONS, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        found, _ = super().get_search_results(request, queryset, search_term)
        if not search_term or found.query.is_empty():
            return found, False
        posts = Action.objects.visible_to(request.user).filter(
            recommendation=OuterRef("pk"), responsible_post__icontains=search_term
        )
        return found | queryset.filter(Exists(posts)), False

    def history_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """It names all that was written beneath, so it is for those who reach the owner."""
        found = self.get_object(request, unquote(object_id))
        if found and not Organisation.objects.within_reach(request.user).filter(pk=found.owner_id).exists():
            raise PermissionDenied
        return super().history_view(request, object_id, *args)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Nothing of the published record is written here; the work beneath it is."""

    @column("Recommendation", ordering="text")
    def wording(self, recommendation: Recommendation) -> str:
        return Truncator(recommendation.text).chars(110)

    @column("Recommendation, as published")
    def wording_in_full(self, recommendation: Recommendation) -> str:
        return f"{recommendation.addressee_as_printed} should: {recommendation.text}"

    @column("Actions", ordering="action_count")
    def actions_planned(self, recommendation: Any) -> int:
        return recommendation.action_count

    @column("Next due", ordering="next_due")
    def due(self, recommendation: Any) -> str:
        if recommendation.next_due is None:
            return "No date"
        late = (timezone.localdate() - recommendation.next_due).days
        if late > 0:
            return late_in_words(late)
        return f"Due {day(recommendation.next_due)}"

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

    @column("Baselines printed in the report")
    def baselines(self, recommendation: Recommendation) -> SafeString | str:
        figures = table(
            "Baselines printed in the report",
            ["Question", "Figure", "Section of the report"],
            ((one.question, one.baseline_in_words, one.section) for one in recommendation.measures.all()),
        )
        if not recommendation.measurement_note:
            return figures
        return format_html("{}<p>{}</p>", figures, recommendation.measurement_note)
