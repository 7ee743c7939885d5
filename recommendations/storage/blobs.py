"""What is stored: read with its hash verified, removed, and compared with what should be there."""

import hashlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from django.core.files.storage import storages

from recommendations.errors import DomainError


class Damaged(DomainError):
    """The bytes in storage are not those that were received, or are gone. They are never served."""


def open_verified(key: str, *, sha256: str) -> BinaryIO:
    """The stored file at its beginning, once all of it was read and has the SHA-256 given (hex).

    The handle that was hashed is the one returned, so that nothing is put in its place in between.
    Raises Damaged when the hash differs or there is no such file.
    """
    try:
        file = storages["evidence"].open(key, "rb")
    except FileNotFoundError as missing:
        raise Damaged("The stored file is missing. Tell whoever runs this service.") from missing
    try:
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise Damaged(
                "The stored file is no longer the one that was attached. Tell whoever runs this service."
            )
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return cast("BinaryIO", file)


def remove(key: str) -> None:
    """Delete the bytes under `key`; they may be gone already."""
    storages["evidence"].delete(key)


def orphans(known: AbstractSet[str], *, before: datetime) -> Iterator[str]:
    """Keys in storage that are not `known` and were last written before an instant (aware).

    The instant spares what is just being received, whose record is not yet committed. Drafts that a
    power cut left are among them.
    """
    for key in _keys(""):
        try:
            if key not in known and storages["evidence"].get_modified_time(key) < before:
                yield key
        except FileNotFoundError:
            continue


def _keys(directory: str) -> Iterator[str]:
    try:
        directories, files = storages["evidence"].listdir(directory)
    except FileNotFoundError:
        return
    for name in files:
        yield str(PurePosixPath(directory, name))
    for name in directories:
        yield from _keys(str(PurePosixPath(directory, name)))
