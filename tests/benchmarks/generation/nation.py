"""A made-up nation in a database of its own, recorded event by event as if it had been worked in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path

from django.db import transaction

from recommendations.errors import Refused
from recommendations.framework import Method
from recommendations.models import Event, Organisation, User
from recommendations.operations.frameworks import record_framework
from recommendations.operations.origin import through
from recommendations.operations.rebuilding import rebuild
from recommendations.operations.record import mark_demonstration, recording
from recommendations.operations.signing import sign_the_end
from tests.benchmarks.generation.batch import Batch
from tests.benchmarks.generation.bodies import Access, Bodies, make_bodies
from tests.benchmarks.generation.change import Actor, Pen
from tests.benchmarks.generation.event_buffer import Spool
from tests.benchmarks.generation.inspection import follow
from tests.benchmarks.generation.report import Reporter, Stick, load_stick
from tests.benchmarks.generation.sealing import seal_all
from tests.benchmarks.generation.size import Extent
from tests.benchmarks.generation.words import drawn_from

# Inspections written in one transaction, and held in memory.
CHUNK = 20
BEGUN, ENDED = "begin generation", "end generation"
MORNING = time(6, 0, tzinfo=UTC)
Progress = Callable[[str, int, int], None]


def generate(
    *, methods: Sequence[Method], extent: Extent, spool: Path, by: User, progress: Progress
) -> Access:
    """Fill a new database, and return the accesses: by role, and by slug for the contributor of each PDU.

    The first of `methods` is the measuring stick. Events wait in the directory `spool`, which takes
    about as much as the database, until all are there and can be chained in the order of time.
    `progress` is told of a stage: its name, its total, and how much more of it is done. Raises Refused
    unless nothing but the installation is recorded.
    """
    refuse_half_made()
    with through("generation"):
        bodies, stick, access = _begin(methods[0], extent, by)
        events = Spool(spool)
        batch = Batch()
        nation = _Nation(extent, Pen(batch, events), stick, bodies, Actor(by))
        for number in nation.write():
            progress("inspections", extent.inspections, number)
        seal_all(events, partial(progress, "events", events.count))
        rebuild(partial(progress, "projections", events.count))
        _end(batch, extent, by)
    return access


def refuse_half_made() -> None:
    """Raise Refused where an earlier run was stopped: what it left is no whole record."""
    verbs = set(Event.objects.filter(verb__in=[BEGUN, ENDED]).values_list("verb", flat=True))
    if verbs == {BEGUN}:
        raise Refused(["This database was being filled when that was stopped: what is in it is incomplete."])


@transaction.atomic
def _begin(method: Method, extent: Extent, by: User) -> tuple[Bodies, Stick, Access]:
    at = datetime.combine(extent.begins, MORNING)
    mark_demonstration(by=by, at=at)
    _say(BEGUN, extent, by=by, at=at)
    framework, _ = record_framework(method=method, by=by, at=at)
    bodies, access = make_bodies(extent, by=by, at=at)
    return bodies, load_stick(framework), access


@transaction.atomic
def _end(batch: Batch, extent: Extent, by: User) -> None:
    batch.leave_keys()
    _say(ENDED, extent, by=by, at=datetime.combine(extent.day, MORNING))
    transaction.on_commit(sign_the_end)


def _say(verb: str, extent: Extent, *, by: User, at: datetime) -> None:
    with recording(verb, by=by, at=at) as entry:
        entry.stated |= {
            "seed": extent.seed,
            "scale": f"{extent.scale:g}",
            "day": extent.day.isoformat(),
        }
        entry.restate(by)


@dataclass
class _Nation:
    """Writes the inspections of the nation, some at a time."""

    extent: Extent
    pen: Pen
    stick: Stick
    bodies: Bodies
    by: Actor

    def write(self) -> Iterator[int]:
        """Yield how many more inspections were written, after each transaction."""
        inspected = self._inspected()
        for first in range(0, len(inspected), CHUNK):
            chunk = inspected[first : first + CHUNK]
            for number, (pdu, published) in enumerate(chunk, first + 1):
                self._inspection(number, pdu, published)
            with transaction.atomic():
                self.pen.batch.write()
            self.pen.spool.flush()
            yield len(chunk)

    def _inspected(self) -> list[tuple[Organisation, date]]:
        """Who is inspected, and when it is published: a few PDUs often, the rarest once."""
        draw = drawn_from(self.extent.seed, "inspected")
        others = [pdu for pdu in self.bodies.pdus if pdu != self.bodies.rarest]
        draw.shuffle(others)
        weights = [1 / (place + 12) for place in range(len(others))]
        count = self.extent.inspections
        pdus = draw.choices(others, weights, k=count)
        pdus[count // 2] = self.bodies.rarest
        days = [self.extent.published((place + draw.random()) / count) for place in range(count)]
        return list(zip(pdus, days, strict=True))

    def _inspection(self, number: int, pdu: Organisation, published: date) -> None:
        draw = drawn_from(self.extent.seed, str(number))
        reporter = Reporter(
            self.pen, draw, self.stick, self.bodies, self.by, number=number, published=published, pdu=pdu
        )
        follow(
            reporter.write(),
            draw=draw,
            pen=self.pen,
            bodies=self.bodies,
            stick=self.stick,
            extent=self.extent,
        )
