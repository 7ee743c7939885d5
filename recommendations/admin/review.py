"""Reviews: an inspector's independent judgement, beside the claim as it stood on that day."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html

from recommendations.access import can
from recommendations.admin.action_page import allow, carry_out, posted, route
from recommendations.admin.base import ReadOnlyAdmin, column, signed_in
from recommendations.admin.standing import four_statuses
from recommendations.forms.review import EFFECT, ReviewForm, may_review, recorded_in_words
from recommendations.models import Judgement, Recommendation, Review
from recommendations.queries.visibility import visible
from recommendations.roles import Capability
from recommendations.wording.dates import day, person
from recommendations.wording.statuses import claim_in_words, titles_today


class StaffReviewForm(ReviewForm):
    def in_words(self, judgement: Judgement) -> Any:
        return format_html(
            '<span><strong>{}</strong><span class="help"> {}</span></span>',
            judgement.name,
            judgement.definition,
        )


class Reviewed(ReadOnlyAdmin):
    """For the admin of recommendations."""

    def pages(self) -> list[URLPattern]:
        return [route(self, "<int:pk>/review/", self.review_view, "review"), *super().pages()]

    def review_ways(self, request: HttpRequest, row: Recommendation) -> list[tuple[str, str]]:
        if not may_review(request.user, row, on=timezone.localdate()):
            return []
        return [("Record a review", self.address("review", row.pk))]

    def review_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        allow(can(request.user, Capability.REVIEW, row, on=timezone.localdate()))

        def do(form: ReviewForm) -> str:
            return recorded_in_words(form.record(row, by=signed_in(request), at=timezone.now()))

        return carry_out(
            self,
            request,
            row=row,
            title="Record a review",
            button="Record the review",
            effect=EFFECT,
            form=StaffReviewForm(posted(request), recommendation=row, on=timezone.localdate()),
            do=do,
            stands_in="admin/stands/claim.html",
            stands_heading="The claim and what shows it",
            recommendation=row,
            statuses=four_statuses(row),
            actions=row.actions.select_related("recommendation").order_by("pk"),
            evidence=row.evidence.for_list().order_by("pk"),
            updates=row.updates.for_list()[:5],
        )

    @column("What inspectors found since")
    def reviews(self, recommendation: Any) -> str:
        if not recommendation.reads_standing:
            return "For those who reach the owner"
        found = recommendation.reviews.for_list().order_by("-dated", "-pk")
        titles = titles_today(*(one.claim for one in found))
        shown = [
            {"review": one, "claim": claim_in_words(one.claim, titles), "by": person(one.reviewer)}
            for one in found
        ]
        return render_to_string("admin/shown/reviews.html", {"reviews": shown}) if shown else "None yet"


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ["recommendation", "judgement", "on", "found", "who"]
    fields = [
        "recommendation",
        "judgement",
        "on",
        "narrative",
        "claim_then",
        "corrects",
        "who",
        "recorded",
    ]
    search_fields = ["recommendation__reference", "narrative"]
    search_help_text = "Search by reference or words of the finding"
    ordering = ["-dated", "-pk"]

    def rows(self, request: HttpRequest, on: Any) -> QuerySet[Review]:
        rows = Review.objects.for_list().select_related("corrects__recommendation")
        return visible(rows, request.user, on=on)

    @column("Day", ordering="dated")
    def on(self, review: Review) -> str:
        return day(review.dated)

    @column("Reviewer", ordering="reviewer__username")
    def who(self, review: Review) -> str:
        return person(review.reviewer)

    @column("What was found")
    def found(self, review: Review) -> str:
        return review.narrative if len(review.narrative) < 120 else f"{review.narrative[:118]}…"

    @column("The claim as it stood")
    def claim_then(self, review: Review) -> str:
        claim = claim_in_words(review.claim, titles_today(review.claim))
        return render_to_string("admin/shown/claim.html", {"claim": claim})

    @column("Recorded")
    def recorded(self, review: Review) -> str:
        return day(timezone.localdate(review.recorded_at))
