"""The title block and the layout of a table that people print."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PrintLayout:
    """`widths` gives each column's width in letters; `made` is an aware instant.

    `full_text_in` names the file that holds a text which is too long for a spreadsheet's cell.
    """

    title: str
    details: Sequence[tuple[str, str]]
    notes: Sequence[str]
    widths: Sequence[int]
    made: datetime
    full_text_in: str

    @property
    def lines(self) -> list[str]:
        """The lines of the title block below the title."""
        return [*(f"{name}: {value}" for name, value in self.details), *self.notes]
