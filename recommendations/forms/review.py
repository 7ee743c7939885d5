"""The form for a review by an independent inspector."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict

from recommendations.access import can, is_same_organisation, is_same_person
from recommendations.forms.base import PageForm
from recommendations.forms.fields import DefinedRadios
from recommendations.models import Judgement, Recommendation, Review, User
from recommendations.operations.reviews import record_review
from recommendations.roles import Capability

EFFECT = (
    "Your judgement is published beside the claim as it stands at this moment, for everybody who reaches the"
    " recommendation. It is never changed: a mistake is corrected by a new review that names this one."
)


class ReviewForm(PageForm):
    judgement = forms.ChoiceField(widget=DefinedRadios)
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

    def __init__(self, data: QueryDict | None, *, recommendation: Recommendation, on: date) -> None:
        super().__init__(data, initial={"dated": on})
        scale = [*Judgement.objects.filter(framework=recommendation.inspection.framework_id)]
        self.fields["judgement"].widget.definitions = {one.code: one.definition for one in scale}
        self.fields["judgement"].choices = [  # type: ignore[attr-defined]
            (one.code, self.in_words(one)) for one in scale
        ]
        earlier = recommendation.reviews.select_related("recommendation")
        self.fields["corrects"].queryset = earlier  # type: ignore[attr-defined]
        if not earlier:
            del self.fields["corrects"]

    def in_words(self, judgement: Judgement) -> Any:
        """The label of a judgement in the choices."""
        return judgement.name

    def record(self, recommendation: Recommendation, *, by: User, at: datetime) -> Review:
        """Record the review; raises what `record_review` raises."""
        said = self.cleaned_data
        return record_review(
            recommendation=recommendation,
            judgement=said.get("judgement", ""),
            narrative=said.get("narrative", ""),
            dated=said.get("dated"),
            corrects=said.get("corrects"),
            by=by,
            at=at,
        )


def recorded_in_words(review: Review) -> str:
    return f"The review of {review.recommendation} is recorded."


def may_review(user: User, recommendation: Recommendation, *, on: date) -> bool:
    """May this person judge it: an inspector of another organisation who did none of the work?"""
    return (
        can(user, Capability.REVIEW, recommendation, on=on)
        and not is_same_person(user, recommendation)
        and not is_same_organisation(user, recommendation)
    )
