"""The key under which the SQL of a list or row is compiled and cached."""

from dataclasses import dataclass

from recommendations.api.filters.base import GivenFilters
from recommendations.api.serializers.declarations import QueryContext
from recommendations.api.views.resource import RecordResource
from recommendations.queries.parameters import AS_OF, CALLERS

# The action of a query that reads, by its primary key, the row that was just written.
WRITTEN = "written"


@dataclass(frozen=True)
class ListQuery:
    """Everything in a request that changes the SQL of a list or row: the key of a CompiledList.

    `cursor` tells which values of the ordering are not null in the cursor. `part` is the requested part of a
    list that has two (see `ordering`). `limit` is how many rows are fetched, or None for all.
    """

    view: type[RecordResource]
    action: str
    fields: tuple[str, ...]
    caller: str
    takes_steps: bool
    as_of: bool
    filters: GivenFilters = ()
    words: int = 0
    ordering: tuple[str, ...] = ()
    cursor: tuple[bool, ...] | None = None
    part: str | None = None
    limit: int | None = None
    as_table: bool = False

    @property
    def context(self) -> QueryContext:
        """The caller and the day of the query, before `FilterSet.planned` chooses how to find rows."""
        return QueryContext(
            CALLERS[self.caller], as_of=AS_OF if self.as_of else None, takes_steps=self.takes_steps
        )
