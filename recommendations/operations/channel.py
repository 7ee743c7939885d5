"""Through which door, and with which request, a change came: stated by the faces, read by the record."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Door(NamedTuple):
    channel: str
    request_id: str


DIRECT = Door("code", "")  # Neither a face nor a command: a shell, or a test.
_door: ContextVar[Door] = ContextVar("door", default=DIRECT)


@contextmanager
def through(channel: str, *, request_id: str = "") -> Iterator[None]:
    """What is recorded within came through `channel`: api, staff screens, command, story …"""
    before = _door.set(Door(channel, request_id[:64]))
    try:
        yield
    finally:
        _door.reset(before)


def door() -> Door:
    return _door.get()
