"""ETags of rows, and the version that a writer read: from If-Match, or from `version` in the body."""

import hashlib
import re

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from recommendations.api.errors import VersionRequired
from recommendations.api.renderers import to_json

# Part of every ETag. Raise it when the JSON of unchanged rows changes.
VERSION = 2
PATTERN = r'^"([0-9]{1,9})(-[0-9a-f]*)?"$'
_ENTITY_TAG = re.compile(PATTERN)


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
