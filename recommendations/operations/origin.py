"""The channel and the request through which a change comes: views set them, events hold them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Origin(NamedTuple):
    channel: str
    request_id: str


DIRECT = Origin("code", "")  # A shell, or a test.
CURRENT_ORIGIN: ContextVar[Origin] = ContextVar("origin", default=DIRECT)


@contextmanager
def through(channel: str, *, request_id: str = "") -> Iterator[None]:
    """Set the channel of the events that are recorded within: api, staff screens, command, story …"""
    before = CURRENT_ORIGIN.set(Origin(channel, request_id[:64]))
    try:
        yield
    finally:
        CURRENT_ORIGIN.reset(before)


def origin() -> Origin:
    return CURRENT_ORIGIN.get()
