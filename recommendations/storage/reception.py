"""Receiving a file: counted and hashed as it comes, judged whole, and only then stored."""

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
    """A stored file: the key of its bytes, its clean name, SHA-256 (hex), size in bytes, and the media
    type that its content and name agree on."""

    key: str
    name: str
    sha256: str
    size: int
    media_type: str


def receive(chunks: Iterable[bytes], *, name: str) -> Received:
    """Store the bytes of `chunks` if they are an accepted file, under a new key.

    Reads no further than LARGEST bytes and one chunk. Raises Invalid under "file" with every problem
    that could be found; then, as when `chunks` itself fails, nothing is stored.
    """
    name = clean_name(name)
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as spool:
        file = cast("BinaryIO", spool)
        sha256, size = _spool(chunks, file)
        kind = _judged(file, size=size, name=name)
        file.seek(0)
        key = storages["evidence"].save(_new_key(), File(file))
    return Received(key=key, name=name, sha256=sha256, size=size, media_type=kind.media_type)


def _spool(chunks: Iterable[bytes], file: BinaryIO) -> tuple[str, int]:
    """Write `chunks` to `file` until they end or are too many; the SHA-256 and the size of what came."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            break
        digest.update(chunk)
        file.write(chunk)
    return digest.hexdigest(), size


def _judged(file: BinaryIO, *, size: int, name: str) -> FileKind:
    """The kind that content and name agree on. Raises Invalid with everything that is wrong."""
    extension = extension_of(name)
    named = kind_of_extension(extension)
    problems: list[str] = []
    kinds: tuple[FileKind, ...] = ()
    try:
        kinds = _of_content(file, size=size)
    except Refused as refusal:
        problems += refusal.problems
    if named is None and not kinds:
        problems.append(
            f"{_ending(extension)}, which is not accepted. Give it the ending of what it is, such as .pdf."
        )
    elif kinds and named not in kinds:
        problems.append(_disagreement(extension, kinds))
    kind = named if named in kinds else next(iter(kinds), None)
    if kind is not None:
        problems += [sentence for check in CHECKS for sentence in check(file, kind)]
    if kind is None or problems:
        raise Invalid({"file": problems})
    return kind


def _of_content(file: BinaryIO, *, size: int) -> tuple[FileKind, ...]:
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
    """A key that cannot be guessed and says nothing of the file, fanned out over directories."""
    drawn = secrets.token_hex(16)
    return f"{drawn[:2]}/{drawn[2:4]}/{drawn}"
