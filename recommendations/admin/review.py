"""Reviews: an inspector's independent judgement, beside the claim as it stood on that day."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html

from recommendations import workflow
from recommendations.access import can, is_same_house, is_same_person
from recommendations.admin.base import ReadOnlyAdmin, column, signed_in
from recommendations.admin.forms import PageForm
from recommendations.admin.page import allow, carry_out, posted, route
from recommendations.admin.standing import four_statuses
from recommendations.admin.words import day, person
from recommendations.models import Answer, Evidence, Judgement, Recommendation, Review, Verdict
from recommendations.models.action import ScheduleStatus
from recommendations.models.standing import EvidenceStatus
from recommendations.operations.reviews import record_review
from recommendations.roles import Capability

EFFECT = (
    "Your judgement is published beside the claim as it stands at this moment, for everybody who reaches the"
    " recommendation. It is never changed: a mistake is corrected by a new review that names this one."
)


class ReviewForm(PageForm):
    judgement = forms.ChoiceField(widget=forms.RadioSelect(attrs={"class": "open"}))
    narrative = forms.CharField(
        label="What was found",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What you saw, where, and how it compares with the claim",
    )
    dated = forms.DateField(label="Day of the review", help_text="For example, 27/3/2026")
    corrects = forms.ModelChoiceField(
        Review.objects.none(),
        required=False,
        label="Earlier review that this one corrects",
        empty_label="None: this is a new judgement",
    )

    def __init__(self, data: Any, *, recommendation: Recommendation) -> None:
        super().__init__(data, initial={"dated": timezone.localdate()})
        scale = Judgement.objects.filter(framework=recommendation.inspection.framework_id)
        self.fields["judgement"].choices = [  # type: ignore[attr-defined]
            (
                one.code,
                format_html(
                    '<span><strong>{}</strong><span class="help"> {}</span></span>', one.name, one.definition
                ),
            )
            for one in scale
        ]
        earlier = recommendation.reviews.select_related("recommendation")
        self.fields["corrects"].queryset = earlier  # type: ignore[attr-defined]
        if not earlier:
            del self.fields["corrects"]


class Reviewed(ReadOnlyAdmin):
    """For the admin of recommendations."""

    def pages(self) -> list[URLPattern]:
        return [route(self, "<int:pk>/review/", self.review_view, "review"), *super().pages()]

    def review_ways(self, request: HttpRequest, row: Recommendation) -> list[tuple[str, str]]:
        user = request.user
        may_review = can(user, Capability.REVIEW, row, on=timezone.localdate())
        if not may_review or is_same_person(user, row) or is_same_house(user, row):
            return []
        return [("Record a review", self.address("review", row.pk))]

    def review_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        allow(can(request.user, Capability.REVIEW, row, on=timezone.localdate()))

        def do(form: ReviewForm) -> str:
            record_review(recommendation=row, **form.cleaned_data, by=signed_in(request), at=timezone.now())
            return f"The review of {row} is recorded."

        return carry_out(
            self,
            request,
            row=row,
            title="Record a review",
            button="Record the review",
            effect=EFFECT,
            form=ReviewForm(posted(request), recommendation=row),
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


def titles_today(*claims: dict[str, Any]) -> dict[int, str]:
    """The titles of the evidence in these claims as they are now: a redacted one is kept nowhere else."""
    pieces = {one["id"] for claim in claims for one in claim["evidence"]}
    return dict(Evidence.objects.filter(pk__in=pieces).values_list("pk", "title"))


def claim_in_words(claim: dict[str, Any], titles: dict[int, str]) -> list[tuple[str, str]]:
    """The claim that a review keeps, as pairs of name and words; `titles` as of `titles_today`."""
    states = workflow.RECOMMENDATION.states
    actions = [f"{one['label']} {workflow.ACTION.states[one['status']].lower()}" for one in claim["actions"]]
    evidence = [
        f"{titles.get(one['id'], 'Evidence')} ({one['kind']}, {Verdict(one['verdict']).label.lower()})"
        for one in claim["evidence"]
    ]
    return [
        ("Official status", states[claim["status"]]),
        ("Outcome claimed", claim["outcome"] or "None"),
        ("Response", str(dict(Answer.choices).get(claim["response"], "None"))),
        ("Evidence", str(EvidenceStatus(claim["evidence_status"]).label)),
        ("Schedule", str(ScheduleStatus(claim["schedule_status"]).label)),
        ("Actions", "; ".join(actions) or "None"),
        ("Pieces of evidence", "; ".join(evidence) or "None"),
    ]


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
        return Review.objects.visible_to(request.user).for_list().select_related("corrects__recommendation")

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
