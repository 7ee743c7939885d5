"""Evidence files: checked when received, written durably, verified when read."""

from recommendations.storage.blobs import Damaged, open_verified, orphans, remove
from recommendations.storage.durable import DurableFileSystemStorage
from recommendations.storage.headers import download_headers
from recommendations.storage.kinds import ALLOWED, FileKind
from recommendations.storage.reception import LARGEST, Received, receive

__all__ = [
    "ALLOWED",
    "LARGEST",
    "Damaged",
    "DurableFileSystemStorage",
    "FileKind",
    "Received",
    "download_headers",
    "open_verified",
    "orphans",
    "receive",
    "remove",
]
