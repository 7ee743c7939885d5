"""The list of overdue recommendations of a subtree, and one recommendation with all that belongs to it."""

from base64 import urlsafe_b64encode
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from recommendations.workflow import ACTION, RECOMMENDATION
from tests.benchmarks.floor.caller import WITHIN, Caller, Refused
from tests.benchmarks.floor.database import database, written
from tests.benchmarks.floor.parts import NO_RECENT_UPDATE_AFTER, organisation, recommendation, schedule
from tests.benchmarks.floor.work import actions, evidence

OPEN = ", ".join(f"'{status}'" for status in RECOMMENDATION.open)
OVERDUE = """
FROM [recommendationvisibility] x
JOIN [recommendation] r ON r.id = x.recommendation_id
JOIN [inspection] i ON i.id = r.inspection_id
JOIN [organisation] o ON o.id = r.owner_id
WHERE x.organisation_id = (SELECT id FROM [organisation] WHERE slug = ?)
  AND x.by_owner AND x.status IN ({open}) AND x.due < ?
  AND (? OR (i.published_latest <= ? AND EXISTS (
    SELECT 1 FROM [recommendationvisibility] s
    WHERE s.recommendation_id = r.id AND s.organisation_id {among})))
"""
LIST = written(
    """
SELECT r.id, r.reference, o.slug, o.name, x.status, {day x.due}, {late x.due} {overdue}
ORDER BY x.due, x.recommendation_id LIMIT ?
""",
    overdue=OVERDUE,
    open=OPEN,
)
COUNT = written("SELECT COUNT(*) {overdue}", overdue=OVERDUE, open=OPEN)
BY_STATUS = written(
    """
SELECT a.recommendation_id, a.status, COUNT(*) FROM [action] a
JOIN [recommendation] r ON r.id = a.recommendation_id
WHERE a.recommendation_id {among} AND (? OR r.owner_id IN {within} OR a.lead_id IN {within})
GROUP BY a.recommendation_id, a.status
""",
    within=WITHIN,
)
REASONS = {
    "judged_short": "Claimed, but an inspector found no meaningful or insufficient progress",
    "nothing_above_output": "Claimed, with no accepted evidence above output",
    "measure_not_moved": "Claimed, while a measure shows no clear change",
}
ONE = written(
    """
SELECT r.id, r.number, r.text, i.reference, i.title, d.slug, d.name, o.slug, o.name, r.measurement_note,
  h.status, h.answer, {day h.outcome_until}, {day h.practice_until}, {day h.output_until},
  {day h.first_due}, {late h.first_due}, {late h.first_original_due}, {day h.heard_on}, h.judgement,
  h.judged_short, h.measures_unread + h.measures_not_shown + h.measures_worse, r.version, r.outcome,
  CASE WHEN r.owner_id IN {within} THEN 1 ELSE 0 END, r.sequence, r.published_sequence,
  ? OR EXISTS (SELECT 1 FROM [recommendationvisibility] s
               WHERE s.recommendation_id = r.id AND s.organisation_id {among})
FROM [recommendation] r
JOIN [inspection] i ON i.id = r.inspection_id
JOIN [organisation] d ON d.id = r.addressee_id
JOIN [organisation] o ON o.id = r.owner_id
JOIN [recommendationhistory] h ON h.recommendation_id = r.id AND h.valid_to IS NULL
WHERE r.reference = ? AND (? OR i.published_latest <= ?)
""",
    within=WITHIN,
)
RESTS_ON = written(
    """
SELECT 's', s.number, s.name FROM [recommendation_standards] t JOIN [standard] s ON s.id = t.standard_id
WHERE t.recommendation_id = ?
UNION ALL
SELECT 'k', k.number, k.text FROM [recommendation_key_questions] t
JOIN [keyquestion] k ON k.id = t.keyquestion_id WHERE t.recommendation_id = ?
"""
)
LINKS = written(
    """
SELECT l.source_id, l.kind, r.reference FROM [recommendationlink] l
JOIN [recommendation] r ON r.id = CASE WHEN l.source_id = ? THEN l.target_id ELSE l.source_id END
JOIN [inspection] i ON i.id = r.inspection_id
WHERE (l.source_id = ? OR l.target_id = ?) AND (? OR i.published_latest <= ?) ORDER BY l.id
"""
)


def page(caller: Caller, query: str) -> bytes:
    """A page as the product gives it; `query` names the subtree, the size, and whether to count."""
    asked = dict(parse_qsl(query))
    size, today = int(asked["page_size"]), caller.today.isoformat()
    held = database()
    chosen = (asked["owner_subtree"], today, caller.everything, today, caller.reach)
    body: dict[str, Any] = {}
    if asked.get("count") == "true":
        body["count"] = held.rows(COUNT, chosen)[0][0]
    found = held.rows(LIST, (today, *chosen, size + 1))
    rows = found[:size]
    keys = held.many([row[0] for row in rows])
    counts: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(ACTION.states, 0))
    for key, status, count in held.rows(BY_STATUS, (keys, caller.everything, caller.reach, caller.reach)):
        counts[key][status] = count
    body["record_end"] = caller.record_end
    body["next"] = _next(caller, asked, rows[-1]) if len(found) > size else None
    body["results"] = [
        {
            "reference": reference,
            "owner": organisation(caller.root, slug, name),
            "status": status,
            "due": due,
            "days_late": late,
            "actions_by_status": counts[key],
        }
        for key, reference, slug, name, status, due, late in rows
    ]
    return orjson.dumps(body)


def _next(caller: Caller, asked: dict[str, str], last: tuple[Any, ...]) -> str:
    cursor = urlsafe_b64encode(orjson.dumps([last[5], last[0]])).decode().rstrip("=")
    return f"{caller.root}recommendations/?{urlencode({**asked, 'cursor': cursor})}"


def one(caller: Caller, reference: str) -> bytes:
    """Everything of a recommendation but its baselines and its own steps; raises Refused."""
    today, held = caller.today.isoformat(), database()
    found = held.rows(
        ONE,
        (today, today, caller.reach, caller.everything, caller.reach, reference, caller.everything, today),
    )
    if not found or not found[0][-1]:
        raise Refused("404 Not Found")
    key = found[0][0]
    body = _published(caller, reference, found[0]) | _standing(caller, found[0])
    for kind, number, text in sorted(held.rows(RESTS_ON, (key, key))):
        if kind == "s":
            body["standards"].append({"number": number, "name": text})
        else:
            body["key_questions"].append({"number": number, "text": text})
    for source, kind, other in held.rows(LINKS, (key, key, key, caller.everything, today)):
        name = "links" if source == key else "linked_from"
        body[name].append({"kind": kind, "recommendation": recommendation(caller.root, other)})
    body["actions"] = actions(caller, key)
    body["evidence"] = evidence(caller, key)
    for action in body["actions"]:
        body["actions_by_status"][action["status"]] += 1
    body["action_count"], body["evidence_count"] = len(body["actions"]), len(body["evidence"])
    return orjson.dumps(body)


def _published(caller: Caller, reference: str, row: tuple[Any, ...]) -> dict[str, Any]:
    _, number, text, inspection, title, slug, name, owner, owner_name, note = row[:10]
    return {
        **recommendation(caller.root, reference),
        "number": number,
        "text": text,
        "inspection": {
            "reference": inspection,
            "title": title,
            "url": f"{caller.root}inspections/{inspection}/",
        },
        "addressee": organisation(caller.root, slug, name),
        "owner": organisation(caller.root, owner, owner_name),
        "standards": [],
        "key_questions": [],
        "measurement_note": note,
        "links": [],
        "linked_from": [],
    }


def _standing(caller: Caller, row: tuple[Any, ...]) -> dict[str, Any]:
    status, answer, outcome, practice, output, due, late, late_original, heard, judgement = row[10:20]
    judged_short, unmoved, version, said, by_owner, sequence, _, _ = row[20:]
    today = caller.today.isoformat()
    ended = status in RECOMMENDATION.ended
    rungs = (("outcome", outcome), ("practice", practice), ("output", output))
    shown = next((rung for rung, until in rungs if until and until >= today), "none")
    claimed = status in ("submitted", "closed")
    holds = (claimed and judged_short, claimed and shown in ("none", "output"), claimed and unmoved)
    reasons = [code for code, holding in zip(REASONS, holds, strict=True) if holding]
    body = {
        "status": status,
        "response": answer or None,
        "evidence_level": None if shown == "none" else shown,
        "schedule_status": schedule(due, ended=ended, today=caller.today),
        "due": due,
        "days_late": late if not ended and due and late > 0 else None,
        "days_late_original": late_original if not ended and late_original and late_original > 0 else None,
        "no_recent_update": not ended and heard <= (caller.today - NO_RECENT_UPDATE_AFTER).isoformat(),
        "judgement": judgement or None,
        "unsupported_claim": bool(reasons),
        "unsupported_claim_reasons": [{"code": code, "text": REASONS[code]} for code in reasons],
        "actions_by_status": dict.fromkeys(ACTION.states, 0),
        "version": version,
        "sequence": sequence,
    }
    return body | ({"outcome": said} if by_owner or caller.everything else {})
