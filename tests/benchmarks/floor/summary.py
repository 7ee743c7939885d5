"""How many recommendations stand where: one scan, counted for each owner and added up along the tree."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson

from recommendations.workflow import RECOMMENDATION
from tests.benchmarks.floor.caller import WITHIN, Caller
from tests.benchmarks.floor.database import database, written
from tests.benchmarks.floor.parts import DUE_SOON, NO_RECENT_UPDATE_AFTER

OPEN = ", ".join(f"'{status}'" for status in RECOMMENDATION.open)
CODES = {
    "status": tuple(RECOMMENDATION.states),
    "response": ("none", "agreed", "partly_agreed", "not_agreed"),
    "evidence_level": ("none", "output", "practice", "outcome"),
    "schedule_status": ("ended", "overdue", "due_soon", "on_time", "no_date"),
}
GAPS = ("judged_short", "nothing_above_output", "measure_not_moved")
CLAIMED = ("submitted", "closed")
SCAN = written(
    """
SELECT r.owner_id, h.status, CASE WHEN h.answer = '' THEN 'none' ELSE h.answer END,
  CASE WHEN h.outcome_until >= ? THEN 'outcome' WHEN h.practice_until >= ? THEN 'practice'
    WHEN h.output_until >= ? THEN 'output' ELSE 'none' END,
  CASE WHEN h.status NOT IN ({open}) THEN 'ended' WHEN h.first_due IS NULL THEN 'no_date'
    WHEN h.first_due < ? THEN 'overdue' WHEN h.first_due <= ? THEN 'due_soon' ELSE 'on_time' END,
  CASE WHEN h.judgement = '' THEN 'none' ELSE h.judgement END,
  CASE WHEN h.status IN ({open}) AND h.heard_on <= ? THEN 1 ELSE 0 END,
  CASE WHEN h.judged_short THEN 1 ELSE 0 END,
  CASE WHEN h.measures_unread + h.measures_not_shown + h.measures_worse > 0 THEN 1 ELSE 0 END,
  CASE WHEN h.status IN ({open}) THEN {late i.published_latest} END
FROM [recommendation] r
JOIN [inspection] i ON i.id = r.inspection_id
JOIN [recommendationhistory] h ON h.recommendation_id = r.id AND h.valid_to IS NULL
WHERE ? OR (i.published_latest <= ? AND EXISTS (
  SELECT 1 FROM [recommendationvisibility] s WHERE s.recommendation_id = r.id AND s.organisation_id {among}))
""",
    open=OPEN,
)
TREE = written(
    """
SELECT p.descendant_id, o.id, o.slug, o.name, o.level FROM [organisationpath] p
JOIN [organisation] o ON o.id = p.ancestor_id WHERE ? OR o.id IN {within}
""",
    within=WITHIN,
)
JUDGEMENTS = written('SELECT code FROM [judgement] ORDER BY "order"')
# The columns of which each is counted by itself, and those of which only together a gap follows.
OWNER, OWN, TOGETHER, AGE = itemgetter(0), slice(1, 7), itemgetter(1, 3, 7, 8), 9
NAMES = ("status", "response", "evidence_level", "schedule_status", "judgement", "no_recent_update")
Tallies = list[Counter[Any]]


def rows(caller: Caller) -> bytes:
    """The summary of everything in scope and of each organisation in reach, without actions and moves."""
    held, today = database(), caller.today.isoformat()
    soon, no_recent_update = (
        (caller.today + DUE_SOON).isoformat(),
        (caller.today - NO_RECENT_UPDATE_AFTER).isoformat(),
    )
    days = (today, today, today, today, soon, no_recent_update, today)
    found = held.rows(SCAN, (*days, caller.everything, today, caller.reach))
    above: dict[int, list[int | None]] = {}
    briefs: dict[int | None, dict[str, Any] | None] = {None: None}
    for below, key, slug, name, level in held.rows(TREE, (caller.everything, caller.reach)):
        above.setdefault(below, [None]).append(key)
        briefs[key] = {
            "slug": slug,
            "name": name,
            "level": level,
            "url": f"{caller.root}organisations/{slug}/",
        }
    totals: dict[int | None, Tallies] = {None: [Counter() for _ in range(len(NAMES) + 2)]}
    for owner, tallies in _counted(found):
        for key in above.get(owner, [None]):
            for total, tally in zip(
                totals.setdefault(key, [Counter() for _ in tallies]), tallies, strict=True
            ):
                total.update(tally)
    judgements = ("none", *(code for (code,) in held.rows(JUDGEMENTS)))
    results = [_object(briefs[key], totals[key], judgements) for key in sorted(totals, key=_place(briefs))]
    return orjson.dumps({"record_end": caller.record_end, "results": results})


def _counted(found: list[Any]) -> Iterator[tuple[int, Tallies]]:
    # Sorted here: in the order of owners the database would look each row up by itself.
    for owner, group in groupby(sorted(found, key=OWNER), key=OWNER):
        rows = list(group)
        columns = list(zip(*rows, strict=True))
        yield owner, [*map(Counter, columns[OWN]), Counter(map(TOGETHER, rows)), Counter(columns[AGE])]


def _place(briefs: dict[int | None, dict[str, Any] | None]) -> Any:
    return lambda key: (briefs[key] or {"slug": ""})["slug"]


def _object(brief: dict[str, Any] | None, tallies: Tallies, judgements: tuple[str, ...]) -> dict[str, Any]:
    *counted, together, ages = tallies
    codes = CODES | {"judgement": judgements}
    named = dict(zip(NAMES, counted, strict=True))
    status = named["status"]
    reasons, unsupported_claim = [0, 0, 0], 0
    for (stands, shown, short, unmoved), count in together.items():
        if stands in CLAIMED:
            holds = (short, shown in ("none", "output"), unmoved)
            reasons = [total + count * bool(one) for total, one in zip(reasons, holds, strict=True)]
            unsupported_claim += count * any(holds)
    return {
        "organisation": brief,
        "recommendations": status.total(),
        **{name: {code: named[name][code] for code in known} for name, known in codes.items()},
        "unsupported_claim": unsupported_claim,
        "unsupported_claim_reasons": dict(zip(GAPS, reasons, strict=True)),
        "no_recent_update": named["no_recent_update"][1],
        "open": sum(status[code] for code in RECOMMENDATION.open),
        "open_age_days": _ages(ages),
    }


def _ages(tally: Counter[Any]) -> dict[str, int | None]:
    ages = [(max(age, 0), count) for age, count in tally.items() if age is not None]
    if not ages:
        return {"mean": None, "oldest": None}
    days, total = sum(age * count for age, count in ages), sum(count for _, count in ages)
    return {"mean": (2 * days + total) // (2 * total), "oldest": max(age for age, _ in ages)}
