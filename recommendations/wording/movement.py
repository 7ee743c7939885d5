"""Whether measures changed, and how certain that is, in plain words."""

from collections.abc import Mapping

from recommendations.framework import Movement


def chance_in_words(p: float) -> str:
    """How often chance alone makes such a difference, from the p-value of a two-sided test."""
    if p < 0.001:
        often = "less than 1 time in 1,000"
    elif p < 0.01:
        often = "less than 1 time in 100"
    elif p > 0.5:
        often = "more than every other time"
    else:
        often = f"about 1 time in {round(1 / p)}"
    return f"With samples of this size, chance alone makes a difference of that kind {often}."


def summary_in_words(said: Mapping[Movement | None, int], *, unread: int) -> str:
    """How many measures improved, got worse and so on; `said` counts the judged measures by movement."""
    total = sum(said.values())
    if not total:
        return "The report’s figures on this are context, and none of them is judged."
    parts = [
        f"{count} {words}"
        for count, words in (
            (said.get(Movement.MOVED, 0), "improved"),
            (said.get(Movement.NOT_SHOWN, 0), "with no clear change"),
            (said.get(Movement.WORSE, 0), "worse"),
            (said.get(Movement.CANNOT_SAY, 0), "with too few cases to tell"),
            (unread, "not measured again"),
        )
        if count
    ]
    return f"Of {total} measure{'s' if total > 1 else ''}: {', '.join(parts)}."
