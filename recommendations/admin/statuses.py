"""The statuses of a recommendation, for its screen and the pages on which people decide on it."""

from recommendations.models import Recommendation
from recommendations.wording.statuses import reasons_or_none, statuses_in_words


def status_facts(row: Recommendation) -> list[tuple[str, str]]:
    """The four statuses and the unsupported claim; `row` was annotated by `standing_for`."""
    return [*statuses_in_words(row), ("Unsupported claim", "\n".join(reasons_or_none(row)))]
