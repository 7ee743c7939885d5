"""Links to the pages on which a user may act on a recommendation or on its actions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from recommendations import workflow
from recommendations.access import my_steps, with_my_steps
from recommendations.models import Action, Measure, Recommendation, User
from recommendations.queries.visibility import reaches
from recommendations.roles import Capability, roles_with

UPDATE, EVIDENCE = "Add a progress update", "Attach evidence"
READING, REVIEW = "Add a reading", "Record a review"


@dataclass(frozen=True)
class ActionLink:
    """A link to a page on which the user may act: its words, and its address."""

    verb: str
    address: str


def recommendation_links(user: User, row: Recommendation, *, on: date) -> list[ActionLink]:
    """Links for `user` on a recommendation on the day `on`, steps first. One query."""
    owner = {
        "may_report": Capability.REPORT_PROGRESS,
        "may_attach": Capability.ATTACH_EVIDENCE,
        "may_add_readings": Capability.ADD_READINGS,
        "may_review": Capability.REVIEW,
    }
    held = {name: reaches(user, "owner", held_by=roles_with(one)) for name, one in owner.items()}
    rows = Recommendation.objects.filter(pk=row.pk, inspection__published_latest__lte=on)
    measured = Q(Exists(Measure.objects.filter(recommendation=OuterRef("pk"))))
    found: Any = with_my_steps(rows, user, workflow.RECOMMENDATION).annotate(**held, is_measured=measured)
    mine = found.first()
    if mine is None:
        return []
    offered = [
        (UPDATE, "update", mine.may_report),
        (EVIDENCE, "evidence_new", mine.may_attach),
        (READING, "reading", mine.may_add_readings and mine.is_measured),
        (REVIEW, "review_new", mine.may_review and not mine.is_not_independent),
    ]
    steps = [
        ActionLink(step.label, step_address(mine, step.name))
        for step in my_steps(mine, workflow.RECOMMENDATION)
    ]
    return steps + [
        ActionLink(verb, reverse(f"pages:{name}", args=[row.reference])) for verb, name, may in offered if may
    ]


def with_permissions(rows: QuerySet[Action], user: User) -> QuerySet[Action]:
    """Annotate each action with what `user` may do, as `action_links` needs it."""
    held = {
        name: reaches(user, "recommendation__owner", held_by=roles_with(one))
        | reaches(user, "lead", held_by=roles_with(one))
        for name, one in (
            ("may_report", Capability.REPORT_PROGRESS),
            ("may_attach", Capability.ATTACH_EVIDENCE),
        )
    }
    return with_my_steps(rows, user, workflow.ACTION).annotate(**held)


def action_links(action: Any, *, on: date) -> list[ActionLink]:
    """Links on an action annotated by `with_permissions`; none before the report is published."""
    return [*_on_action(action)] if action.recommendation.inspection.published_latest <= on else []


def _on_action(action: Any) -> Iterable[ActionLink]:
    for step in my_steps(action, workflow.ACTION):
        yield ActionLink(step.label, step_address(action, step.name))
    where = [action.recommendation.reference, action.label]
    if action.may_report:
        yield ActionLink(UPDATE, reverse("pages:action_update", args=where))
    if action.may_attach:
        yield ActionLink(EVIDENCE, reverse("pages:action_evidence_new", args=where))


def step_address(row: Recommendation | Action, name: str) -> str:
    """The page of a step; an action's recommendation was read with it."""
    if isinstance(row, Action):
        return reverse("pages:action_step", args=[row.recommendation.reference, row.label, name])
    return reverse("pages:step", args=[row.reference, name])


def address_of(row: Recommendation | Action) -> str:
    """The page on which the recommendation or action is shown."""
    if isinstance(row, Action):
        return f"{reverse('pages:recommendation', args=[row.recommendation.reference])}#action-{row.label}"
    return reverse("pages:recommendation", args=[row.reference])
