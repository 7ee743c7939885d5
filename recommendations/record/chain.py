"""The chain: each event's hash covers its header, its payload's hash and the event before it."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

GENESIS = "0" * 64
# The one event after which instants may lie before those of the event before: a demonstration begins.
RESTART = "demonstration"


def canonical(value: Any) -> str:
    """The one text of `value`: RFC 8785, for texts, whole numbers, lists and objects with ASCII names."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def instant(at: datetime) -> str:
    """An instant as it is hashed: UTC, to the microsecond, whatever the database gave back."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One event as the chain sees it. `payload` is None where it was redacted, and `kept` is then true."""

    header: dict[str, Any]
    at: datetime
    hash: str
    payload: str | None
    kept: bool = True

    @property
    def sequence(self) -> int:
        return self.header["sequence"]


def seal(header: dict[str, Any]) -> str:
    """The hash of an event: over its whole header, in which the payload's and the previous hash stand."""
    return digest(canonical(header))


@dataclass(frozen=True)
class Broken:
    """The first event at which the record does not hold, and why."""

    sequence: int
    reason: str

    def __str__(self) -> str:
        return f"Event {self.sequence}: {self.reason}"


@dataclass
class Walk:
    """Goes along the chain once. After it, `broken` is None or names the first bad sequence."""

    last: int = 0
    hash: str = GENESIS
    broken: Broken | None = None
    _at: datetime | None = None

    def over(self, links: Iterable[ChainLink]) -> Iterator[ChainLink]:
        """Yield each link that holds; stop at the first that does not."""
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
            return "was changed: its hash is not that of its content."
        if not link.kept:
            return "has lost its payload."
        if link.payload is not None and digest(link.payload) != link.header["payload_hash"]:
            return "was changed: its payload is not the one that was sealed."
        if self._at and link.at < self._at and link.header["verb"] != RESTART:
            return "lies before the event that precedes it."
        return ""
