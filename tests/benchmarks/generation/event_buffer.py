"""Events that wait on the disk: made a report at a time, chained in the order of time."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import orjson

# A file for so many days: at ten times the nation one still fits in memory with ease.
DAYS = 3


class Waiting(NamedTuple):
    """An event without its place in the chain: `at` as it is hashed, and when of one instant it was made."""

    at: str
    number: int
    header: dict[str, Any]
    text: str


class Spool:
    """Takes events in any order and gives them back in that of time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.count = 0
        self._held: dict[int, list[bytes]] = defaultdict(list)
        self._files: set[int] = set()

    def add(self, day: date, header: dict[str, Any], text: str) -> None:
        """Take an event; its header has the instant under `at`, as text that sorts."""
        self.count += 1
        line = orjson.dumps([header["at"], self.count, header, text])
        self._held[day.toordinal() // DAYS].append(line)

    def flush(self) -> None:
        """Put what is held on the disk."""
        for number, lines in self._held.items():
            with self._path(number).open("ab") as file:
                file.write(b"\n".join([*lines, b""]))
        self._files.update(self._held)
        self._held.clear()

    def in_order(self) -> Iterator[list[Waiting]]:
        """All that was taken, some days at a time; each file is removed when its events were taken."""
        for number in sorted(self._files):
            path = self._path(number)
            yield sorted(Waiting(*orjson.loads(line)) for line in path.read_bytes().splitlines())
            path.unlink()

    def _path(self, number: int) -> Path:
        return self.directory / f"{number}.jsonl"
