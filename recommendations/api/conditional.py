"""Headers that say which version a caller holds (If-None-Match, If-Match) and which request is the same one
(Idempotency-Key)."""

import hashlib
import re

import orjson
from django.core.files.uploadedfile import UploadedFile
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from recommendations.api.errors import VersionRequired
from recommendations.api.renderers import to_json

# Part of every ETag. Raise it when the JSON of unchanged rows changes.
VERSION = 2
PATTERN = r'^"([0-9]{1,9})(-[0-9a-f]*)?"$'
_ENTITY_TAG = re.compile(PATTERN)
KEY_PATTERN, LONGEST_KEY = r"^[!-~]([ -~]*[!-~])?$", 200


def etag(data: dict[str, object]) -> str:
    """`"<version>-<digest>"`: the digest differs between two renderings of one version."""
    return etag_of(data.get("version"), to_json(data))


def etag_of(version: object, body: bytes) -> str:
    """The ETag of a row from its JSON; without a version it is the digest alone."""
    digest = hashlib.sha256(body).hexdigest()[:16]
    return f'"{digest}"' if version is None else f'"{version}-{digest}"'


def version_read(request: Request, stated: int | None) -> int:
    """The version that the request states in its body, else the one in If-Match.

    Raises VersionRequired if both are missing, ValidationError if If-Match is malformed or the two differ.
    """
    header = request.headers.get("If-Match")
    if header is None:
        if stated is None:
            raise VersionRequired
        return stated
    tag = _ENTITY_TAG.fullmatch(header.strip())
    if tag is None:
        raise ValidationError(
            {"If-Match": f"“{header}” is not an ETag of a record: send one back as you received it."}
        )
    if stated not in (None, int(tag[1])):
        raise ValidationError({"version": f"The body says {stated}, If-Match says {tag[1]}."})
    return int(tag[1])


def key_of(request: Request) -> str | None:
    """The Idempotency-Key of a POST, None if it has none; raises ValidationError if it is malformed."""
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    if key is not None and not (re.fullmatch(KEY_PATTERN, key) and len(key) <= LONGEST_KEY):
        raise ValidationError(
            {"Idempotency-Key": f"A key is 1 to {LONGEST_KEY} printable ASCII characters, such as a UUID."}
        )
    return key


def digest_of(request: Request, body: object) -> str:
    """SHA-256 (hex) of a request: method, path, and the body with the bytes of its files."""
    asked = [request.method, request.path, body]
    text = orjson.dumps(asked, default=_digest_of_file, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def _digest_of_file(value: object) -> dict[str, str | None]:
    if not isinstance(value, UploadedFile):
        raise TypeError(f"{type(value).__name__} is no part of a body")
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    return {"name": value.name, "sha256": digest.hexdigest()}
