"""How often a token, or a person's session, may ask: the rates that hold over all workers."""

import math
from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from recommendations.operations.allowance import Lessor

# Of a token's digest: enough that no two are alike.
DIGITS = 48


class TooMany(Throttled):
    """The window's requests are made; `wait` is the whole seconds until it ends, for Retry-After."""

    def __init__(self, kind: str, *, allowed: int, period: int, seconds: float) -> None:
        wait = math.ceil(seconds)
        super().__init__(
            detail=f"All {allowed:,} {kind} requests of these {period:,} seconds are made."
            f" Try again in {wait:,} s."
        )
        self.wait = wait


class Rates(BaseThrottle):
    """Counts each request of who is signed in; what is open to everybody is not counted."""

    lessor = Lessor(settings.THROTTLE_RATES)
    clock = staticmethod(timezone.now)

    def allow_request(self, request: Request, view: Any) -> bool:
        """Raise TooMany where the caller's requests of this kind are made."""
        if not request.user.is_authenticated:
            return True
        token: Any = request.auth
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


def kind_of(request: Request, view: Any) -> str:
    """Which rate the request counts against: `read`, `write`, `upload` or `export`."""
    if getattr(view, "is_export", False):
        return "export"
    if request.method in SAFE_METHODS:
        return "read"
    form = request.method == "POST" and (request.content_type or "").lower().startswith("multipart/")
    return "upload" if form else "write"
