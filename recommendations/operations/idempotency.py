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
MOST_FORGOTTEN = 500  # For each request, so that no single one deletes all old answers.


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
    """Run `perform` and store its answer, or return the stored answer to the same request within 24 hours.

    `digest` is the SHA-256 of the request (64 hex digits). Of two requests with one key at the same time,
    the second waits for the answer of the first. An error of `perform` is not stored. Raises KeyReused if
    the key belongs to another request.
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
    """Delete answers older than `before`, except those that another transaction is deleting."""
    old = IdempotencyKey.objects.filter(made_at__lt=before).select_for_update(skip_locked=True)
    keys = list(old.order_by("pk").values_list("pk", flat=True)[:MOST_FORGOTTEN])
    if keys:
        IdempotencyKey.objects.filter(pk__in=keys).delete()
