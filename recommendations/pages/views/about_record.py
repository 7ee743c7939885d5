"""Base of the form pages about a recommendation or an action."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from recommendations.models import Action, Evidence, Recommendation
from recommendations.pages.views.base import Context
from recommendations.pages.views.form_pages import FormPage
from recommendations.queries.visibility import in_scope, published, visible
from recommendations.wording.links import links_in_words
from recommendations.wording.statuses import reasons_or_none, standing_for, statuses_in_words


class WritingAbout(FormPage):
    """A form page about the recommendation in the address, or about one of its actions."""

    @cached_property
    def subject(self) -> Any:
        return self.action or self.recommendation

    @cached_property
    def recommendation(self) -> Any:
        if self.action:
            return self.action.recommendation
        rows = visible(Recommendation.objects.filter(in_scope(self.user)), self.user, on=self.today)
        rows = standing_for(rows, self.user, on=self.today).select_related("inspection", "owner")
        return get_object_or_404(rows, reference=self.kwargs["reference"])

    @cached_property
    def action(self) -> Action | None:
        if "label" not in self.kwargs:
            return None
        rows = Action.objects.filter(
            published(self.user, "recommendation__inspection__", on=self.today),
            recommendation__reference=self.kwargs["reference"],
        )
        rows = rows.select_related("recommendation__inspection", "recommendation__owner", "lead")
        return get_object_or_404(visible(rows, self.user, on=self.today), label=self.kwargs["label"])

    def whole_standing(self) -> Context:
        """The current record of a recommendation, shown above the form."""
        row = self.recommendation
        actions = visible(Action.objects.filter(recommendation=row), self.user, on=self.today)
        evidence = visible(Evidence.objects.filter(recommendation=row), self.user, on=self.today)
        return {
            "recommendation": row,
            "statuses": statuses_in_words(row),
            "reasons": reasons_or_none(row),
            "actions": actions.order_by("pk"),
            "evidence": evidence.order_by("pk"),
        }

    def action_standing(self) -> Context:
        evidence = visible(Evidence.objects.filter(action=self.action), self.user, on=self.today)
        return {
            "action": self.action,
            "due": self.action.due_in_words(on=self.today) if self.action else "",
            "evidence": evidence.order_by("pk"),
        }

    def links(self) -> list[str]:
        return links_in_words(self.recommendation, on=self.today)
