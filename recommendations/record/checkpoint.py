"""Checkpoints: signed statements of how far the record reached, kept where the database cannot touch them."""

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

KEY, KEPT = "signing_key", "checkpoints.jsonl"
TAIL = 4096  # A dozen lines: the last whole one is among them.


class BadCheckpoint(Exception):
    """A line that this key did not sign, or that is no checkpoint."""


@dataclass(frozen=True)
class Checkpoint:
    """At `at` the record's last event was `sequence`, with this hash."""

    sequence: int
    hash: str
    at: str

    def text(self) -> bytes:
        return canonical({"sequence": self.sequence, "hash": self.hash, "at": self.at}).encode()


class Checkpoints:
    """The file of checkpoints and the key that signs them, in one directory outside the database."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, *, sequence: int, hash: str, at: datetime) -> Checkpoint:  # noqa: A002  As the event says.
        """Append a signed checkpoint; it is on the disk when this returns.

        Raises OSError where the directory cannot be written, BadCheckpoint where the key is damaged.
        """
        made = Checkpoint(sequence, hash, instant(at))
        line = orjson.dumps({**vars(made), "signature": self._signing_key().sign(made.text()).hex()}) + b"\n"
        with os.fdopen(os.open(self.directory / KEPT, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = file.seek(0, os.SEEK_END)
            # What a power cut left half-written stays a line of its own, and takes no other with it.
            torn = end > 0 and os.pread(file.fileno(), 1, end - 1) != b"\n"
            file.write(b"\n" + line if torn else line)
            file.flush()
            os.fsync(file.fileno())
        return made

    def is_empty(self) -> bool:
        """Is there no checkpoint yet? Where nobody can say, there may be."""
        try:
            return not (self.directory / KEPT).exists()
        except OSError:
            return False

    def read(self) -> Iterator[Checkpoint]:
        """Each checkpoint in turn; a line that a power cut left torn is passed over.

        Raises BadCheckpoint, naming the line, at the first that is whole and not signed by this key,
        and where there are checkpoints without their key.
        """
        path = self.directory / KEPT
        if not path.exists():
            return
        key = self._key().public_key()
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                said = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            yield _checked(said, f"Line {number}", key)

    def last(self) -> Checkpoint | None:
        """The last whole checkpoint, from the end of the file alone; None where there is none.

        Raises OSError where it cannot be read, BadCheckpoint as `read` does.
        """
        path = self.directory / KEPT
        if not path.exists():
            return None
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL))
            lines = file.read().splitlines()
        for line in reversed(lines):
            try:
                said = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            return _checked(said, "The last line", self._key().public_key())
        return None

    def _signing_key(self) -> Ed25519PrivateKey:
        """The key, made where there is none and nothing was signed yet."""
        if not (self.directory / KEY).exists() and self.is_empty():
            self._make_key()
        return self._key()

    def _key(self) -> Ed25519PrivateKey:
        try:
            return Ed25519PrivateKey.from_private_bytes((self.directory / KEY).read_bytes())
        except (FileNotFoundError, ValueError) as error:
            raise BadCheckpoint(
                f"The signing key in {self.directory} is gone or damaged. Put its copy back."
            ) from error

    def _make_key(self) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.directory / f".{KEY}.{token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self.directory / KEY)  # Unlike rename, it refuses to replace another's key.
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        directory = os.open(self.directory, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)


def _checked(said: Any, line: str, key: Ed25519PublicKey) -> Checkpoint:
    try:
        signature = bytes.fromhex(said.pop("signature"))
        checkpoint = Checkpoint(**said)
        key.verify(signature, checkpoint.text())
    except (AttributeError, KeyError, TypeError, ValueError, InvalidSignature) as error:
        raise BadCheckpoint(f"{line} of the checkpoints was not signed by this key.") from error
    return checkpoint
