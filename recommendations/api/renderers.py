"""Renders JSON with orjson."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer


def to_json(data: object) -> bytes:
    """The bytes of `data`; decimals become numbers, whole ones without a point."""
    return orjson.dumps(data, default=_plain)


def to_line(data: object) -> bytes:
    """The same, and the end of a line."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_APPEND_NEWLINE)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


class Json(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: object,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else to_json(data)


class AnyFile(Json):
    """Accepts every media type, because files are sent as they are; a refusal is JSON."""

    media_type = "*/*"
