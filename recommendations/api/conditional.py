"""Which version does the caller hold? A reader says so in If-None-Match; a writer, who must, in If-Match or
as `version` in the body."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

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


def etag(data: dict[str, Any]) -> str:
    """`"<version>-<digest>"`: the digest tells copies apart whose version is the same."""
    return etag_of(data.get("version"), to_json(data))


def etag_of(version: int | None, body: bytes) -> str:
    """The same of the bytes of a record; one that has no version is its digest."""
    digest = hashlib.sha256(body).hexdigest()[:16]
    return f'"{digest}"' if version is None else f'"{version}-{digest}"'


def list_tag(view: Any) -> str:
    """The ETag of a list: it changes with who asks, what is asked, the London day and the record.

    Whatever a list shows follows from these, roles and organisations included: they are recorded too.
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
    names no tag: whoever sends it may ask for what would be refused.
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
