"""Middleware: an id for each request, no session for tools, error pages.

The id is in the header `X-Request-ID`, in problem details, in the log and in the record.
"""

import re
import uuid
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from recommendations.operations.origin import CURRENT_ORIGIN, Origin
from tracker.refusals import bad_request, refused
from tracker.request_log import CURRENT_REQUEST

_SAFE = re.compile(r"[A-Za-z0-9-]{8,64}")
UTF_8 = {"utf-8", "utf8"}
CHANNELS = {"/api/": "api", "/admin/": "staff screens"}


class RequestId:
    """Take a well-formed `X-Request-ID` from the caller, or make one; note the channel of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SAFE.fullmatch(given) else str(uuid.uuid4())
        request.META["request_id"] = request_id
        channel = next((name for stem, name in CHANNELS.items() if request.path.startswith(stem)), "pages")
        reset, before = CURRENT_REQUEST.set(request_id), CURRENT_ORIGIN.set(Origin(channel, request_id))
        try:
            response = self.get_response(request)
        finally:
            CURRENT_REQUEST.reset(reset)
            CURRENT_ORIGIN.reset(before)
        response["X-Request-ID"] = request_id
        return response


# The first letters of the authorization schemes of tools.
TOKENS = {"Bearer", "Basic "}


def _for_people(middleware: Any) -> Any:
    """The middleware, skipped for requests with a token: they need no session and see no pages."""

    class ForPeople(middleware):
        def __call__(self, request: HttpRequest) -> Any:
            if request.headers.get("authorization", "")[:6] in TOKENS and request.path.startswith("/api/"):
                return self.get_response(request)
            return super().__call__(request)

    return ForPeople


ContentSecurity = _for_people(CSPMiddleware)
Sessions = _for_people(SessionMiddleware)
Accounts = _for_people(AuthenticationMiddleware)
Messages = _for_people(MessageMiddleware)


class Refusals:
    """Shows an error page for exceptions that views of pages and the staff area do not handle."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Before the form is decoded: other encodings may give invalid text.
        if (request.content_params or {}).get("charset", "utf-8").lower() not in UTF_8:
            return bad_request(request, BadRequest("The address and the form must be in UTF-8."))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception)
