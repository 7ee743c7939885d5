"""`manage.py sweep_evidence`: remove stored files that belong to no evidence."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from recommendations.operations.orphan_files import sweep_evidence

EXAMPLES = """\
examples:
  manage.py sweep_evidence --dry-run   list them, remove nothing
  manage.py sweep_evidence             remove them: run it once a day

A file is stored before its row is written, and removed after its redaction: a power cut in between leaves it
behind. Files of the last hour are kept, because their row may not be written yet.
"""


class Command(BaseCommand):
    help = "Remove stored files that belong to no evidence."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("--dry-run", action="store_true", help="list them, remove nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        strays = sweep_evidence(at=timezone.now(), dry_run=options["dry_run"])
        for key in strays:
            self.stdout.write(key)
        done = "would be removed" if options["dry_run"] else "removed"
        self.stdout.write(f"{len(strays)} stray files {done}.")
