"""Every request has an id: in the answer's `X-Request-ID`, in problem details and in the log."""

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

_current: ContextVar[str] = ContextVar("request_id", default="-")
_SAFE = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestId:
    """Take a well-formed `X-Request-ID` from the caller, or make one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SAFE.fullmatch(given) else str(uuid.uuid4())
        request.META["request_id"] = request_id
        reset = _current.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(reset)
        response["X-Request-ID"] = request_id
        return response


class RequestIdInLog(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _current.get()
        return True
