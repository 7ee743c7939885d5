"""Does the record hold? Every event in turn, the end of the chain, and the checkpoints outside it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import orjson
from django.conf import settings
from django.utils import timezone

from recommendations.models import Event, RecordHead
from recommendations.record.chain import RESTART, Broken, ChainLink, ChainVerifier
from recommendations.record.checkpoint import BadCheckpoint, Checkpoints

EVERY = 1000


@dataclass(frozen=True)
class Verified:
    """How far the record was followed. `broken` says what does not hold, or is empty."""

    events: int
    redacted: int
    checkpoints: int
    broken: str = ""


@dataclass
class _Seen:
    """What the walk must remember until its end."""

    emptied: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)
    restarts: list[int] = field(default_factory=list)
    begun: bool = False  # Something other than the installation itself was recorded.

    def note(self, link: ChainLink, head: RecordHead, signed: dict[int, str]) -> Broken | None:
        if signed.get(link.sequence, link.hash) != link.hash:
            return Broken(link.sequence, "is not the one that was signed: the record was rebuilt.")
        if link.sequence == head.sequence and (link.hash, link.at) != (head.hash, head.at):
            return Broken(link.sequence, "is not the one with which the record says it ends.")
        return self._note_redaction(link) or self._note_beginning(link)

    def _note_redaction(self, link: ChainLink) -> Broken | None:
        redacts = link.header["verb"] == "redact"
        if link.payload is None:
            self.emptied.add(link.sequence)
            if redacts:
                return Broken(link.sequence, "is a redaction, and was emptied itself.")
        elif redacts:
            try:
                self.named.update(orjson.loads(link.payload)["emptied"])
            except (LookupError, TypeError, ValueError):
                return Broken(link.sequence, "is a redaction that does not say of what.")
        return None

    def _note_beginning(self, link: ChainLink) -> Broken | None:
        if link.header["verb"] == RESTART:
            self.restarts.append(link.sequence)
            if self.begun:
                return Broken(link.sequence, "calls a record a demonstration that had begun already.")
        elif link.header["verb"] != "baseline":
            self.begun = True
        return None


def verify(progress: Callable[[int], None] | None = None) -> Verified:
    """Check every event of the record; call `progress` with the number of events since the last call.

    The result names the first event that was changed, moved, removed or added. Signed checkpoints outside the
    database reveal a record whose end was cut off or that was rebuilt. Other writes may go on: the record
    must reach at least the end that it had when the check began.
    """
    try:
        signed, count = _signed()
    except BadCheckpoint as error:
        return Verified(0, 0, 0, str(error))
    head = RecordHead.objects.filter(pk=1).first()
    if head is None:
        return Verified(0, 0, count, "The record has lost its end.")
    walk, seen = ChainVerifier(), _Seen()
    try:
        broken = _follow(walk, seen, head, signed, progress) or walk.broken
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError):
        broken = Broken(walk.last + 1, "cannot be read.")
    broken = broken or _at_the_end(walk, seen, head, signed)
    return Verified(walk.last, len(seen.emptied), count, str(broken or ""))


def sign_off(verified: Verified) -> None:
    """Keep a checkpoint of a record that was found to hold."""
    last = Event.objects.filter(sequence=verified.events).first()
    if last and not verified.broken:
        Checkpoints(settings.CHECKPOINTS_DIR).write(sequence=last.sequence, hash=last.hash, at=timezone.now())


def _signed() -> tuple[dict[int, str], int]:
    """The hash that was signed for a sequence, and how many checkpoints there are.

    Raises BadCheckpoint where one sequence was signed with two hashes: the record was cut in between.
    """
    signed: dict[int, str] = {}
    count = 0
    for one in Checkpoints(settings.CHECKPOINTS_DIR).read():
        count += 1
        if signed.setdefault(one.sequence, one.hash) != one.hash:
            raise BadCheckpoint(f"Event {one.sequence}: was signed twice, and the two are not the same.")
    return signed, count


def _follow(
    walk: ChainVerifier,
    seen: _Seen,
    head: RecordHead,
    signed: dict[int, str],
    progress: Callable[[int], None] | None,
) -> Broken | None:
    for link in walk.verified(Event.objects.links()):
        if fault := seen.note(link, head, signed):
            return fault
        if progress and link.sequence % EVERY == 0:
            progress(EVERY)
    return None


def _at_the_end(walk: ChainVerifier, seen: _Seen, head: RecordHead, signed: dict[int, str]) -> Broken | None:
    if lost := [sequence for sequence in signed if sequence > walk.last]:
        return Broken(walk.last + 1, f"is missing: the record was signed up to event {max(lost)}.")
    if stray := seen.emptied - seen.named:
        return Broken(min(stray), "was emptied, and no redaction says so.")
    if head.sequence > walk.last:
        return Broken(walk.last + 1, f"is missing: the record ends with event {head.sequence}.")
    if head.sequence < walk.last and not RecordHead.objects.filter(sequence__gte=walk.last).exists():
        return Broken(head.sequence + 1, "stands after the end of the record.")
    if head.demonstration != bool(seen.restarts):
        return Broken(1, "and those after it do not say what the end says: is this a demonstration?")
    return None
