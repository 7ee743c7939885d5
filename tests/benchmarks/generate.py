"""`python -m tests.benchmarks.generate`: a new database filled with a made-up nation."""

# ruff: noqa: E402  Models are imported once Django is set up.
import argparse
import json
import math
import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from tqdm import tqdm

from recommendations.errors import Refused
from recommendations.intake.seeds import read_seeds
from recommendations.management.commands.quickstart import ACCESS, write_private
from recommendations.models import Event, Inspection, Recommendation
from recommendations.operations.accounts import system_actor
from tests.benchmarks.generation import Extent, generate
from tests.benchmarks.generation.bodies import Access

NEEDS_A_NEW_PLACE = (
    "Begin with a new database: name an empty directory with TRACKER_VAR=… (or another DATABASE_URL), run"
    " `manage.py migrate`, then this again."
)
EXAMPLES = """\
examples:
  TRACKER_VAR=/tmp/nation manage.py migrate
  TRACKER_VAR=/tmp/nation python -m tests.benchmarks.generate              the size of a nation; a few minutes
  TRACKER_VAR=/tmp/small python -m tests.benchmarks.generate --scale 0.01  a hundredth of it; some seconds
  TRACKER_VAR=/tmp/large python -m tests.benchmarks.generate --scale 10    ten times the nation's work
  TRACKER_VAR=/tmp/other python -m tests.benchmarks.generate --seed 2 --day 2026-11-01

At scale 1: 12 regions, 108 PDUs, 12 partners; 2,000 inspections with 20,000 recommendations, 100,000
actions, 300,000 updates and 100,000 pieces of evidence, of the three years before the day. Nothing in it
was said or done by a real body, and the database says so for good. It goes only into a database in which
nothing is recorded yet. The same seed, scale and day give the same rows.

Every row stands in an event of the record: `verify_events` and `replay_events` hold. One PDU
(rarest-pdu) owns the ten recommendations of a single report, at any scale. access.json holds a token for
each role, and one by slug for the contributor of each PDU. Events wait in a directory beside the database
until all are there: have as much room again as the database takes.
"""


def main(line: Sequence[str]) -> str:
    """Fill the database as `line` says; return what was made. Exits with the reason where it cannot."""
    options = _read(line)
    began = time.monotonic()
    extent = Extent(seed=options.seed, scale=options.scale, day=options.day or timezone.localdate())
    path = settings.VAR_DIR / ACCESS
    try:
        write_private(path, json.dumps(_fill(extent), indent=2) + "\n")
    except Refused as refusal:
        sys.exit(f"{refusal}\n{NEEDS_A_NEW_PLACE}")
    except (DatabaseError, OSError) as error:
        sys.exit(f"The database cannot be filled ({error}). Has `manage.py migrate` been run?")
    return (
        f"{Inspection.objects.count():,} inspections, {Recommendation.objects.count():,} recommendations,"
        f" {Event.objects.count():,} events until {extent.day:%d %B %Y} ({time.monotonic() - began:.0f} s).\n"
        f"The tokens are in {path}; only you can read it."
    )


def _read(line: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.generate",
        description="Fill a new database with a made-up nation, to look at and to measure by.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, other rows (default: 1)")
    parser.add_argument("--scale", type=_scale, default=1.0, help="of a nation's work (default: 1)")
    parser.add_argument(
        "--day", type=date.fromisoformat, help="the day on which it ends, as 2026-11-01 (default: today)"
    )
    return parser.parse_args(line)


def _fill(extent: Extent) -> Access:
    seeds = read_seeds(settings.SEEDS_DIR)
    if seeds.problems:
        sys.exit("\n".join(seeds.problems))
    bars: dict[str, tqdm] = {}

    def progress(stage: str, total: int, more: int) -> None:
        if stage not in bars:
            bars[stage] = tqdm(total=total, desc=stage, disable=None)
        bars[stage].update(more)

    try:
        with TemporaryDirectory(dir=settings.VAR_DIR, prefix="generate-") as spool:
            return generate(
                methods=seeds.methods,
                extent=extent,
                spool=Path(spool),
                by=system_actor(),
                progress=progress,
            )
    finally:
        for bar in bars.values():
            bar.close()


def _scale(words: str) -> float:
    try:
        scale = float(words)
    except ValueError:
        scale = math.nan
    if not 0 < scale <= 100:
        raise argparse.ArgumentTypeError(
            f"“{words}” is no scale: above 0, at most 100, such as 0.01, 1 or 10."
        )
    return scale


if __name__ == "__main__":
    print(main(sys.argv[1:]))  # noqa: T201
