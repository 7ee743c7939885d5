"""`manage.py quickstart`: set up a tracker with the first report, and serve it."""

import fcntl
import json
import os
import shlex
import socket
import sys
import tomllib
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections, transaction
from django.utils import timezone
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from tqdm import tqdm

from recommendations import roles
from recommendations.errors import Refused
from recommendations.intake.seeds import read_seeds
from recommendations.models import Inspection, RecordHead, User
from recommendations.operations.accounts import system_actor
from recommendations.operations.first_accounts import issue_first_access
from recommendations.operations.intake import Request, import_report
from recommendations.operations.origin import through
from recommendations.operations.record import mark_demonstration
from recommendations.operations.story import beginning, tell

Story = dict[str, Any]
FIRST_REPORT = "BSG-2023"
ACCESS = "access.json"
READ_TOKEN = 'import json,sys;print(json.load(open(sys.argv[1]))["viewer"]["token"])'  # noqa: S105
NEEDS_A_NEW_PLACE = (
    "A story is told in a new installation: name an empty directory with TRACKER_VAR=… before the command."
)
EXAMPLES = """\
examples:
  manage.py quickstart                 set up, and serve on http://127.0.0.1:8000/
  manage.py quickstart --port 8123     the same on another port
  manage.py quickstart --no-serve      set up only
  manage.py quickstart --new-access    new passwords and tokens; the old ones stop working
  manage.py quickstart --story         a new installation with eighteen made-up months of work in it

Running it again keeps all data. Everything it makes is under var/: the database, the signing key, and
access.json with one account and one token for each role, which only you can read.
"""


class Command(BaseCommand):
    help = "Set the tracker up with the first report, and serve it on this machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("--port", type=_port, default=8000, help="default: 8000")
        parser.add_argument("--no-serve", action="store_true", help="set up only")
        parser.add_argument("--new-access", action="store_true", help="make new passwords and tokens")
        parser.add_argument(
            "--story", action="store_true", help="begin with a made-up story, to be looked at"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError(
                "quickstart is for local mode: it sets no HTTPS and makes accounts. In production run"
                " `manage.py migrate` and your server."
            )
        if not options["no_serve"]:
            _require_free(options["port"])
        try:
            with _alone(settings.VAR_DIR / "quickstart.lock"), through("command"):
                self._set_up(story=_story() if options["story"] else None)
                self._give_access(new=options["new_access"])
        except Refused as refusal:
            raise CommandError(f"{refusal}\n{NEEDS_A_NEW_PLACE}") from refusal
        except (DatabaseError, OSError) as error:
            raise CommandError(f"The tracker cannot be set up: {error}") from error
        self._show(options["port"])
        if not options["no_serve"]:
            _serve(options["port"])

    def _set_up(self, *, story: Story | None) -> None:
        self._step("Database", "migrating")
        call_command("migrate", verbosity=0, interactive=False)
        self._step("Pages", "gathering style sheets and scripts")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        at = timezone.now()
        if story and RecordHead.objects.filter(demonstration=True).exists():
            story = None  # It was told before, and is kept like all data.
        if story is None:
            self._import(at)
            return
        with transaction.atomic():  # Record the whole story or none of it.
            at = beginning(story, on=timezone.localdate(at))
            mark_demonstration(by=system_actor(), at=at)
            self._import(at)
            self._tell(story)

    def _import(self, at: datetime) -> None:
        self._step("Report", "reading and checking")
        try:
            imported = import_report(
                text=(settings.SEEDS_DIR / "reports" / f"{FIRST_REPORT}.txt").read_text("utf-8"),
                seeds=read_seeds(settings.SEEDS_DIR),
                request=Request(reference=FIRST_REPORT),
                by=system_actor(),
                at=at,
            )
        except Refused as refusal:
            raise CommandError(f"The report in seeds/ was refused:\n{refusal}") from refusal
        for line in imported.lines():
            self.stdout.write(f"  {line}")
        if not imported.created:
            self.stdout.write("  All data was kept.")

    def _tell(self, story: Story) -> None:
        self._step("Story", "eighteen made-up months; nothing of it was said or done by the real bodies")
        entries = sum(len(part["entries"]) for part in story["recommendations"])
        with tqdm(total=entries, unit=" entries", file=self.stderr, disable=None) as bar:
            told = tell(story, on=timezone.localdate(), progress=bar.update)
        self.stdout.write(f"  {told} entries, through the same operations as everything else")

    def _give_access(self, *, new: bool) -> None:
        path = settings.VAR_DIR / ACCESS
        if User.objects.filter(username__in=roles.CAPABILITIES).exists() and not new:
            self._step("Access", f"kept as it was; {_where_kept(path)}")
            return
        inspected = Inspection.objects.get(reference=FIRST_REPORT).inspected
        access = issue_first_access(inspected=inspected, by=system_actor(), at=timezone.now())
        write_private(path, json.dumps(access, indent=2) + "\n")
        self._step("Access", f"one account and one token a role, kept in {path} (only you can read it)")
        for role, secrets in access.items():
            self.stdout.write(f"  {role:13} password {secrets['password']}  token {secrets['token']}")

    def _show(self, port: int) -> None:
        base = f"http://127.0.0.1:{port}"
        # The line reads the token from its file: it stays valid after --new-access, and the shell's history
        # keeps no token.
        kept = shlex.quote(str(settings.VAR_DIR / ACCESS))
        token = f"$({shlex.quote(sys.executable)} -c {shlex.quote(READ_TOKEN)} {kept})"
        address = f"{base}/api/v1/recommendations/?inspection={FIRST_REPORT}&ordering=number"
        self.stdout.write(
            f"\n  Pages          {base}/               sign in with one of these names and its password\n"
            f"  Staff area     {base}/admin/\n"
            f"  API            {base}/api/v1/\n"
            f"  API reference  {base}/api/v1/docs/\n\n"
            "The nine recommendations (paste this line):\n"
            f'  curl -s -H "Authorization: Bearer {token}" {shlex.quote(address)}\n\n'
            "This is local mode: it answers on this machine only, and without HTTPS. Stop with Ctrl+C.\n"
        )
        self.stdout.flush()

    def _step(self, what: str, words: str) -> None:
        self.stdout.write(f"{what}: {words}")
        self.stdout.flush()


def _story() -> Story:
    return tomllib.loads((settings.SEEDS_DIR / "stories" / f"{FIRST_REPORT}.toml").read_text("utf-8"))


def _port(words: str) -> int:
    if not words.isdigit() or not 1 <= int(words) <= 65535:
        raise ValueError(words)
    return int(words)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on 127.0.0.1 cannot be used ({error.strerror}). Is the tracker running"
                f" already? Stop it, or choose another with --port {port % 65535 + 1}."
            ) from error


def _where_kept(path: Path) -> str:
    try:
        token = json.loads(path.read_text())[roles.VIEWER]["token"]
    except (OSError, ValueError, LookupError, TypeError):
        token = ""
    if token:
        return f"the passwords and tokens are in {path}"
    return f"{path} is gone or damaged: make new passwords and tokens with --new-access"


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in one step: it is never half-written."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Lock the set-up, so that a second quickstart does not start on a half-finished one."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError(
                "Another quickstart is setting up just now. Wait until it is done, then run this again."
            ) from error
        yield


def _serve(port: int) -> None:
    """Run the production server until it is stopped."""
    connections.close_all()
    Granian(
        "tracker.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=4,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
