"""Parsers of JSON and forms: they refuse NaN, broken UTF-8 and bodies that are too large."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.datastructures import MultiValueDict
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

# The largest file that is taken, and the fields beside it.
LARGEST_BODY = 21 * 1024 * 1024
# The largest body of a refused request that is read to its end.
LARGEST_DISCARDED = 100 * 1024 * 1024
PIECE = 64 * 1024


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit:,} bytes.")


class StrictJson(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(limit)
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}.") from error


class FormWithFile(MultiPartParser):
    """`multipart/form-data`, whose files are written to disk while they arrive."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        request = (parser_context or {})["request"]
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        try:
            return super().parse(stream, media_type, parser_context)
        except RequestDataTooBig as error:
            raise TooLarge(settings.DATA_UPLOAD_MAX_MEMORY_SIZE) from error
        except SuspiciousOperation as error:
            raise ParseError("The form has too many fields or files.") from error


def refuse_too_large(request: Request) -> None:
    """Raise TooLarge if the stated length is too large, before the body is read.

    The server reads no further than the length that the request states.
    """
    if _stated_length(request) > LARGEST_BODY:
        raise TooLarge(LARGEST_BODY)


def discard_rest(request: Request) -> None:
    """Read and discard the rest of a refused request's body.

    Most clients read an answer only after they have sent everything: if the connection closes before,
    they do not see the refusal. Bodies larger than LARGEST_DISCARDED are not read.
    """
    if not 0 < _stated_length(request) <= LARGEST_DISCARDED:
        return
    try:
        while request.read(PIECE):
            pass
    except OSError:  # The caller closed the connection.
        return


def _stated_length(request: Request) -> int:
    stated = request.headers.get("content-length") or "0"
    return int(stated) if stated.isdecimal() else 0


def fields_of(data: object) -> Any:
    """The body as plain data. A form becomes a dict of its fields, without empty ones."""
    if not isinstance(data, MultiValueDict):
        return data
    if twice := [name for name, values in data.lists() if len(values) > 1]:
        raise ValidationError({name: [f"“{name}” is given several times. Give it once."] for name in twice})
    return {name: value for name, value in data.items() if value != ""}
