"""What a table that will be printed has beside its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Paper:
    """A title block and a layout. `widths` is of each column, in letters; `made` is an aware instant.

    `whole_in` names the file in which a text is whole that is too long for a spreadsheet's cell.
    """

    title: str
    details: Sequence[tuple[str, str]]
    notes: Sequence[str]
    widths: Sequence[int]
    made: datetime
    whole_in: str

    @property
    def lines(self) -> list[str]:
        """The title block under the title, a line each."""
        return [*(f"{what}: {words}" for what, words in self.details), *self.notes]
