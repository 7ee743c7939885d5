"""Every action as CSV or NDJSON: the driver's rows, `csv.writer` and orjson, a thousand at a time."""

import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import Any

import orjson

from recommendations.workflow import ACTION
from tests.benchmarks.floor.caller import WITHIN, Caller
from tests.benchmarks.floor.database import database, written
from tests.benchmarks.floor.parts import DUE_SOON, in_words

ENDED = ", ".join(f"'{status}'" for status in ACTION.ended)
COLUMNS = [
    "id",
    "label",
    "recommendation.reference",
    "recommendation.url",
    "description",
    "lead.slug",
    "lead.name",
    "lead.url",
    "responsible_post",
    "status",
    "target_date.words",
    "target_date.earliest",
    "target_date.latest",
    "target_date.precision",
    "target_date.in_words",
    "original_target_date.words",
    "original_target_date.earliest",
    "original_target_date.latest",
    "original_target_date.precision",
    "schedule_status",
    "days_late",
    "outcome",
    "sequence",
    "version",
    "created_at",
    "updated_at",
]
IN_WORDS = COLUMNS.index("target_date.in_words")
STATUS, TARGET = COLUMNS.index("status"), slice(IN_WORDS - 4, IN_WORDS)
ACTIONS = written(
    """
SELECT a.id, a.label, r.reference, CAST(? AS text) || r.reference || '/', a.description, o.slug, o.name,
  CAST(? AS text) || o.slug || '/', a.responsible_post, a.status,
  a.target_words, {day a.target_earliest}, {day a.target_latest}, a.target_precision, '',
  a.original_words, {day a.original_earliest}, {day a.original_latest}, a.original_precision,
  CASE WHEN a.status IN ({ended}) THEN 'ended' WHEN a.target_latest IS NULL THEN 'no_date'
    WHEN a.target_latest < ? THEN 'overdue' WHEN a.target_latest <= ? THEN 'due_soon' ELSE 'on_time' END,
  CASE WHEN a.target_latest < ? AND a.status NOT IN ({ended}) THEN {late a.target_latest} END,
  a.outcome, a.sequence, a.version, {instant a.created_at}, {instant a.updated_at}
FROM [action] a
JOIN [recommendation] r ON r.id = a.recommendation_id
JOIN [organisation] o ON o.id = a.lead_id
WHERE ? OR r.owner_id IN {within} OR a.lead_id IN {within}
ORDER BY a.id
""",
    ended=ENDED,
    within=WITHIN,
)


def as_csv(caller: Caller) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(COLUMNS)
    for rows in _blocks(caller):
        writer.writerows(rows)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()


def as_lines(caller: Caller) -> Iterator[bytes]:
    for rows in _blocks(caller):
        yield b"".join([orjson.dumps(_object(row), option=orjson.OPT_APPEND_NEWLINE) for row in rows])


def pieces(caller: Caller, media_type: str) -> Iterator[bytes]:
    """The whole export in pieces, of which the first is made at once."""
    made = as_csv(caller) if media_type == "text/csv" else as_lines(caller)
    return chain([next(made)], made)


def _blocks(caller: Caller) -> Iterator[list[list[Any]]]:
    today, soon = caller.today.isoformat(), (caller.today + DUE_SOON).isoformat()
    addresses = (f"{caller.root}recommendations/", f"{caller.root}organisations/")
    scope = (caller.everything, caller.reach, caller.reach)
    for block in database().blocks(ACTIONS, (*addresses, today, soon, today, today, *scope)):
        rows = [list(row) for row in block]
        for row in rows:
            row[IN_WORDS] = in_words(*row[TARGET], row[STATUS] in ACTION.ended, caller.today)
        yield rows


def _object(row: list[Any]) -> dict[str, Any]:
    return {
        "id": row[0],
        "label": row[1],
        "recommendation": {"reference": row[2], "url": row[3]},
        "description": row[4],
        "lead": {"slug": row[5], "name": row[6], "url": row[7]},
        "responsible_post": row[8],
        "status": row[9],
        "target_date": {
            "words": row[10],
            "earliest": row[11],
            "latest": row[12],
            "precision": row[13],
            "in_words": row[14],
        },
        "original_target_date": {
            "words": row[15],
            "earliest": row[16],
            "latest": row[17],
            "precision": row[18],
        },
        "schedule_status": row[19],
        "days_late": row[20],
        "outcome": row[21],
        "sequence": row[22],
        "version": row[23],
        "created_at": row[24],
        "updated_at": row[25],
    }
