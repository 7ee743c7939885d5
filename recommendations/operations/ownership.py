"""Who owns a recommendation when bodies reorganise, and how recommendations bear on one another."""

from datetime import datetime

from recommendations.access import require
from recommendations.errors import Invalid
from recommendations.models import LinkKind, Organisation, Recommendation, RecommendationLink, User
from recommendations.operations.record import recording
from recommendations.operations.validation import Draft, clean
from recommendations.roles import Capability


def change_owner(
    *, recommendation: Recommendation, version: int, owner: Organisation, reason: str, by: User, at: datetime
) -> Recommendation:
    """Give a recommendation that was read at `version` to another owner; its addressee stays as printed.

    Raises NotPermitted unless `by` inspects, Invalid with every problem, StaleVersion.
    """
    with recording("change owner", by=by, at=at, reason=clean(reason)[0]) as change:
        rows = Recommendation.objects.filter(pk=recommendation.pk)
        current = change.permitted(rows, Capability.CHANGE_OWNER)
        problems = {"reason": _reason_problems(reason)}
        if owner.pk == current.owner_id:
            problems["owner"] = [f"{owner} is the owner already."]
        if any(problems.values()):
            raise Invalid({field: found for field, found in problems.items() if found})
        return change.update(current, version=version, owner=owner)


def link_recommendations(
    *, source: Recommendation, target: Recommendation, kind: str, reason: str, by: User, at: datetime
) -> RecommendationLink:
    """Say that `source` repeats or depends on `target`. Superseding is a step of the workflow.

    Raises NotPermitted unless `by` inspects, Invalid with every problem.
    """
    with recording(
        "link", by=by, at=at, needs=(Capability.SUPERSEDE, source), reason=clean(reason)[0]
    ) as change:
        require(by, Capability.SUPERSEDE, target, on=change.day)
        draft = Draft(RecommendationLink)
        draft.choice("kind", kind, LinkKind)
        for sentence in _reason_problems(reason):
            draft.refuse("reason", sentence)
        if kind == LinkKind.SUPERSEDES:
            draft.refuse("kind", "Take the step “supersede” with the recommendation that gives way.")
        if source == target:
            draft.refuse("target", "A recommendation bears on others, not on itself.")
        elif RecommendationLink.objects.filter(source=source, target=target, kind=kind).exists():
            draft.refuse("target", "This link is there already.")
        return change.add(RecommendationLink(**draft.checked(), source=source, target=target))


def _reason_problems(reason: str) -> list[str]:
    text, problems = clean(reason)
    return problems or ([] if text else ["Give the reason."])
