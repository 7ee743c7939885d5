"""How many requests a caller may make: counted over all workers, without a write for each.

A worker leases a block from the caller's row and counts it down in memory. Blocks shrink with what is
left, so that the last requests of a window are given out one by one. What a worker does not use dies
with the window, which begins with the caller's first request in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from django.db import transaction
from django.db.models import Q

from recommendations.models import AccessToken, Allowance
from recommendations.operations.statements import set_columns
from recommendations.queries.compiled import CompiledRow
from recommendations.queries.parameters import Parameter

# Of what is left in the window, one lease takes this part.
PART = 8
# How often a token's last use is written at most.
A_MINUTE = timedelta(minutes=1)
NEVER = datetime.min.replace(tzinfo=UTC)
HELD = CompiledRow(
    lambda: Allowance.objects.select_for_update().filter(caller=Parameter("caller"), kind=Parameter("kind"))
)


@dataclass
class _Block:
    """What this process holds for one caller and kind; `spent` where the window has nothing left."""

    lock: Lock = field(default_factory=Lock)
    began_at: datetime = NEVER
    left: int = 0
    spent: bool = False


class Lessor:
    """Leases and counts down; one a process, shared by its threads.

    `rates`: kind → how many requests, within how many seconds. At most `most` callers are remembered:
    whoever is forgotten leases anew, and what was left of their block is lost.
    """

    def __init__(self, rates: Mapping[str, tuple[int, int]], *, most: int = 10_000) -> None:
        self.rates = rates
        self.most = most
        self._blocks: dict[tuple[str, str], _Block] = {}
        self._lock = Lock()

    def take(self, *, caller: str, kind: str, at: datetime, token: AccessToken | None = None) -> float:
        """Take one request of `caller`: 0 where it may be made, else the seconds until the window ends.

        `token`, as it was read for this request, is marked as used, at most once a minute.
        """
        allowed, seconds = self.rates[kind]
        period = timedelta(seconds=seconds)
        block = self._blocks.get((caller, kind)) or self._begun(caller, kind)
        # Held while leasing: another thread of the same caller would lease a second block beside it.
        with block.lock:
            known = _is_within(block.began_at, at, period)
            if not known or not (block.left or block.spent):
                block.began_at, block.left = lease(
                    caller=caller, kind=kind, allowed=allowed, period=period, at=at, token=token
                )
                block.spent = not block.left
            elif block.left and token is not None:
                mark_used(token, at=at)
            if block.left:
                block.left -= 1
                return 0.0
            return (block.began_at + period - at).total_seconds()

    def _begun(self, caller: str, kind: str) -> _Block:
        with self._lock:
            if len(self._blocks) >= self.most and (caller, kind) not in self._blocks:
                del self._blocks[next(iter(self._blocks))]
            return self._blocks.setdefault((caller, kind), _Block())


def lease(
    *, caller: str, kind: str, allowed: int, period: timedelta, at: datetime, token: AccessToken | None
) -> tuple[datetime, int]:
    """Take a block from what all workers share: when its window began, and its size, 0 for none left."""
    with transaction.atomic():
        row = HELD.get(caller=caller, kind=kind)
        if row is None:
            row, _ = Allowance.objects.select_for_update().get_or_create(
                caller=caller, kind=kind, defaults={"began_at": at, "taken": 0}
            )
        began_at, taken = (row.began_at, row.taken) if _is_within(row.began_at, at, period) else (at, 0)
        if taken >= allowed:
            return began_at, 0
        size = max(1, (allowed - taken) // PART)
        set_columns(Allowance, row.pk, began_at=began_at, taken=taken + size)
        if token is not None:
            mark_used(token, at=at)
        return began_at, size


def mark_used(token: AccessToken, *, at: datetime) -> None:
    """Write when `token` was last used, unless that was written within the last minute."""
    if token.last_used_at is not None and token.last_used_at > at - A_MINUTE:
        return
    # Asked of the row again: other requests of this minute read it before it was written.
    long_ago = Q(last_used_at=None) | Q(last_used_at__lte=at - A_MINUTE)
    AccessToken.objects.filter(long_ago, digest=token.digest).update(last_used_at=at)
    token.last_used_at = at


def _is_within(began_at: datetime, at: datetime, period: timedelta) -> bool:
    """Is `at` in the window? By another machine's clock it may begin a little later, but not a period."""
    return abs(at - began_at) < period
