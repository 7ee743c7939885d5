"""Checkpoints: signed statements of the last event of the record, kept outside the database."""

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from recommendations.record.chain import canonical, instant

KEY, FILE = "signing_key", "checkpoints.jsonl"
TAIL = 4096  # Bytes; about a dozen lines.


class BadCheckpoint(Exception):
    """A line that is not a checkpoint signed by this key."""


@dataclass(frozen=True)
class Checkpoint:
    """At `at` the record's last event was `sequence`, with this hash."""

    sequence: int
    hash: str
    at: str

    def text(self) -> bytes:
        return canonical({"sequence": self.sequence, "hash": self.hash, "at": self.at}).encode()


class Checkpoints:
    """The file of checkpoints and the key that signs them, in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, *, sequence: int, hash: str, at: datetime) -> Checkpoint:  # noqa: A002  The field of the event.
        """Append a signed checkpoint and sync it to the disk.

        Raises OSError if the directory cannot be written, BadCheckpoint if the key is damaged.
        """
        made = Checkpoint(sequence, hash, instant(at))
        line = orjson.dumps({**vars(made), "signature": self._signing_key().sign(made.text()).hex()}) + b"\n"
        with os.fdopen(os.open(self.directory / FILE, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = file.seek(0, os.SEEK_END)
            # After a half-written line, left by a power cut, this one begins on a new line.
            torn = end > 0 and os.pread(file.fileno(), 1, end - 1) != b"\n"
            file.write(b"\n" + line if torn else line)
            file.flush()
            os.fsync(file.fileno())
        return made

    def is_empty(self) -> bool:
        """Whether no checkpoint was written yet; False if the directory cannot be read."""
        try:
            return not (self.directory / FILE).exists()
        except OSError:
            return False

    def read(self) -> Iterator[Checkpoint]:
        """Yield each checkpoint; skip lines that a power cut left incomplete.

        Raises BadCheckpoint at the first line that this key did not sign, or if the key is missing.
        """
        path = self.directory / FILE
        if not path.exists():
            return
        key = self._key().public_key()
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                content = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            yield _checked(content, f"Line {number}", key)

    def last(self) -> Checkpoint | None:
        """Return the last complete checkpoint, read from the end of the file, or None.

        Raises OSError if it cannot be read, BadCheckpoint as `read` does.
        """
        path = self.directory / FILE
        if not path.exists():
            return None
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL))
            lines = file.read().splitlines()
        for line in reversed(lines):
            try:
                content = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            return _checked(content, "The last line", self._key().public_key())
        return None

    def _signing_key(self) -> Ed25519PrivateKey:
        """Return the key. Make it if no checkpoint was signed yet."""
        if not (self.directory / KEY).exists() and self.is_empty():
            self._make_key()
        return self._key()

    def _key(self) -> Ed25519PrivateKey:
        try:
            return Ed25519PrivateKey.from_private_bytes((self.directory / KEY).read_bytes())
        except (FileNotFoundError, ValueError) as error:
            raise BadCheckpoint(
                f"The signing key in {self.directory} is missing or damaged. Restore it from its copy."
            ) from error

    def _make_key(self) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.directory / f".{KEY}.{token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self.directory / KEY)  # Unlike rename, it never replaces a key.
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        directory = os.open(self.directory, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)


def _checked(content: Any, line: str, key: Ed25519PublicKey) -> Checkpoint:
    try:
        signature = bytes.fromhex(content.pop("signature"))
        checkpoint = Checkpoint(**content)
        key.verify(signature, checkpoint.text())
    except (AttributeError, KeyError, TypeError, ValueError, InvalidSignature) as error:
        raise BadCheckpoint(f"{line} of the checkpoints was not signed by this key.") from error
    return checkpoint
