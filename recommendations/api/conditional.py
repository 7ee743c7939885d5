"""Which version did the writer read? `version` in the body, or If-Match; absent is 428."""

import hashlib
import re
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from recommendations.api.errors import VersionRequired
from recommendations.api.renderers import to_json

PATTERN = r'^"([0-9]{1,9})(-[0-9a-f]*)?"$'
_ENTITY_TAG = re.compile(PATTERN)


def etag(data: dict[str, Any]) -> str:
    """`"<version>-<digest>"`: the digest tells copies apart whose version is the same."""
    return f'"{data["version"]}-{hashlib.sha256(to_json(data)).hexdigest()[:16]}"'


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
