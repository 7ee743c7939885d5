"""The recommendation or action that an address names, as far as the reader reaches it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from recommendations.links import links_in_words
from recommendations.models import Action, Evidence, Recommendation
from recommendations.pages.views.writing import Writing
from recommendations.queries.visibility import published
from recommendations.standing_words import gaps_or_none, standing_for, statuses_in_words


class WritingAbout(Writing):
    """Writes about a recommendation, or about the action of it that the address names too."""

    @cached_property
    def subject(self) -> Any:
        return self.action or self.recommendation

    @cached_property
    def recommendation(self) -> Any:
        if self.action:
            return self.action.recommendation
        rows = Recommendation.objects.visible_to(self.user, on=self.today).in_scope_of(self.user)
        rows = standing_for(rows, self.user, on=self.today).select_related("inspection", "owner")
        return get_object_or_404(rows, reference=self.kwargs["reference"])

    @cached_property
    def action(self) -> Action | None:
        if "label" not in self.kwargs:
            return None
        rows = Action.objects.visible_to(self.user).filter(
            published(self.user, "recommendation__inspection__", on=self.today),
            recommendation__reference=self.kwargs["reference"],
        )
        rows = rows.select_related("recommendation__inspection", "recommendation__owner", "lead")
        return get_object_or_404(rows, label=self.kwargs["label"])

    def whole_standing(self) -> dict[str, Any]:
        """What the page shows of a recommendation before something is written about it."""
        row = self.recommendation
        actions = Action.objects.visible_to(self.user).filter(recommendation=row)
        evidence = Evidence.objects.visible_to(self.user).filter(recommendation=row)
        return {
            "recommendation": row,
            "statuses": statuses_in_words(row),
            "gaps": gaps_or_none(row),
            "actions": actions.order_by("pk"),
            "evidence": evidence.order_by("pk"),
        }

    def action_standing(self) -> dict[str, Any]:
        evidence = Evidence.objects.visible_to(self.user).filter(action=self.action)
        return {
            "action": self.action,
            "due": self.action.due_in_words(on=self.today) if self.action else "",
            "evidence": evidence.order_by("pk"),
        }

    def links(self) -> list[str]:
        return links_in_words(self.recommendation, on=self.today)
