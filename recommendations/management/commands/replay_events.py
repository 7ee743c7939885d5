"""`manage.py replay_events`: rebuild every row from the events alone, and compare."""

import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from recommendations.models import RecordHead
from recommendations.operations.replay import replay

EXAMPLES = """\
examples:
  manage.py replay_events          compare; the exit status is 1 if they differ
  manage.py replay_events --all    every difference, not only the first twenty

No row is written. A difference means that a row was changed without an event: by a direct write to the
database, or by a fault. Redacted events are listed; the redaction event repeats their other values.
"""
SHOWN = 20


class Command(BaseCommand):
    help = "Rebuild every row from the events and report each difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("--all", action="store_true", help="list every difference")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        total = RecordHead.objects.get(pk=1).sequence
        with tqdm(total=total, unit=" events", file=self.stderr, disable=None) as bar:
            found = replay(bar.update)
        for sequence in found.redacted:
            self.stdout.write(f"Event {sequence} was redacted.")
        shown = found.differences if options["all"] else found.differences[:SHOWN]
        for sentence in shown:
            self.stderr.write(f"  - {sentence}")
        count = len(found.differences)
        self.stdout.write(
            f"{found.events:,} events give {found.rows:,} rows; {count} differences"
            f" ({time.monotonic() - began:.1f} s)."
        )
        if count:
            raise CommandError("The rows are not what the events say.")
