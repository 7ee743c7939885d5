"""Who calls: one indexed look-up of the token's digest, with the memberships; and a count of requests."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha512
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from recommendations.roles import CAPABILITIES, REACHES_EVERYTHING
from recommendations.workflow import ACTION
from tests.benchmarks.floor.database import database, written

LONDON = ZoneInfo("Europe/London")
MOST_A_MINUTE = 999_999_999
TAKES_STEPS = {
    role for role, held in CAPABILITIES.items() if held & {step.capability for step in ACTION.steps}
}
CALLER = written(
    """
SELECT t.revoked_at, t.expiry, t.may_write, u.id, u.is_active, u.username, m.role, m.reach_id, h.slug,
       (SELECT sequence FROM [recordhead])
FROM [accesstoken] t
JOIN [user] u ON u.id = t.user_id
LEFT JOIN [membership] m ON m.user_id = u.id AND m.ended_at IS NULL
LEFT JOIN [organisation] h ON h.id = m.home_id
WHERE t.digest = ?
"""
)
# Of an action or a piece of evidence: in reach by the recommendation's owner, or by the action's lead.
WITHIN = written("(SELECT descendant_id FROM [organisationpath] WHERE ancestor_id {among})")
_counted: dict[tuple[str, bool], list[float]] = defaultdict(lambda: [0.0, 0])
_lock = Lock()


class Refused(Exception):
    """An answer without content: its status, such as 401 Unauthorized."""


@dataclass(frozen=True)
class Caller:
    """What is known of the caller when the request begins; `reach` is bound as one value."""

    user: int
    username: str
    everything: bool
    takes_steps: bool
    reach: Any
    held: list[tuple[str, int, str]]
    may_write: bool
    record_end: int
    today: date
    root: str


def caller_of(environ: dict[str, Any]) -> Caller:
    """Raises Refused where the token is unknown, withdrawn or expired, or has asked too often."""
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    digest = sha512(token.encode()).hexdigest()  # As knox has it.
    rows = database().rows(CALLER, (digest,)) if scheme == "Bearer" else []
    now = datetime.now(UTC)
    if not rows or rows[0][0] or not rows[0][4] or (rows[0][1] and _passed(rows[0][1], now)):
        raise Refused("401 Unauthorized")
    _count(digest, environ["REQUEST_METHOD"] == "GET", now.timestamp())
    held = [(role, reach, home) for *_, role, reach, home, _ in rows if role]
    return Caller(
        user=rows[0][3],
        username=rows[0][5],
        everything=any(role in REACHES_EVERYTHING for role, _, _ in held),
        takes_steps=any(role in TAKES_STEPS for role, _, _ in held),
        reach=database().many([reach for _, reach, _ in held]),
        held=held,
        may_write=bool(rows[0][2]),
        record_end=rows[0][9],
        today=now.astimezone(LONDON).date(),
        root=f"http://{environ['HTTP_HOST']}/api/v1/",
    )


def _passed(expiry: Any, now: datetime) -> bool:
    if isinstance(expiry, str):
        expiry = datetime.fromisoformat(expiry).replace(tzinfo=UTC)
    return expiry <= now


def _count(digest: str, reads: bool, now: float) -> None:
    with _lock:
        window = _counted[digest, reads]
        if now - window[0] >= 60:
            window[:] = now, 0
        window[1] += 1
        if window[1] > MOST_A_MINUTE:
            raise Refused("429 Too Many Requests")
