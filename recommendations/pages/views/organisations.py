"""Organisations: the tree with its numbers, and the recommendations of one and of all under it."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404

from recommendations.models import Level
from recommendations.pages.list_items import item
from recommendations.pages.views.overview import page_of
from recommendations.pages.views.scoped import ReachPage
from recommendations.read_models.counts import SHOWN, Stand, Totals, totals_of
from recommendations.read_models.organisation_tree import Body
from recommendations.read_models.shortlists import inspections_for, judgement_names

PAGE = 25
MOST_INSPECTIONS = 20
CHARTS = ("progress", "overdue")
MOST_BRANCHES = 40
IN_LINE = (Level.NATIONAL_SERVICE, Level.REGION, Level.PDU)
# What each list is called; the keys are those of SHOWN.
WORDS = {
    "all": "All",
    "open": "Open",
    "overdue": "Overdue",
    "no_recent_update": "No recent update",
    "awaiting_review": "Awaiting review",
    "verified": "Verified",
    "unsupported_claim": "Unsupported claims",
}


@dataclass(frozen=True)
class Branch:
    """An organisation in the tree: `depth` is 0 at the top, `totals` are its own and of all under it."""

    body: Body
    depth: int
    level: str
    totals: Totals


class Organisations(ReachPage):
    template_name = "pages/organisations.html"
    title = "Organisations"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        return {"branches": branches(self)}


class OneOrganisation(ReachPage):
    """One organisation in reach; out of reach there is none."""

    template_name = "pages/organisation.html"
    title = "Organisation"
    parameters = frozenset({"show", "page"})

    def context(self, **kwargs: Any) -> dict[str, Any]:
        body = self.tree.by_slug(kwargs["slug"])
        if body is None:
            raise Http404
        found = self.tree.under(body, self.found)
        inspections = inspections_for(self.user, today=self.today, as_of=self.as_of)
        own = inspections.filter(inspected=body.key)
        return {
            "title": body.name,
            "body": body,
            "level": Level(body.level).label,
            "line": self.tree.line(body),
            "totals": totals_of(found),
            "branches": branches(self, body),
            "inspections": list(own[:MOST_INSPECTIONS]),
            "figures": [self.gallery(body).figure(name) for name in CHARTS] if found else [],
            **self._list(body, found),
        }

    def _list(self, body: Body, found: list[Stand]) -> dict[str, Any]:
        """The recommendations that are shown, paged, and what else can be."""
        show = self.request.GET.get("show", "all")
        if show not in SHOWN:
            raise BadRequest(f"There is nothing to show as “{show}”. It can be {', '.join(SHOWN)}.")
        keys = [one.key for one in sorted(found, key=_by_lateness) if SHOWN[show](one)]
        page = page_of(keys, self.request.GET.get("page", "1"), size=PAGE)
        lines, judgements = self.lines(list(page.object_list)), judgement_names()
        shown = [item(lines[key], judgements, query=self.query) for key in page if key in lines]
        rest = f"&show={show}{self.more_query}#recommendations"
        chosen = {"show": show, "shown": WORDS[show], "choices": WORDS}
        return chosen | {"part": page, "items": shown, "rest": rest}


def _by_lateness(one: Stand) -> tuple[Any, ...]:
    return -(one.late_by or 0), one.published, one.key


def branches(page: ReachPage, top: Body | None = None) -> list[Branch]:
    """The tree under `top`, or all that is in reach, with what each adds up to.

    Where there are many, the upper levels alone: the page of each shows what is under it. Of bodies
    outside the line of the service only those that own recommendations.
    """
    under = page.tree.rolled_up(page.found)
    walked = [
        (depth, body)
        for depth, body in page.tree.walk(top.key if top else None)
        if body.key in under or body.level in IN_LINE
    ]
    depths = sorted(depth for depth, _ in walked)
    deepest = max(depths, default=0) if len(depths) <= MOST_BRANCHES else max(depths[MOST_BRANCHES] - 1, 0)
    return [
        Branch(body, depth, Level(body.level).label, totals_of(under.get(body.key, ())))
        for depth, body in walked
        if depth <= deepest
    ]
