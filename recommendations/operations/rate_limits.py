"""How many requests a caller may make: counted over all workers, without a write for each.

A worker leases a block of requests from the caller's row and counts it down in memory (`api.throttling`).
Blocks get smaller as the limit comes near, so that the last requests are leased one by one. A window begins
with the caller's first request; requests that are leased and not used end with it.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from recommendations.models import AccessToken, Allowance

# One lease takes this part of the requests that are left in the window.
PART = 8
# How often a token's last use is written at most.
A_MINUTE = timedelta(minutes=1)
NEVER = datetime.min.replace(tzinfo=UTC)


def lease(
    *, caller: str, kind: str, allowed: int, period: timedelta, at: datetime, token: AccessToken | None
) -> tuple[datetime, int]:
    """Take a block from what all workers share: when its window began, and its size, 0 for none left."""
    with transaction.atomic():
        row, _ = Allowance.objects.select_for_update().get_or_create(
            caller=caller, kind=kind, defaults={"began_at": at, "taken": 0}
        )
        began_at, taken = (row.began_at, row.taken) if is_within(row.began_at, at, period) else (at, 0)
        if taken >= allowed:
            return began_at, 0
        size = max(1, (allowed - taken) // PART)
        Allowance.objects.filter(pk=row.pk).update(began_at=began_at, taken=taken + size)
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


def is_within(began_at: datetime, at: datetime, period: timedelta) -> bool:
    """Is `at` in the window? By another machine's clock it may begin a little later, but not a period."""
    return abs(at - began_at) < period
