"""`manage.py step`: take a workflow step, by the same rules as the API and the pages."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from recommendations.access import my_steps, with_my_steps
from recommendations.errors import DomainError, Invalid, StepRefused
from recommendations.models import Action, Recommendation, User
from recommendations.operations.conditions import StepInput, fields_of
from recommendations.operations.origin import through
from recommendations.operations.transitions import table_of, take_step
from recommendations.queries.statuses import UnsupportedClaimReason
from recommendations.queries.visibility import in_scope, visible
from recommendations.workflow import ACTION, RECOMMENDATION

EXAMPLES = """\
examples:
  manage.py step BSG-2023-1 --as contributor
      where it stands, at which version, and which steps that person may take
  manage.py step BSG-2023-1/1a submit --as contributor --read-version 3 --outcome "All staff are trained."
  manage.py step BSG-2023-1 close --as assurer --read-version 7 --reason "Seen in the audit." \\
      --acknowledge nothing_above_output
  manage.py step BSG-2023-1 supersede --as inspector --read-version 7 --reason "Repeated." \\
      --successor BSG-2026-2

A recommendation is named by its reference; an action by that and its label, divided by a slash. A step
says which version you read, so that no other change is lost. A refused step lists everything that
is missing, and writes nothing.
"""
TEXTS = ("reason", "outcome", "risk_carrier", "why_no_action", "answer", "accepted_part")
Subject = Recommendation | Action


class Command(BaseCommand):
    help = "Take a step of the workflow with a recommendation or an action, or list those possible."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("subject", help="such as BSG-2023-1, or BSG-2023-1/1a for an action")
        parser.add_argument("step", nargs="?", default="", help="left out: list the steps possible")
        parser.add_argument("--as", dest="username", required=True, help="who takes the step")
        parser.add_argument("--read-version", type=int, help="the version that you read")
        for name in TEXTS:
            parser.add_argument(f"--{name.replace('_', '-')}", default="", help=WORDS[name])
        parser.add_argument(
            "--acknowledge",
            nargs="+",
            default=[],
            choices=UnsupportedClaimReason.values,
            help="reasons why the claim is unsupported",
        )
        parser.add_argument("--successor", default="", help="what takes its place")
        parser.add_argument("--dated", type=date.fromisoformat, help="the day of an answer, as 2026-06-30")
        parser.add_argument("--dry-run", action="store_true", help="check all, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account “{options['username']}”.")
        subject = _found(options["subject"], user, on=timezone.localdate())
        if not options["step"]:
            self._list(subject, user)
            return
        if options["read_version"] is None:
            raise CommandError("Say which version you read: --read-version. Without a step it is listed.")
        try:
            with through("command"), transaction.atomic():
                moved = take_step(
                    subject=subject,
                    step=options["step"],
                    version=options["read_version"],
                    given=_given(options, user),
                    by=user,
                    at=timezone.now(),
                )
                transaction.set_rollback(options["dry_run"])
        except (StepRefused, Invalid) as refusal:
            self.stderr.write("Refused, and nothing was written:")
            for sentences in refusal.problems.values():
                for sentence in sentences:
                    self.stderr.write(f"  - {sentence}")
            raise CommandError("The step was not taken.") from refusal
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self._say(moved, dry_run=options["dry_run"])

    def _say(self, moved: Subject, *, dry_run: bool) -> None:
        now = f"{moved} is now {moved.get_status_display().lower()}, at version {moved.version}."
        self.stdout.write(f"Dry run: nothing was written. {now}" if dry_run else now)

    def _list(self, subject: Subject, user: User) -> None:
        self.stdout.write(f"{subject}: {subject.get_status_display().lower()}, version {subject.version}")
        steps = my_steps(subject, table_of(subject))
        if not steps:
            self.stdout.write(f"  No step is open to {user}.")
        for step in steps:
            asks = ", ".join(fields_of(step)) or "nothing"
            self.stdout.write(f"  {step.name:16} {step.effect} (asks: {asks})")


WORDS = {
    "reason": "why",
    "outcome": "what is different now",
    "risk_carrier": "the post that carries the risk of not doing it",
    "why_no_action": "why it is done though no action was closed",
    "answer": "agreed, partly_agreed or not_agreed",
    "accepted_part": "the part that is accepted",
}


def _found(name: str, user: User, *, on: date) -> Subject:
    """The recommendation or action of this name that `user` may read. Raises CommandError."""
    reference, _, label = name.partition("/")
    found: Any
    if label:
        actions = Action.objects.filter(recommendation__reference=reference, label=label)
        actions = visible(actions.select_related("recommendation"), user, on=on)
        found = with_my_steps(actions, user, ACTION).first()
    else:
        rows = Recommendation.objects.filter(in_scope(user), reference=reference)
        found = with_my_steps(visible(rows, user, on=on), user, RECOMMENDATION).first()
    if found is None:
        raise CommandError(f"There is no “{name}” that {user} can read.")
    return found


def _given(options: dict[str, Any], user: User) -> StepInput:
    successor, on = options["successor"], timezone.localdate()
    return StepInput(
        **{name: options[name] for name in TEXTS},
        acknowledged=tuple(options["acknowledge"]),
        successor=_found(successor, user, on=on) if successor else None,
        dated=options["dated"],
    )
