"""Reviews: the independent judgement of an inspector, and the claim on the day of the review."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recommendations.access import can
from recommendations.admin.action_page import form_data, require, route, run_action_page
from recommendations.admin.base import Link, ReadOnlyAdmin, column, facts, signed_in, table
from recommendations.admin.statuses import status_facts
from recommendations.forms.review import EFFECT, ReviewForm, may_review, recorded_in_words
from recommendations.models import Judgement, Recommendation, Review
from recommendations.queries.visibility import visible
from recommendations.roles import Capability
from recommendations.wording.dates import day, person
from recommendations.wording.statuses import NOT_YOURS, claim_in_words, titles_today


class StaffReviewForm(ReviewForm):
    def in_words(self, judgement: Judgement) -> SafeString:
        return format_html("<strong>{}</strong> {}", judgement.name, judgement.definition)


class ReviewPages(ReadOnlyAdmin):
    """Adds reviews and the page for a new one to the admin of recommendations."""

    def pages(self) -> list[URLPattern]:
        return [route(self, "<int:pk>/review/", self.review_view, "review"), *super().pages()]

    def available_actions(self, request: HttpRequest, row: Recommendation) -> list[Link]:
        links = super().available_actions(request, row)
        if may_review(signed_in(request), row, on=timezone.localdate()):
            links.insert(0, ("Record a review", self.address("review", row.pk)))
        return links

    def review_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        require(can(request.user, Capability.REVIEW, row, on=timezone.localdate()))

        def save(form: ReviewForm) -> str:
            return recorded_in_words(form.record(row, by=signed_in(request), at=timezone.now()))

        return run_action_page(
            self,
            request,
            row=row,
            title="Record a review",
            button="Record the review",
            effect=EFFECT,
            form=StaffReviewForm(form_data(request), recommendation=row, on=timezone.localdate()),
            save=save,
            current="admin/current.html",
            current_heading="The claim and its evidence",
            text=row.text,
            facts=[*status_facts(row), ("Outcome claimed", row.outcome or "None")],
            actions=row.actions.select_related("recommendation").order_by("pk"),
            evidence=row.evidence.for_list().order_by("pk"),
            updates=row.updates.for_list()[:5],
        )

    @column("What inspectors found since")
    def reviews(self, recommendation: Any) -> str:
        if not recommendation.reads_standing:
            return NOT_YOURS
        found = recommendation.reviews.for_list().order_by("-dated", "-pk")
        titles = titles_today(*(review.claim for review in found))
        rows = (
            (
                f"{review.judgement}, {day(review.dated)}, by {person(review.reviewer)}",
                linebreaksbr(review.narrative),
                facts(claim_in_words(review.claim, titles)),
            )
            for review in found
        )
        return table("Reviews", ["Judgement", "What was found", "The claim on that day"], rows)


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ["recommendation", "judgement", "on", "found", "who"]
    fields = ["recommendation", "judgement", "on", "narrative", "claim_then", "corrects", "who", "recorded"]
    search_fields = ["recommendation__reference", "narrative"]
    search_help_text = "Search by reference or words of the finding"
    ordering = ["-dated", "-pk"]

    def rows(self, request: HttpRequest, on: date) -> QuerySet[Review]:
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

    @column("The claim on that day")
    def claim_then(self, review: Review) -> str:
        return facts(claim_in_words(review.claim, titles_today(review.claim)))

    @column("Recorded")
    def recorded(self, review: Review) -> str:
        return day(timezone.localdate(review.recorded_at))
