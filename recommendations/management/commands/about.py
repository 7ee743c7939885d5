"""`manage.py about`: the version, the environment, and the length of the record."""

import platform
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

import django
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from recommendations.models import Event, RecordHead

EXPLANATION = """\
Give these lines with every question or report of a fault. They name no person and hold no secret.

  Mode       `local` or `production`, from TRACKER_MODE
  Database   the engine and the version of it that answers, from DATABASE_URL
  Record     how many events there are, the number of the last one, and when it was written (UTC)

The two numbers of the record are equal. If they differ, run `manage.py verify_events`.
"""


class Command(BaseCommand):
    help = "Print the version, the environment and the length of the record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXPLANATION

    def handle(self, *args: Any, **options: Any) -> None:
        lines = {
            "Version": settings.VERSION,
            "Mode": settings.MODE,
            "Python": platform.python_version(),
            "Django": django.get_version(),
        }
        try:
            lines["Database"] = f"{connection.display_name} {_database_version()}"
            lines["Record"] = _record()
        except DatabaseError as error:
            lines.setdefault("Database", f"{connection.display_name}, which does not answer: {error}".strip())
            lines["Record"] = "cannot be read; run `manage.py migrate` if the database is new"
        for name, value in lines.items():
            self.stdout.write(f"{name:<10} {value}")


def _database_version() -> str:
    return ".".join(str(part) for part in connection.get_database_version())


def _record() -> str:
    head = RecordHead.objects.get(pk=1)
    if head.at is None:
        return "no events yet"
    events = Event.objects.count()
    return f"{events} events; the last is event {head.sequence}, {head.at:%Y-%m-%d %H:%M:%S} UTC"
