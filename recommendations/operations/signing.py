"""Signs the end of the record in a file outside the database. To rewrite both takes the key."""

import logging

from django.conf import settings

from recommendations.models import RecordHead
from recommendations.record.checkpoint import BadCheckpoint, Checkpoints

log = logging.getLogger(__name__)


def sign_the_end() -> None:
    """Write a checkpoint of the last event. An error, such as a full disk, is logged: it stops no work."""
    head = RecordHead.objects.get(pk=1)
    assert head.at is not None  # noqa: S101  An event was just recorded.
    try:
        Checkpoints(settings.CHECKPOINTS_DIR).write(sequence=head.sequence, hash=head.hash, at=head.at)
    except (OSError, BadCheckpoint):
        log.exception("The checkpoint of event %s could not be written.", head.sequence)
