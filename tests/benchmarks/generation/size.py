"""How much is made: the counts of a whole nation, and any multiple of them."""

from dataclasses import dataclass
from datetime import date, timedelta

YEARS = timedelta(days=3 * 365)
# Between the last report and the day on which all ends: time for some work on it.
SETTLED = timedelta(days=60)
# Before the first report: time to set up bodies and accounts.
PREPARED = timedelta(days=30)
RECOMMENDATIONS_EACH = 10
ACTIONS_EACH = 50
UPDATES_EACH = 150
EVIDENCE_EACH = 50


@dataclass(frozen=True)
class Extent:
    """A scale of 1 is the nation; the bodies do not grow beyond it. Every count is at least 1."""

    seed: int
    scale: float
    day: date

    @property
    def regions(self) -> int:
        return self._bodies(12)

    @property
    def pdus(self) -> int:
        """One of them owns hardly anything, so there are at least two."""
        return max(2, self._bodies(108))

    @property
    def partners(self) -> int:
        return self._bodies(12)

    @property
    def inspections(self) -> int:
        return max(1, round(2000 * self.scale))

    @property
    def begins(self) -> date:
        return self.day - YEARS - PREPARED

    def published(self, place: float) -> date:
        """The day on which a report is published whose `place` among them lies between 0 and 1."""
        first, last = self.day - YEARS, self.day - SETTLED
        return first + timedelta(days=int(place * (last - first).days))

    def _bodies(self, count: int) -> int:
        return max(1, round(count * min(1.0, self.scale)))
