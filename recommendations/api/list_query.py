"""What a request asks of a list or a row, as far as it changes the SQL."""

from dataclasses import dataclass

from recommendations.api.filters.base import Given
from recommendations.api.serializers.declarations import QueryContext
from recommendations.api.views.resource import RecordResource
from recommendations.queries.parameters import AS_OF, CALLERS

# The action of a query for the row that was just written, by its primary key.
WRITTEN = "written"


@dataclass(frozen=True)
class ListQuery:
    """Everything in a request that changes the SQL of a list or row: the key of a CompiledList.

    `cursor` says which values of the ordering the row before the page had, `part` which part of a list
    in two parts is asked for (see `ordering`), `limit` how many rows are fetched, None for all.
    """

    view: type[RecordResource]
    action: str
    fields: tuple[str, ...]
    caller: str
    takes_steps: bool
    as_of: bool
    filters: Given = ()
    words: int = 0
    ordering: tuple[str, ...] = ()
    cursor: tuple[bool, ...] | None = None
    part: str | None = None
    limit: int | None = None
    as_table: bool = False

    @property
    def context(self) -> QueryContext:
        """For whom and for which day the query is written, before it is planned."""
        return QueryContext(
            CALLERS[self.caller], as_of=AS_OF if self.as_of else None, takes_steps=self.takes_steps
        )
