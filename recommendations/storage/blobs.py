"""Reads stored files with their hash verified, removes them, and finds those that no row names."""

import hashlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from django.core.files.storage import storages

from recommendations.errors import DomainError


class Damaged(DomainError):
    """The stored bytes are missing or differ from those received. They are never served."""


def open_verified(key: str, *, sha256: str) -> BinaryIO:
    """Return the stored file, positioned at its start, after hashing all of it.

    `sha256` is hexadecimal. The file returned is the one hashed: no other can replace it in between.
    Raises Damaged if the hash differs or the file is missing.
    """
    try:
        file = storages["evidence"].open(key, "rb")
    except FileNotFoundError as missing:
        raise Damaged("The stored file is missing. Tell the people who run the service.") from missing
    try:
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise Damaged(
                "The stored file was changed after it was attached. Tell the people who run the service."
            )
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return cast("BinaryIO", file)


def remove(key: str) -> None:
    """Delete the file under `key`, if it is there."""
    storages["evidence"].delete(key)


def orphans(known: AbstractSet[str], *, before: datetime) -> Iterator[str]:
    """Yield the keys in storage that are not `known` and were last written before an aware instant.

    `before` spares files whose database row is not committed yet. Drafts left by a power cut are included.
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
