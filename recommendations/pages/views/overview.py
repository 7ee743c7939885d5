"""The overview: counts, unsupported claims, oldest open, moved dates, charts and inspections."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import InvalidPage, Paginator
from django.urls import reverse

from recommendations.models import Recommendation
from recommendations.pages.list_items import ANSWERS, NOT_REVIEWED, RecommendationItem, age_in_words, item
from recommendations.pages.views.base import Context
from recommendations.pages.views.scoped import ScopedPage
from recommendations.queries.statuses import UNJUDGED
from recommendations.queries.visibility import visible
from recommendations.read_models.shortlists import (
    Shortlist,
    inspections_for,
    judgement_names,
    most_moved,
    moves_of,
    oldest_open,
    with_unsupported_claims,
)
from recommendations.read_models.summary import totals_of
from recommendations.wording.numbers import plural

MOST = 10
MOST_INSPECTIONS = 20
CHARTS = ("progress", "verified", "overdue")


@dataclass(frozen=True)
class Short:
    """The first items of a list, and the length of the whole list."""

    items: list[RecommendationItem]
    total: int

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.items)


class Overview(ScopedPage):
    template_name = "pages/overview.html"
    title = "Overview"
    parameters = frozenset({"inspections"})

    def context(self, **kwargs: object) -> Context:
        judgements = judgement_names()
        top = self._only_top()
        return {
            "totals": totals_of(self.found),
            "reach": self._reach(),
            "nothing": self._nothing_in_reach() if not self.found else "",
            "whole": reverse("pages:organisation", args=[top.slug]) if top else "",
            "answers": self._answers(judgements),
            "figures": [self.charts().figure(name) for name in CHARTS] if self.found else [],
            "inspections": self._inspections(),
            **self._lists(judgements),
        }

    def _only_top(self) -> Any:
        """The organisation whose page lists every recommendation in scope; None if there is none."""
        tops = self.tree.below[None]
        holding = (body for body in tops if len(self.tree.under(body, self.found)) == len(self.found))
        return next(holding, None) if self.found else None

    def _reach(self) -> str:
        if self.reads_everything:
            return "You see the work of every organisation."
        tops = [organisation.name for organisation in self.tree.below[None]]
        return f"You see the work of {' and '.join(tops)}, and of all organisations below." if tops else ""

    def _nothing_in_reach(self) -> str:
        if self.as_of:
            return f"No recommendations that you can read had been recorded by the end of {self.on_in_words}."
        published = visible(Recommendation.objects.all(), self.user, on=self.today).count()
        roles = "None of your roles covers an owner of recommendations" if self.roles else "You have no role"
        return (
            f"{roles}. You can read what is published:"
            f" {plural(published, 'recommendation')}, under the inspections below."
        )

    def _answers(self, judgements: dict[str, str]) -> Context:
        """The two-way table: the owner's answer down, the inspector's judgement across, with sums."""
        names = {UNJUDGED: NOT_REVIEWED, **judgements}
        tally = Counter((one.response or UNJUDGED, one.judgement or UNJUDGED) for one in self.found)
        rows = [(words, [tally[answer, code] for code in names]) for answer, words in ANSWERS.items()]
        rows.append(("All", [sum(counts) for counts in zip(*(counts for _, counts in rows), strict=True)]))
        return {
            "headings": list(names.values()),
            "rows": [(words, counts, sum(counts)) for words, counts in rows],
        }

    def _lists(self, judgements: dict[str, str]) -> Context:
        moves = moves_of(self.user, self.found, today=self.today, as_of=self.as_of)
        unsupported, oldest = (
            with_unsupported_claims(self.found, most=MOST),
            oldest_open(self.found, most=MOST),
        )
        moved = most_moved(moves, most=MOST)
        lines = self.lines(unsupported.keys, oldest.keys, moved.keys)

        def short(cut: Shortlist, more: Any) -> Short:
            items = [
                item(lines[key], judgements, query=self.query, more=more(lines[key].stand))
                for key in cut.keys
                if key in lines
            ]
            return Short(items, cut.total)

        return {
            "unsupported": short(unsupported, lambda one: ""),
            "oldest": short(oldest, lambda one: age_in_words(one.published, on=self.on)),
            "moved": short(moved, lambda one: _moved_in_words(*moves[one.key])),
            "moves": {
                "actions": sum(actions for actions, _ in moves.values()),
                "moves": sum(times for _, times in moves.values()),
            },
        }

    def _inspections(self) -> Any:
        """One page of the list of inspections. Two queries."""
        rows = inspections_for(self.user, today=self.today, as_of=self.as_of)
        return page_of(rows, self.request.GET.get("inspections", "1"), size=MOST_INSPECTIONS)


def page_of(rows: Any, asked: str, *, size: int) -> Any:
    """The page with that number. Raises BadRequest if it is not a number of a page."""
    pages = Paginator(rows, size)
    try:
        return pages.page(asked)
    except InvalidPage:
        raise BadRequest(f"There is no page “{asked}”: the last is {pages.num_pages}.") from None


def _moved_in_words(actions: int, times: int) -> str:
    return f"{plural(times, 'move')} of {plural(actions, 'action')}"
