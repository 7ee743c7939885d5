"""Signing how far the record reaches, outside the database: whoever rewrites that cannot sign for it."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from recommendations.models import RecordHead
from recommendations.record.checkpoint import BadCheckpoint, Checkpoints

CHECKPOINT_EVERY = 1000
log = logging.getLogger(__name__)


def sign_where_due(sequence: int, at: datetime, *, head: RecordHead) -> None:
    """After the commit sign the end of the record, where the event that follows `head` calls for it."""
    if _is_due(sequence, at, head):
        _once_after_commit(sign_the_end)


def sign_the_end() -> None:
    """Sign how far the record reaches, outside the database. A full disk there stops no work here."""
    head = RecordHead.objects.get(pk=1)
    assert head.at is not None  # noqa: S101  An event was just recorded.
    try:
        Checkpoints(settings.CHECKPOINTS_DIR).write(sequence=head.sequence, hash=head.hash, at=head.at)
    except (OSError, BadCheckpoint):
        log.exception("The checkpoint of event %s could not be written.", head.sequence)


def _once_after_commit(act: Callable[[], None]) -> None:
    """Do `act` once when the transaction is committed, however many of its events ask for it."""
    if all(waiting is not act for _, waiting, _ in transaction.get_connection().run_on_commit):
        transaction.on_commit(act)


def _is_due(sequence: int, at: datetime, head: RecordHead) -> bool:
    """Every thousandth event, the first of each London day, and the first where none was kept yet."""
    if sequence % CHECKPOINT_EVERY == 0 or head.at is None:
        return True
    if timezone.localdate(head.at) != timezone.localdate(at):
        return True
    return Checkpoints(settings.CHECKPOINTS_DIR).is_empty()
