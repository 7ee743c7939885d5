"""What becomes of recommendations and actions: the ways through the workflow, and how often each is taken."""

from random import Random

# The steps of a recommendation once its actions have ended, by its fate.
RECOMMENDATION: dict[str, tuple[str, ...]] = {
    "awaiting": (),
    "not agreed": (),
    "superseded": (),
    "in progress": (),
    "submitted": ("submit",),
    "withdrawn": ("submit", "withdraw"),
    "returned": ("submit", "return"),
    "closed": ("submit", "close"),
    "closed at last": ("submit", "return", "submit", "close"),
    "reopened": ("submit", "close", "reopen"),
}
# Those whose actions have all ended, and those on which nobody works.
FINISHED = ("submitted", "withdrawn", "returned", "closed", "closed at last", "reopened")
IDLE = ("awaiting", "not agreed", "superseded")
# The way of an action. “attach” and “judge” are of the piece of evidence with which it is claimed.
ACTION: dict[str, tuple[str, ...]] = {
    "not started": ("plan",),
    "started": ("plan", "start"),
    "submitted": ("plan", "start", "attach", "submit"),
    "withdrawn": ("plan", "start", "attach", "submit", "withdraw"),
    "returned": ("plan", "start", "attach", "submit", "return"),
    "asked": ("plan", "start", "decline"),
    "refused": ("plan", "decline", "return"),
    "reopened": ("plan", "start", "attach", "submit", "judge", "close", "reopen"),
    "closed": ("plan", "start", "attach", "submit", "judge", "close"),
    "closed at last": ("plan", "attach", "submit", "return", "submit", "judge", "close"),
    "declined": ("plan", "decline", "accept_decline"),
    "superseded": ("plan", "start", "supersede"),
}
ENDING = ("close", "accept_decline", "supersede")
_OPEN = {"not started": 12, "started": 32, "submitted": 8, "withdrawn": 2, "returned": 4, "asked": 3}
_OPEN |= {"refused": 1, "reopened": 2}
_ENDED = {"closed": 70, "closed at last": 15, "declined": 8, "superseded": 7}


def of_recommendations(draw: Random, count: int, *, age: float) -> list[str]:
    """The fates of the recommendations of one report; `age` lies between 0 (just out) and 1.

    On some of them there is work, whatever the draw: they carry the report's actions.
    """
    weights = {
        "awaiting": 2 + 18 * (1 - age) ** 3,
        "not agreed": 5,
        "superseded": 2,
        "in progress": 55 - 25 * age,
        "submitted": 6,
        "withdrawn": 1,
        "returned": 3,
        "closed": 5 + 30 * age,
        "closed at last": 2 + 6 * age,
        "reopened": 2,
    }
    fates = draw.choices(list(weights), list(weights.values()), k=count)
    worked = [fate for fate in fates if fate not in IDLE]
    return fates if len(worked) >= count // 2 else ["in progress"] * (count // 2) + fates[count // 2 :]


def of_actions(draw: Random, count: int, *, finished: bool) -> list[str]:
    """The fates of one recommendation's actions; of a finished one the first was closed."""
    weights = _ENDED if finished else _OPEN | {fate: weight / 2 for fate, weight in _ENDED.items()}
    fates = draw.choices(list(weights), list(weights.values()), k=count)
    if finished:
        return ["closed", *fates[1:]]
    return ["started" if fates[0] == "superseded" else fates[0], *fates[1:]]


def shares(draw: Random, total: int, parts: int) -> list[int]:
    """`total` divided unevenly into `parts`, each at least 1."""
    given = [1] * parts
    weights = [0.2 + draw.random() for _ in range(parts)]
    for part in draw.choices(range(parts), weights, k=total - parts):
        given[part] += 1
    return given
