"""Every request has an id: in the answer's `X-Request-ID`, in problem details, in the log and the record."""

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

from recommendations.operations.channel import through

_current: ContextVar[str] = ContextVar("request_id", default="-")
_SAFE = re.compile(r"[A-Za-z0-9-]{8,64}")
CHANNELS = {"/api/": "api", "/admin/": "staff screens"}


class RequestId:
    """Take a well-formed `X-Request-ID` from the caller, or make one; say through which door they came."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SAFE.fullmatch(given) else str(uuid.uuid4())
        request.META["request_id"] = request_id
        reset = _current.set(request_id)
        try:
            with through(_channel(request.path), request_id=request_id):
                response = self.get_response(request)
        finally:
            _current.reset(reset)
        response["X-Request-ID"] = request_id
        return response


class RequestIdInLog(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _current.get()
        return True


def _channel(path: str) -> str:
    return next((name for stem, name in CHANNELS.items() if path.startswith(stem)), "pages")
