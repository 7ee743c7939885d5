"""A progress update: its row, its event, the record's end and the sequences, in one durable transaction."""

from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

import orjson

from recommendations.record.chain import canonical, digest, instant, seal
from recommendations.roles import Capability, roles_with
from tests.benchmarks.floor.caller import Caller, Refused
from tests.benchmarks.floor.database import database, written
from tests.benchmarks.floor.parts import recommendation

REPORTERS = roles_with(Capability.REPORT_PROGRESS)
SUBJECT = written(
    """
SELECT r.id FROM [recommendation] r JOIN [inspection] i ON i.id = r.inspection_id
WHERE r.reference = ? AND i.published_latest <= ?
  AND r.owner_id IN (SELECT descendant_id FROM [organisationpath] WHERE ancestor_id {among})
"""
)
UPDATE = written(
    """
INSERT INTO [progressupdate] (recommendation_id, text, dated, author_id, created_at, sequence)
VALUES (?, ?, ?, ?, ?, ?) RETURNING id
"""
)
# What the header of every one of these events says.
ALIKE = {
    "channel": "api",
    "request_id": "",
    "verb": "update",
    "noun": "progressupdate",
    "action_id": None,
    "version_before": None,
    "version_after": None,
}
HEADER = [
    *("sequence", "at", "actor_id", "role", "organisation", "channel", "request_id", "verb", "noun"),
    *("object_id", "label", "recommendation_id", "action_id", "version_before", "version_after"),
    *("payload_hash", "previous_hash", "hash"),
]
EVENT = written(
    "INSERT INTO [event] ({names}) VALUES ({values})",
    names=", ".join(HEADER),
    values=", ".join("?" for _ in HEADER),
)
PAYLOAD = written("INSERT INTO [eventpayload] (event_id, text) VALUES (?, ?)")
TOUCH = written("UPDATE [recommendation] SET sequence = ? WHERE id = ?")
HEAD = written("SELECT sequence, hash FROM [recordhead] WHERE id = 1 {hold}")
MOVE = written("UPDATE [recordhead] SET sequence = ?, hash = ?, at = ? WHERE id = 1")


def create(caller: Caller, body: bytes) -> bytes:
    """Record the update and answer as the product does; raises Refused where the caller may not write."""
    said = orjson.loads(body)
    held, at, today = database(), datetime.now(UTC), caller.today.isoformat()
    roles = [(role, home, reach) for role, reach, home in caller.held if role in REPORTERS]
    with held.writing():
        last, previous = held.rows(HEAD)[0]
        reach = held.many([reach for _, _, reach in roles])
        found = held.rows(SUBJECT, (said["recommendation"], today, reach))
        if not (found and caller.may_write):
            raise Refused("403 Forbidden")
        sequence, key = last + 1, found[0][0]
        values = (key, said["text"], today, caller.user, held.stored(at), sequence)
        number = held.rows(UPDATE, values)[0][0]
        header = {
            "sequence": sequence,
            "actor_id": caller.user,
            "role": roles[0][0],
            "organisation": roles[0][1],
            "object_id": str(number),
            "label": f"Update of {caller.today.day} {caller.today:%B %Y}",
            "recommendation_id": key,
            "previous_hash": previous,
        }
        _record(header, {"text": said["text"], "dated": today}, at)
        held.run(TOUCH, (sequence, key))
    return orjson.dumps(_answer(caller, number, said, at, sequence))


def _record(header: dict[str, Any], change: dict[str, Any], at: datetime) -> None:
    held = database()
    change = change | {
        "id": int(header["object_id"]),
        "recommendation_id": header["recommendation_id"],
        "action_id": None,
        "author_id": header["actor_id"],
        "created_at": instant(at),
        "redacted_at": None,
        "corrects_id": None,
    }
    row = {"noun": "progressupdate", "id": header["object_id"], "before": None, "after": change}
    text = canonical({"reason": "", "rows": [row], "salt": token_hex(16)})
    sealed = ALIKE | header | {"at": instant(at), "payload_hash": digest(text)}
    sealed["hash"] = seal(sealed)
    held.run(EVENT, [held.stored(at) if name == "at" else sealed[name] for name in HEADER])
    held.run(PAYLOAD, (sealed["sequence"], text))
    held.run(MOVE, (sealed["sequence"], sealed["hash"], held.stored(at)))


def _answer(caller: Caller, number: int, said: dict[str, Any], at: datetime, sequence: int) -> dict[str, Any]:
    return {
        "id": number,
        "url": f"{caller.root}updates/{number}/",
        "recommendation": recommendation(caller.root, said["recommendation"]),
        "action": None,
        "text": said["text"],
        "dated": caller.today.isoformat(),
        "author": {"username": caller.username, "name": caller.username},
        "created_at": instant(at),
        "corrects": None,
        "redacted_at": None,
        "sequence": sequence,
    }
