"""`manage.py verify_events`: check the whole record, and name the first event that does not fit."""

import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from recommendations.models import RecordHead
from recommendations.operations.verification import sign_off, verify

EXAMPLES = """\
examples:
  manage.py verify_events                   follow every event; where all holds, sign a checkpoint
  manage.py verify_events --no-checkpoint   the same, and sign nothing

Each event carries the hash of its content and of the event before it. A change, a gap, an exchange or an
addition shows in the first event that does not fit, which is named; the exit status is then 1. Checkpoints,
signed lines in CHECKPOINTS_DIR outside the database, show if the end was cut off or the record replaced.
Keep a copy of that directory elsewhere.
"""


class Command(BaseCommand):
    help = "Check that no event of the record was changed, removed or added."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("--no-checkpoint", action="store_true", help="sign nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        total = RecordHead.objects.get(pk=1).sequence
        with tqdm(total=total, unit=" events", file=self.stderr, disable=None) as bar:
            found = verify(bar.update)
        seconds = time.monotonic() - began
        if found.broken:
            raise CommandError(f"The record does not hold. {found.broken}")
        if found.events > 1 and not found.checkpoints:
            self.stderr.write(
                f"There is no checkpoint in {settings.CHECKPOINTS_DIR}: a cut end could not be seen."
            )
        if not options["no_checkpoint"]:
            sign_off(found)
        self.stdout.write(
            f"The record holds: {found.events:,} events, {found.redacted} of them redacted, agree with"
            f" {found.checkpoints} checkpoints ({seconds:.1f} s)."
        )
