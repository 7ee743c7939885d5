"""The tree of organisations with counts, and the page of one organisation."""

from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import Http404

from recommendations.models import Level
from recommendations.pages.list_items import item
from recommendations.pages.views.base import Context
from recommendations.pages.views.overview import page_of
from recommendations.pages.views.scoped import ScopedPage
from recommendations.read_models.organisation_tree import OrganisationNode
from recommendations.read_models.shortlists import inspections_for, judgement_names
from recommendations.read_models.summary import LIST_FILTERS, StatusRow, Totals, totals_of

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

    body: OrganisationNode
    depth: int
    level: str
    totals: Totals


class Organisations(ScopedPage):
    template_name = "pages/organisations.html"
    title = "Organisations"

    def context(self, **kwargs: object) -> Context:
        return {"branches": branches(self)}


class OneOrganisation(ScopedPage):
    """One organisation; 404 if no role of the user covers it."""

    template_name = "pages/organisation.html"
    title = "Organisation"
    parameters = frozenset({"show", "page"})

    def context(self, **kwargs: object) -> Context:
        body = self.tree.by_slug(self.kwargs["slug"])
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
            "figures": [self.charts(body).figure(name) for name in CHARTS] if found else [],
            **self._list(body, found),
        }

    def _list(self, body: OrganisationNode, found: list[StatusRow]) -> Context:
        """One page of the filtered list, and the other filters."""
        show = self.request.GET.get("show", "all")
        if show not in LIST_FILTERS:
            raise BadRequest(f"“show” cannot be “{show}”. It can be {', '.join(LIST_FILTERS)}.")
        keys = [one.key for one in sorted(found, key=_by_lateness) if LIST_FILTERS[show](one)]
        page = page_of(keys, self.request.GET.get("page", "1"), size=PAGE)
        lines, judgements = self.lines(list(page.object_list)), judgement_names()
        shown = [item(lines[key], judgements, query=self.query) for key in page if key in lines]
        rest = f"&show={show}{self.more_query}#recommendations"
        chosen = {"show": show, "shown": WORDS[show], "choices": WORDS}
        return chosen | {"part": page, "items": shown, "rest": rest}


def _by_lateness(one: StatusRow) -> tuple[object, ...]:
    return -(one.late_by or 0), one.published, one.key


def branches(page: ScopedPage, top: OrganisationNode | None = None) -> list[Branch]:
    """The organisations under `top` (or all that the user's roles cover) with their totals.

    Only the upper levels if there are many: the page of each organisation shows what is under it.
    Organisations outside the probation service are left out unless they own recommendations.
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
