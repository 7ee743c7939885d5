"""Limits failed sign-ins by account and by address; django-axes alone has one limit for both."""

import logging
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from axes.handlers.base import AxesHandler
from axes.helpers import get_client_username
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from recommendations.operations import sign_ins
from tracker.refusals import too_many_attempts

log = logging.getLogger(__name__)


class TwoLimits(AxesHandler):
    """Each attempt is counted for its account and for its address, and each has a limit of its own."""

    def is_allowed(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        attempt = sign_ins.begin(
            username=get_client_username(request, credentials) or "",
            address=request.axes_ip_address,
            at=request.axes_attempt_time,
        )
        request.sign_in_attempt = attempt
        request.axes_locked_out = bool(attempt.wait)
        if attempt.wait:
            log.warning("An attempt to sign in was refused: too many attempts failed before it.")
        return not attempt.wait

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        attempt = getattr(request, "sign_in_attempt", None)
        sign_ins.succeed(username=user.get_username(), attempt=attempt)

    def reset_attempts(
        self, *, ip_address: str | None = None, username: str | None = None, ip_or_username: bool = False
    ) -> int:
        """Forget failures: for the `axes_reset` commands of administrators."""
        if ip_or_username and ip_address and username:
            return sign_ins.forget(username=username) + sign_ins.forget(address=ip_address)
        return sign_ins.forget(username=username, address=ip_address)


def refuse(request: Any, response: HttpResponse, credentials: Any) -> HttpResponse:
    """The answer instead of `response` while attempts are refused."""
    return too_many_attempts(request.sign_in_attempt.wait)


def caller_address(request: HttpRequest) -> str | None:
    """The address for which failures are counted, or None if the server gives none.

    For IPv6 it is the network of 64 bits, because one caller usually has all its addresses.
    """
    said = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # The last entry is the proxy's own word; those before it are what the caller sent.
        said = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or said
    if said.count(":") == 1:  # Some proxies add the port.
        said = said.partition(":")[0]
    try:
        address = ip_address(said)
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), 64), strict=False).network_address)
