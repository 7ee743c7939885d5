"""`manage.py rebuild`: compute the projections again from rows and events."""

import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from recommendations.models import RecordHead
from recommendations.operations import rebuilding

EXAMPLES = """\
examples:
  manage.py rebuild            compute them again; other writes wait
  manage.py rebuild --check    only compare; the exit status is 1 if they differ

A projection is stored data that can be computed from other rows, so that lists are fast: which organisations
may read about a recommendation, and which event was the last about each row. Every write updates them, and
`replay_events` compares them too. They differ only if somebody wrote to the database directly.
"""
SHOWN = 20


class Command(BaseCommand):
    help = "Compute the projections that lists use again, or compare them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("--check", action="store_true", help="compare, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        if options["check"]:
            self._check()
            return
        total = RecordHead.objects.get(pk=1).sequence
        with tqdm(total=total, unit=" events", file=self.stderr, disable=None) as bar:
            rebuilding.rebuild(bar.update)
        self.stdout.write(f"Made again from {total:,} events ({time.monotonic() - began:.1f} s).")

    def _check(self) -> None:
        found = list(rebuilding.differences())
        for sentence in found[:SHOWN]:
            self.stderr.write(f"  - {sentence}")
        if found:
            raise CommandError(f"{len(found):,} differences. Run `manage.py rebuild`.")
        self.stdout.write("They are as the rows and events say.")
