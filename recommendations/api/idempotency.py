"""Reads `Idempotency-Key`, and computes the digest that tells if a request is repeated."""

import hashlib
import re

import orjson
from django.core.files.uploadedfile import UploadedFile
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PATTERN = r"^[!-~]([ -~]*[!-~])?$"
LONGEST = 200


def key_of(request: Request) -> str | None:
    """The key of a POST, or None. Raises ValidationError if it is malformed."""
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    if key is not None and not (re.fullmatch(PATTERN, key) and len(key) <= LONGEST):
        raise ValidationError(
            {"Idempotency-Key": f"A key is 1 to {LONGEST} printable ASCII characters, such as a UUID."}
        )
    return key


def digest_of(request: Request, body: object) -> str:
    """SHA-256 (hex) of the request: method, path, and the body with the bytes of its files."""
    asked = [request.method, request.path, body]
    said = orjson.dumps(asked, default=_of_a_file, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(said).hexdigest()


def _of_a_file(value: object) -> dict[str, str | None]:
    if not isinstance(value, UploadedFile):
        raise TypeError(f"{type(value).__name__} cannot be part of a body")
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    return {"name": value.name, "sha256": digest.hexdigest()}
