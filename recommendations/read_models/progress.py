"""How many recommendations are verified, only claimed, in progress or not begun, by organisation."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from recommendations import workflow
from recommendations.read_models.organisation_tree import OrganisationPart
from recommendations.read_models.summary import StatusRow
from recommendations.wording.numbers import each, of_all, plural

MOST_PARTS = 15


class Stage(StrEnum):
    VERIFIED = "Verified by an inspector"
    CLAIMED = "Claimed, not verified"
    IN_PROGRESS = "In progress"
    NOT_BEGUN = "No answer, or not agreed"


def stage_of(one: StatusRow) -> Stage | None:
    """The stage of a recommendation; None if it was superseded before it was verified."""
    if one.verified:
        return Stage.VERIFIED
    if one.status == workflow.SUPERSEDED:
        return None
    if one.is_claimed:
        return Stage.CLAIMED
    return Stage.IN_PROGRESS if one.status == "in_progress" else Stage.NOT_BEGUN


@dataclass(frozen=True)
class ProgressRow:
    """How many recommendations of an organisation are at each stage, in the order of `Stage`."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Progress:
    rows: Sequence[ProgressRow]
    whole: ProgressRow
    superseded: int

    @property
    def headline(self) -> str:
        verified, claimed, *_ = self.whole.counts
        if not self.whole.total:
            return "There is no recommendation to follow up"
        if not verified:
            also = f", and {claimed:,} {'are' if claimed > 1 else 'is'} claimed" if claimed else ""
            return f"None of {plural(self.whole.total, 'recommendation')} is verified{also}"
        shown = f"{of_all(verified, self.whole.total, 'recommendation')} verified"
        return f"{shown}; {claimed:,} more claimed" if claimed else shown

    @property
    def sentence(self) -> str:
        if not self.whole.total:
            return "Nothing is counted here."
        counts = zip(Stage, self.whole.counts, strict=True)
        stages = "; ".join(f"{count:,} {stage.value.lower()}" for stage, count in counts)
        words = f"Of {plural(self.whole.total, 'recommendation')}: {stages}."
        return f"{words} {self._left_out}" if self.superseded else words

    @property
    def _left_out(self) -> str:
        return f"{self.superseded:,} more {each(self.superseded)} left out: superseded, and not verified."


def progress_of(shares: Iterable[OrganisationPart]) -> Progress:
    """The stages of each part. The smallest parts are added up if there are more than MOST_PARTS."""
    given = [(share.name, Counter(map(stage_of, share.found))) for share in shares]
    superseded = sum(tally.pop(None, 0) for _, tally in given)
    rows = [ProgressRow(name, tuple(tally[stage] for stage in Stage)) for name, tally in given if tally]
    if len(rows) > MOST_PARTS:
        largest = set(sorted(rows, key=lambda row: -row.total)[: MOST_PARTS - 1])
        others = [row for row in rows if row not in largest]
        rows = [row for row in rows if row in largest]
        rows.append(_together(f"{len(others)} others together", others))
    return Progress(rows, _together("All", rows), superseded)


def _together(name: str, rows: Sequence[ProgressRow]) -> ProgressRow:
    return ProgressRow(name, tuple(sum(row.counts[place] for row in rows) for place in range(len(Stage))))
