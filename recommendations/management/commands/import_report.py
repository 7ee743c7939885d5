"""`manage.py import_report FILE`: import a published report, or refuse it with every reason."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from recommendations.errors import DomainError, Refused
from recommendations.intake.seeds import read_seeds
from recommendations.operations.accounts import system_actor
from recommendations.operations.intake import Request, import_report
from recommendations.operations.origin import through

LARGEST = 5 * 1024 * 1024

EXAMPLES = """\
examples:
  manage.py import_report seeds/reports/BSG-2023.txt --dry-run    check it, write nothing
  manage.py import_report seeds/reports/BSG-2023.txt              record it
  manage.py import_report report.txt --create-organisations       make the bodies that are not known

The report is the text of the published PDF (UTF-8). It is read, and what it says is checked: the
recommendations run 1 to n, the standards' scores add up to the printed score, every standard and key
question is there. What does not fit is refused: every problem is listed with its line, and nothing is
written. Reading the same report again changes nothing.
"""


class Command(BaseCommand):
    help = "Read the text of a published inspection report into the record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("file", type=Path, help="the report's text")
        parser.add_argument("--dry-run", action="store_true", help="check all, write nothing")
        parser.add_argument(
            "--reference", default="", help="the public reference, where the one made is taken"
        )
        parser.add_argument("--framework", default="", help="such as hmip-pdu-1, where several are recorded")
        parser.add_argument(
            "--create-organisations", action="store_true", help="make the bodies not yet known"
        )
        parser.add_argument(
            "--seeds",
            type=Path,
            default=settings.SEEDS_DIR,
            help="where the organisations, frameworks and curated data are (default: seeds/)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        request = Request(
            reference=options["reference"],
            framework=options["framework"],
            create_organisations=options["create_organisations"],
            dry_run=options["dry_run"],
        )
        try:
            with through("command"):
                imported = import_report(
                    text=_read(options["file"]),
                    seeds=read_seeds(options["seeds"]),
                    request=request,
                    by=system_actor(),
                    at=timezone.now(),
                )
        except Refused as refusal:
            count = len(refusal.problems)
            self.stderr.write(f"Refused, and nothing was written: {count} to put right.")
            for problem in refusal.problems:
                self.stderr.write(f"  - {problem}")
            raise CommandError("The report was not imported.") from refusal
        except DomainError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(
                f"The database cannot be used ({error}). Has `manage.py migrate` been run?"
            ) from error
        for line in imported.lines():
            self.stdout.write(line)
        if request.dry_run:
            self.stdout.write("Dry run: nothing was written.")


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise CommandError(f"{path} is larger than 5 MB: is it the text of a report?")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(
            f"{path} is not text in UTF-8: byte {error.start} does not fit. Save the report's text as"
            " UTF-8, and do not give the PDF itself."
        ) from error
