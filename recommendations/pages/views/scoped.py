"""Base of the pages with counts: the recommendations in scope, and the tree of organisations."""

from collections.abc import Sequence

from django.utils.functional import cached_property

from recommendations import roles
from recommendations.pages.charts.registry import ChartRegistry
from recommendations.pages.views.base import Page
from recommendations.read_models.organisation_tree import OrganisationNode, Tree, tree_for
from recommendations.read_models.shortlists import ShortlistRow, lines_of
from recommendations.read_models.summary import StatusRow, rows_in_scope, status_rows


class ScopedPage(Page):
    """A page that counts the recommendations in scope, today or at the end of a past day."""

    takes_as_of = True

    @cached_property
    def found(self) -> list[StatusRow]:
        """The recommendations in scope with their statuses. One query."""
        return status_rows(rows_in_scope(self.user, today=self.today, as_of=self.as_of))

    @cached_property
    def tree(self) -> Tree:
        """The organisations that the user's roles cover. One query."""
        return tree_for(self.user)

    @property
    def reads_everything(self) -> bool:
        return not self.roles.isdisjoint(roles.REACHES_EVERYTHING)

    @property
    def query(self) -> str:
        """The query string of a link that stays on the same day."""
        return f"?as_of={self.as_of.isoformat()}" if self.as_of else ""

    @property
    def more_query(self) -> str:
        """The same, to append to an address that has a query string."""
        return self.query.replace("?", "&")

    def lines(self, *lists: Sequence[int]) -> dict[int, ShortlistRow]:
        """Key → recommendation, for the keys in these lists. One query."""
        rows = rows_in_scope(self.user, today=self.today, as_of=self.as_of)
        return lines_of(rows, self.found, [key for keys in lists for key in keys])

    def charts(self, top: OrganisationNode | None = None) -> ChartRegistry:
        return ChartRegistry(self.user, self.tree, self.found, self.on, self.as_of, top)
