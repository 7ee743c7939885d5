"""From where a change came, by channel and request: stated by the faces, read by the record."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Origin(NamedTuple):
    channel: str
    request_id: str


DIRECT = Origin("code", "")  # Neither a face nor a command: a shell, or a test.
CURRENT_ORIGIN: ContextVar[Origin] = ContextVar("origin", default=DIRECT)


@contextmanager
def through(channel: str, *, request_id: str = "") -> Iterator[None]:
    """What is recorded within came through `channel`: api, staff screens, command, story …"""
    before = CURRENT_ORIGIN.set(Origin(channel, request_id[:64]))
    try:
        yield
    finally:
        CURRENT_ORIGIN.reset(before)


def origin() -> Origin:
    return CURRENT_ORIGIN.get()
