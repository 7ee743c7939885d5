"""Receives an uploaded file: limits and hashes it, checks it, and only then stores it."""

import hashlib
import secrets
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages

from recommendations.errors import Invalid, Refused
from recommendations.storage.content import CHECKS, recognise
from recommendations.storage.kinds import FileKind, kind_of_extension
from recommendations.storage.names import clean_name, extension_of

LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True)
class Received:
    """A stored file, with its clean name, SHA-256 (hexadecimal) and size in bytes."""

    key: str
    name: str
    sha256: str
    size: int
    media_type: str


def receive(chunks: Iterable[bytes], *, name: str) -> Received:
    """Store the file that `chunks` make up, if it is accepted, under a new key.

    Reads at most one chunk beyond LARGEST bytes. Raises Invalid with every problem under "file".
    Stores no file if it raises, or if `chunks` does.
    """
    name = clean_name(name)
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as spool:
        file = cast("BinaryIO", spool)
        sha256, size = _copy(chunks, file)
        kind = _checked_kind(file, size=size, name=name)
        file.seek(0)
        key = storages["evidence"].save(_new_key(), File(file))
    return Received(key=key, name=name, sha256=sha256, size=size, media_type=kind.media_type)


def _copy(chunks: Iterable[bytes], file: BinaryIO) -> tuple[str, int]:
    """Write `chunks` to `file`, up to LARGEST bytes; return the SHA-256 and the size received."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            break
        digest.update(chunk)
        file.write(chunk)
    return digest.hexdigest(), size


def _checked_kind(file: BinaryIO, *, size: int, name: str) -> FileKind:
    """Return the kind that content and name agree on. Raises Invalid with every problem."""
    extension = extension_of(name)
    named = kind_of_extension(extension)
    problems: list[str] = []
    kinds: tuple[FileKind, ...] = ()
    try:
        kinds = _recognised(file, size=size)
    except Refused as refusal:
        problems += refusal.problems
    if named is None and not kinds:
        problems.append(
            f"{_ending(extension)}, which is not accepted. Give it the ending of its kind, such as .pdf."
        )
    elif kinds and named not in kinds:
        problems.append(_disagreement(extension, kinds))
    kind = named if named in kinds else next(iter(kinds), None)
    if kind is not None:
        problems += [sentence for check in CHECKS for sentence in check(file, kind)]
    if kind is None or problems:
        raise Invalid({"file": problems})
    return kind


def _recognised(file: BinaryIO, *, size: int) -> tuple[FileKind, ...]:
    if size == 0:
        raise Refused(["The file is empty. Attach one that has content."])
    if size > LARGEST:
        raise Refused(
            [
                f"The file is larger than {LARGEST >> 20} MB, the most that is accepted."
                " Split it, or attach a link to it."
            ]
        )
    return recognise(file)


def _ending(extension: str) -> str:
    return f"The name ends in “.{extension[:20]}”" if extension else "The name has no extension"


def _disagreement(extension: str, kinds: tuple[FileKind, ...]) -> str:
    words = " or ".join(kind.words for kind in kinds)
    endings = " or ".join(f".{kind.extensions[0]}" for kind in kinds)
    return f"{_ending(extension)}, but the content is {words}. Give it a name that ends in {endings}."


def _new_key() -> str:
    """Return a random key, spread over directories so that none grows too large."""
    key = secrets.token_hex(16)
    return f"{key[:2]}/{key[2:4]}/{key}"
