"""A request that is sent again is not done again: its first answer is kept for a day.

The key and what the request writes are committed together, so that a crash leaves both or neither.
These rows are copies of answers, and no part of the record.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from recommendations.errors import DomainError
from recommendations.models import IdempotencyKey, User

KEPT_FOR = timedelta(hours=24)
MOST_FORGOTTEN = 500  # At one go: whoever stores a key does not pay for everybody's.


class KeyReused(DomainError):
    """The caller used this key for another request."""


@dataclass(frozen=True)
class Kept:
    """An answer as it was sent: status, headers, and the bytes of the body."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    is_replay: bool = False


def once(*, user: User, key: str, digest: str, at: datetime, perform: Callable[[], Kept]) -> Kept:
    """Do `perform` and keep its answer, or replay the answer to the same request of the last 24 hours.

    `digest` stands for what is asked (hex, 64 characters). Whoever sends the same key at the same time
    waits and is given the winner's answer. What `perform` raises is kept nowhere. Raises KeyReused
    where the key was used for something else.
    """
    with transaction.atomic():
        _forget(before=at - KEPT_FOR)
        row = IdempotencyKey(user=user, key=key, request_digest=digest, status=0, body=b"", made_at=at)
        try:
            # In a savepoint of its own: a clash undoes this insert and not the transaction around it.
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return _replayed(user, key, digest)
        answer = perform()
        row.status, row.headers, row.body = answer.status, answer.headers, answer.body
        row.save(update_fields=["status", "headers", "body"])
        return answer


def _replayed(user: User, key: str, digest: str) -> Kept:
    first = IdempotencyKey.objects.get(user=user, key=key)
    if first.request_digest != digest:
        raise KeyReused("This Idempotency-Key was sent with another request. Take a new one for this.")
    return Kept(first.status, bytes(first.body), first.headers, is_replay=True)


def _forget(*, before: datetime) -> None:
    """Remove what is kept long enough; what another is just removing is left to them."""
    old = IdempotencyKey.objects.filter(made_at__lt=before).select_for_update(skip_locked=True)
    keys = list(old.order_by("pk").values_list("pk", flat=True)[:MOST_FORGOTTEN])
    if keys:
        IdempotencyKey.objects.filter(pk__in=keys).delete()
