"""Rate limits of tokens and sessions, shared by all workers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from recommendations.models import AccessToken
from recommendations.operations.rate_limits import A_MINUTE, NEVER, lease, mark_used

if TYPE_CHECKING:  # rest_framework.views imports this module, by the settings.
    from rest_framework.views import APIView

# Digits of a token's digest, enough to tell tokens apart.
DIGITS = 48


@dataclass
class _Block:
    """The requests that this process has leased for one caller and kind; `spent` if the window is used up."""

    lock: Lock = field(default_factory=Lock)
    began_at: datetime = NEVER
    left: int = 0
    spent: bool = False


class Lessor:
    """Leases blocks of requests and counts them down; one for each process, shared by its threads.

    `rates`: kind → how many requests, within how many seconds. At most `most` callers are remembered:
    a forgotten caller leases again, and loses the rest of their block.
    """

    def __init__(self, rates: Mapping[str, tuple[int, int]], *, most: int = 10_000) -> None:
        self.rates = rates
        self.most = most
        self._blocks: dict[tuple[str, str], _Block] = {}
        self._lock = Lock()

    def take(self, *, caller: str, kind: str, at: datetime, token: AccessToken | None = None) -> float:
        """Count one request of `caller`: 0 if it is allowed, else the seconds until the window ends.

        `token`, as it was read for this request, is marked as used, at most once a minute.
        """
        allowed, seconds = self.rates[kind]
        period = timedelta(seconds=seconds)
        block = self._blocks.get((caller, kind)) or self._begun(caller, kind)
        # Locked while leasing: otherwise another thread would lease a second block for the same caller.
        with block.lock:
            known = abs(at - block.began_at) < period
            if not known or not (block.left or block.spent):
                block.began_at, block.left = lease(
                    caller=caller, kind=kind, allowed=allowed, period=period, at=at, token=token
                )
                block.spent = not block.left
            elif block.left and token and (token.last_used_at or NEVER) <= at - A_MINUTE:
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


class TooMany(Throttled):
    """Too many requests in this window; `wait` is the whole seconds until it ends, for Retry-After."""

    def __init__(self, kind: str, *, allowed: int, period: int, seconds: float) -> None:
        wait = math.ceil(seconds)
        super().__init__(
            detail=f"You have made all {allowed:,} {kind} requests that are allowed in {period:,} seconds."
            f" Try again in {wait:,} s."
        )
        self.wait = wait


class Rates(BaseThrottle):
    """Counts every request of a signed-in caller; requests without sign-in are not counted."""

    lessor = Lessor(settings.THROTTLE_RATES)
    clock = staticmethod(timezone.now)

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Raise TooMany if the caller has no requests of this kind left."""
        if not request.user.is_authenticated:
            return True
        token = request.auth if isinstance(request.auth, AccessToken) else None
        kind = kind_of(request, view)
        wait = self.lessor.take(
            caller=f"user {request.user.pk}" if token is None else f"token {token.digest[:DIGITS]}",
            kind=kind,
            at=self.clock(),
            token=token,
        )
        if wait:
            allowed, period = self.lessor.rates[kind]
            raise TooMany(kind, allowed=allowed, period=period, seconds=wait)
        return True


def kind_of(request: Request, view: "APIView") -> str:
    """Which rate the request counts against: `read`, `write`, `upload` or `export`."""
    if getattr(view, "is_export", False):
        return "export"
    if request.method in SAFE_METHODS:
        return "read"
    form = request.method == "POST" and (request.content_type or "").lower().startswith("multipart/")
    return "upload" if form else "write"
