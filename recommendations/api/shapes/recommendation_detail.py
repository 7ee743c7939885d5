"""One recommendation with all that belongs to it: links, actions, evidence."""

from collections import Counter
from operator import itemgetter
from typing import Any

from django.db.models import Value as Constant

from recommendations.api.shapes.parts import Beside, Made, Object, Side, Told, Value
from recommendations.api.shapes.recommendation import GATES, IN_SCOPE, LOADS, NO_ACTIONS, RECOMMENDATION
from recommendations.api.shapes.shape import Ask, Shape
from recommendations.api.shapes.work import ACTION, EVIDENCE
from recommendations.models import Action, Evidence, RecommendationLink
from recommendations.queries.parameters import KEYS
from recommendations.queries.visibility import published, visible


def _links(ask: Ask) -> Any:
    """Links from and to a recommendation together: one query for both."""

    def one(near: str, far: str, name: str) -> Any:
        links = RecommendationLink.objects.filter(**{f"{near}__among": KEYS})
        links = links.filter(published(ask.user, f"{far}__inspection__", on=ask.today))
        return links.values_list(f"{near}_id", Constant(name), "pk", "kind", f"{far}__reference")

    outgoing, incoming = one("source", "target", "links"), one("target", "source", "linked_from")
    return outgoing.union(incoming, all=True).order_by()


def _linked(values: list[Any], told: Told) -> tuple[Any, ...]:
    name, key, kind, reference = values
    url = f"{told.root}recommendations/{reference}/"
    return key, name, {"kind": kind, "recommendation": {"reference": reference, "url": url}}


LINKS = Side(
    _links,
    Made(_linked, *(Value(name) for name in ("name", "pk", "kind", "reference"))),
    by="recommendation_id",
    is_whole=True,
)


def _named_links(name: str) -> Beside:
    def fold(items: list[Any]) -> list[dict[str, Any]]:
        return [link for _, this, link in sorted(items, key=itemgetter(0)) if this == name]

    return Beside(LINKS, fold)


def _whole(shape: Shape, rows: Any) -> Side:
    """The rows of `shape` that belong to a recommendation and are in reach."""
    item = Object({name: part for name, part in shape.parts.items() if name != "recommendation"})

    def loaded(ask: Ask) -> Any:
        found = rows(ask).filter(recommendation__among=KEYS).order_by("pk")
        return shape.loaded(found, ask, item.parts)

    return Side(loaded, item, by="recommendation_id")


WHOLE_ACTIONS = _whole(ACTION, lambda ask: visible(Action.objects.all(), ask.user, on=ask.today))
WHOLE_EVIDENCE = _whole(EVIDENCE, lambda ask: visible(Evidence.objects.all(), ask.user, on=ask.today))


def _counted(actions: list[Any]) -> dict[str, int]:
    return {**NO_ACTIONS, **Counter(action["status"] for action in actions)}


DETAIL = Shape(
    {
        **RECOMMENDATION.parts,
        # Counted of what is loaded anyway.
        "actions_by_status": Beside(WHOLE_ACTIONS, _counted),
        "action_count": Beside(WHOLE_ACTIONS, len),
        "evidence_count": Beside(WHOLE_EVIDENCE, len),
        "links": _named_links("links"),
        "linked_from": _named_links("linked_from"),
        "actions": Beside(WHOLE_ACTIONS),
        "evidence": Beside(WHOLE_EVIDENCE),
    },
    LOADS,
    GATES | dict.fromkeys(("actions", "evidence"), IN_SCOPE),
)
