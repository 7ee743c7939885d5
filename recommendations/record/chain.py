"""The chain of events: the hash of each covers its header, its payload's hash and the previous hash."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

GENESIS = "0" * 64
# The verb of the event that begins a demonstration. Only this event may be older than the one before it.
RESTART = "demonstration"


def canonical(value: object) -> str:
    """Return `value` as RFC 8785 text: text, whole numbers, lists, and objects with ASCII names."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def instant(at: datetime) -> str:
    """Return the text of an instant that is hashed: UTC, to the microsecond, on either database."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One event of the chain. `payload` is None if it was redacted; without `has_payload_row` it was lost."""

    header: dict[str, Any]
    at: datetime
    hash: str
    payload: str | None
    has_payload_row: bool = True

    @property
    def sequence(self) -> int:
        return self.header["sequence"]


def seal(header: Mapping[str, object]) -> str:
    """Return the hash of an event, over its header, which holds the payload's hash and the previous hash."""
    return digest(canonical(header))


@dataclass(frozen=True)
class Broken:
    """The first faulty event, and why it is faulty."""

    sequence: int
    reason: str

    def __str__(self) -> str:
        return f"Event {self.sequence}: {self.reason}"


@dataclass
class ChainVerifier:
    """Checks the chain once. Afterwards `broken` is None or names the first faulty event."""

    last: int = 0
    hash: str = GENESIS
    broken: Broken | None = None
    _at: datetime | None = None

    def verified(self, links: Iterable[ChainLink]) -> Iterator[ChainLink]:
        """Yield each valid link, up to the first fault."""
        for link in links:
            if reason := self._fault(link):
                self.broken = Broken(self.last + 1, reason)
                return
            self.last, self.hash, self._at = link.sequence, link.hash, link.at
            yield link

    def _fault(self, link: ChainLink) -> str:
        if link.sequence != self.last + 1:
            return f"is missing; the next one there is {link.sequence}."
        if link.header["previous_hash"] != self.hash:
            return "does not follow from the event before it."
        if seal(link.header) != link.hash:
            return "was changed: its hash does not cover this header."
        if not link.has_payload_row:
            return "has lost its payload."
        if link.payload is not None and digest(link.payload) != link.header["payload_hash"]:
            return "was changed: its hash does not cover this payload."
        if self._at and link.at < self._at and link.header["verb"] != RESTART:
            return "is older than the event before it."
        return ""
