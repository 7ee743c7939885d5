"""Limits failed sign-ins: 5 for an account and 20 from an address within 15 minutes.

An attempt counts as a failure before its password is checked; a success removes it. Otherwise attempts at
the same time would all pass before the first one failed. Only a digest of the username is stored, because
people type passwords there too, and of the caller only the address.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessFailureLog
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

WINDOW = timedelta(minutes=15)
OF_ACCOUNT, FROM_ADDRESS = 5, 20
NO_WAIT = timedelta(0)


@dataclass(frozen=True)
class SignInAttempt:
    """`key` of the row that counts it; `wait` until an attempt is heard again, zero where this one is."""

    key: int | None
    wait: timedelta = NO_WAIT


def begin(*, username: str, address: str | None, at: datetime) -> SignInAttempt:
    """Count an attempt to sign in as `username`, unless too many failed. The account need not exist."""
    AccessFailureLog.objects.filter(attempt_time__lte=at - WINDOW).delete()
    account = _digest(username)
    counted = AccessFailureLog.objects.create(username=account, ip_address=address)
    others = AccessFailureLog.objects.exclude(pk=counted.pk)
    wait = _wait(others.filter(username=account), limit=OF_ACCOUNT, at=at)
    if address:
        wait = max(wait, _wait(others.filter(ip_address=address), limit=FROM_ADDRESS, at=at))
    if wait:
        counted.delete()
        return SignInAttempt(None, wait)
    return SignInAttempt(counted.pk)


def succeed(*, username: str, attempt: SignInAttempt | None) -> None:
    """The attempt was no failure, and those of its account before it are forgiven."""
    if attempt is not None:
        AccessFailureLog.objects.filter(pk=attempt.key).delete()
    forgive(username)


def forgive(username: str) -> None:
    """Let the account begin anew; what came from an address goes on to count for the address."""
    AccessFailureLog.objects.filter(username=_digest(username)).update(username=None)


def forget(*, username: str | None = None, address: str | None = None) -> int:
    """Remove the failures of an account, of an address, of both together, or all; returns how many."""
    rows = AccessFailureLog.objects.all()
    if username:
        rows = rows.filter(username=_digest(username))
    if address:
        rows = rows.filter(ip_address=address)
    return rows.delete()[0]


def _wait(failures: QuerySet[AccessFailureLog], *, limit: int, at: datetime) -> timedelta:
    """Until so many of the failures have passed that fewer than `limit` are left."""
    last = failures.filter(attempt_time__gt=at - WINDOW).order_by("-attempt_time")[limit - 1 : limit]
    return next((failure.attempt_time + WINDOW - at for failure in last), NO_WAIT)


def _digest(username: str) -> str:
    return salted_hmac("recommendations.sign-in", username).hexdigest()
