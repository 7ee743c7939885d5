"""File storage whose saved files survive a power cut."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class DurableFileSystemStorage(FileSystemStorage):
    """Files under `location`, readable by the service alone (0600, directories 0700).

    `save` writes a draft in the same directory, syncs it, renames it and syncs the directories: every visible
    file is complete, and every saved file stays. `delete` syncs too.
    """

    def _save(self, name: str, content: "File[Any]") -> str:
        place = Path(self.path(name))
        directories = self._directories(place.parent)
        written = place.with_name(f".draft-{secrets.token_hex(16)}")
        try:
            _write(written, content)
            written = written.replace(place)
            for directory in directories:
                _sync(directory)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
        return place.relative_to(self.location).as_posix()

    def delete(self, name: str) -> None:
        super().delete(name)
        directory = Path(self.path(name)).parent
        if directory.exists():
            _sync(directory)

    def _directories(self, lowest: Path) -> list[Path]:
        """Make the directories from the root down to `lowest`; return all to sync, lowest first.

        Existing ones are included: another process may have made them and not synced them yet.
        """
        root = Path(self.location)
        upwards = [lowest, *lowest.parents]
        within = upwards[: upwards.index(root) + 1]
        new_root = [] if root.exists() else [root.parent]
        root.parent.mkdir(parents=True, exist_ok=True)
        for directory in reversed(within):
            directory.mkdir(mode=0o700, exist_ok=True)
        return within + new_root


def _write(path: Path, content: "File[Any]") -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in content.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
