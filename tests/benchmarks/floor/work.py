"""The actions and the evidence of one recommendation, each with what belongs to it."""

from collections import defaultdict
from typing import Any

from recommendations.workflow import ACTION
from tests.benchmarks.floor.caller import WITHIN, Caller
from tests.benchmarks.floor.database import database, written
from tests.benchmarks.floor.parts import Object, in_words, late, organisation, schedule

ENDS = ("words", "earliest", "latest", "precision")
ACTIONS = written(
    """
SELECT a.id, a.label, a.description, o.slug, o.name, a.responsible_post, u.username, {name u},
  a.status, a.target_words, {day a.target_earliest}, {day a.target_latest}, a.target_precision,
  a.original_words, {day a.original_earliest}, {day a.original_latest}, a.original_precision,
  (SELECT COUNT(*) FROM [targetrevision] t WHERE t.action_id = a.id), a.outcome, a.risk_carrier,
  a.successor_id, a.sequence, a.version, {instant a.created_at}, {instant a.updated_at}
FROM [action] a
JOIN [recommendation] r ON r.id = a.recommendation_id
JOIN [organisation] o ON o.id = a.lead_id
LEFT JOIN [user] u ON u.id = a.person_id
WHERE a.recommendation_id = ? AND (? OR r.owner_id IN {within} OR a.lead_id IN {within})
ORDER BY a.id
""",
    within=WITHIN,
)
CONTRIBUTORS = written(
    """
SELECT c.action_id, o.slug, o.name FROM [action_contributors] c
JOIN [organisation] o ON o.id = c.organisation_id WHERE c.action_id {among} ORDER BY o.name, c.id
"""
)
EVIDENCE = written(
    """
SELECT e.id, a.id, a.label, e.title, e.url, e.document_reference, e.sha256, e.file_name, e.media_type,
  e.size, e.file_key, e.level, {day e.represents}, {day e.expires}, e.verdict, e.verdict_reason,
  j.username, {name j}, {instant e.judged_at}, b.username, {name b},
  {instant e.attached_at}, {instant e.redacted_at}, e.redaction_reason, e.sequence, e.version
FROM [evidence] e
JOIN [recommendation] r ON r.id = e.recommendation_id
JOIN [user] b ON b.id = e.attached_by_id
LEFT JOIN [user] j ON j.id = e.judged_by_id
LEFT JOIN [action] a ON a.id = e.action_id
WHERE e.recommendation_id = ? AND (? OR r.owner_id IN {within} OR a.lead_id IN {within})
ORDER BY e.id
""",
    within=WITHIN,
)


def actions(caller: Caller, key: int) -> list[Object]:
    """The actions of the recommendation `key` that a caller reaches whose roles take no step."""
    if caller.takes_steps:
        raise NotImplementedError("The floor answers readers only: what others may do it does not work out.")
    held = database()
    rows = held.rows(ACTIONS, (key, caller.everything, caller.reach, caller.reach))
    contributors: dict[int, list[Object]] = defaultdict(list)
    for action, slug, name in held.rows(CONTRIBUTORS, (held.many([row[0] for row in rows]),)):
        contributors[action].append(organisation(caller.root, slug, name))
    # A successor belongs to the same recommendation.
    labels = {row[0]: row[1] for row in rows}
    return [_action(caller, row, contributors[row[0]], labels) for row in rows]


def _action(caller: Caller, row: Any, contributors: list[Object], labels: dict[int, str]) -> Object:
    key, label, description, slug, name, post, username, person, status = row[:9]
    target, original = row[9:13], row[13:17]
    moved, outcome, risk_carrier, successor, sequence, version, created, updated = row[17:]
    ended = status in ACTION.ended
    return {
        **_brief(caller, key, label),
        "description": description,
        "lead": organisation(caller.root, slug, name),
        "contributors": contributors,
        "responsible_post": post,
        "person": username and {"username": username, "name": person},
        "status": status,
        "target_date": {
            **dict(zip(ENDS, target, strict=True)),
            "in_words": in_words(*target, ended, caller.today),
        },
        "original_target_date": dict(zip(ENDS, original, strict=True)),
        "times_moved": moved,
        "schedule_status": schedule(target[2], ended=ended, today=caller.today),
        "days_late": late(target[2], ended=ended, today=caller.today),
        "days_late_original": late(original[2], ended=ended, today=caller.today),
        "outcome": outcome,
        "risk_carrier": risk_carrier,
        "successor": _brief(caller, successor, labels[successor]) if successor in labels else None,
        "allowed_steps": [],
        "sequence": sequence,
        "version": version,
        "created_at": created,
        "updated_at": updated,
    }


def evidence(caller: Caller, key: int) -> list[Object]:
    """The evidence of the recommendation `key` in the caller's reach."""
    rows = database().rows(EVIDENCE, (key, caller.everything, caller.reach, caller.reach))
    return [_piece(caller, row) for row in rows]


def _piece(caller: Caller, row: Any) -> Object:
    key, action, label, title, link, reference = row[:6]
    sha256, file_name, media_type, size, file_key, level = row[6:12]
    represents, expires, verdict, reason, judge, judge_name, judged_at = row[12:19]
    username, name, attached_at, redacted_at, redaction_reason, sequence, version = row[19:]
    address = f"{caller.root}evidence/{key}/"
    return {
        "id": key,
        "url": address,
        "action": action and _brief(caller, action, label),
        "title": title,
        "link": link,
        "document_reference": reference,
        "file": {
            "name": file_name,
            "media_type": media_type,
            "size": size,
            "sha256": sha256,
            "url": f"{address}file/" if file_key else None,
        }
        if sha256
        else None,
        "level": level,
        "represents": represents,
        "expires": expires,
        "declared_no_personal_data": True,
        "verdict": verdict,
        "verdict_reason": reason,
        "judged_by": judge and {"username": judge, "name": judge_name},
        "judged_at": judged_at,
        "attached_by": {"username": username, "name": name},
        "attached_at": attached_at,
        "redacted_at": redacted_at,
        "redaction_reason": redaction_reason,
        "sequence": sequence,
        "version": version,
    }


def _brief(caller: Caller, key: int, label: str) -> Object:
    return {"id": key, "label": label, "url": f"{caller.root}actions/{key}/"}
