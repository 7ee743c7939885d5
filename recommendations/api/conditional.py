"""Headers that say which version a caller holds (If-None-Match, If-Match) and which request is the same one
(Idempotency-Key)."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from recommendations.api.errors import VersionRequired
from recommendations.api.renderers import to_json

# Of what answers look like: raised when the same rows are shown otherwise.
VERSION = 2
PATTERN = r'^"([0-9]{1,9})(-[0-9a-f]*)?"$'
_ENTITY_TAG = re.compile(PATTERN)
KEY_PATTERN, LONGEST_KEY = r"^[!-~]([ -~]*[!-~])?$", 200


def etag(data: dict[str, Any]) -> str:
    """`"<version>-<digest>"`: the digest tells copies apart whose version is the same."""
    return etag_of(data.get("version"), to_json(data))


def etag_of(version: int | None, body: bytes) -> str:
    """The same of the bytes of a record; one that has no version is its digest."""
    digest = hashlib.sha256(body).hexdigest()[:16]
    return f'"{digest}"' if version is None else f'"{version}-{digest}"'


def list_tag(view: Any) -> str:
    """The ETag of a list: it changes with the caller, the address, the London day and the record.

    A list depends on nothing else: roles and organisations are recorded too.
    """
    request = view.request
    asked = (
        request.user.pk,
        request.get_full_path(),
        view.root,
        request.accepted_renderer.format,
        view.today.isoformat(),
        view.record_end,
        VERSION,
    )
    return f'"{hashlib.sha256(repr(asked).encode()).hexdigest()[:32]}"'


def unless_held(request: Request, tag: str, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What `make` answers, with its ETag `tag`; or a bare 304 where If-None-Match names that.

    Compared weakly, as RFC 9110 has it: a proxy that compresses an answer marks its tag with `W/`. A `*`
    names no tag: the request may be one that is refused.
    """
    held = [one.removeprefix("W/") for one in parse_etags(request.headers.get("If-None-Match", ""))]
    answer = HttpResponse(status=304) if tag in held else make()
    answer["ETag"] = tag
    return answer


def version_read(request: Request, stated: int | None) -> int:
    """The version that the request states in its body, else the one in If-Match.

    Raises VersionRequired where neither is there, ValidationError where If-Match is malformed or the
    two disagree.
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


def digest_of(request: Request, body: Any) -> str:
    """SHA-256 (hex) of a request: method, path, and the body with the bytes of its files."""
    asked = [request.method, request.path, body]
    text = orjson.dumps(asked, default=_digest_of_file, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def _digest_of_file(value: Any) -> dict[str, str | None]:
    if not isinstance(value, UploadedFile):
        raise TypeError(f"{type(value).__name__} is no part of a body")
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    return {"name": value.name, "sha256": digest.hexdigest()}
