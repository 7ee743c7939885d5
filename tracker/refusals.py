"""Answers to errors: problem details for the API, an error page elsewhere.

The pages use no database, session or user, because one of these may be the cause of the error.
"""

import logging
import math
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import IntegrityError, OperationalError
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from recommendations.api import errors as api
from recommendations.errors import DomainError, Invalid, NotPermitted, Refused, legible
from recommendations.storage import Damaged

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return api.bad_request(request)
    match exception:
        case RequestDataTooBig():
            return _page(413)
        case BadRequest():
            return _page(400, said=legible(str(exception)))
    return _page(400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return api.permission_denied(request) if _is_api(request) else _page(403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return api.no_such_address(request) if _is_api(request) else _page(404)


def server_error(request: HttpRequest) -> HttpResponse:
    return api.server_error(request) if _is_api(request) else _page(500, request_id=_request_id(request))


def too_many_attempts(wait: timedelta) -> HttpResponse:
    """The page that refuses attempts to sign in, for the time `wait`."""
    seconds = math.ceil(wait.total_seconds())
    response = _page(429, minutes=math.ceil(seconds / 60))
    response["Retry-After"] = str(seconds)
    return response


def refused(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """The error page for an exception of a view; None for the API and for unexpected errors."""
    if _is_api(request):
        return None
    match exception:
        case NotPermitted():
            return _page(403, said=str(exception))
        case Damaged():
            log.error("%s: %s", request.path, exception)
            return _page(409, said=str(exception))
        case Invalid() | Refused():
            return _page(400, said=str(exception))
        case DomainError():
            return _page(409, said=str(exception))
        case IntegrityError() | ProtectedError():
            log.error("%s: %s", request.path, exception)
            return _page(409)
        case OperationalError() if "locked" in str(exception) or "deadlock" in str(exception):
            return _page(503)
    return None


def _page(status: int, **said: Any) -> HttpResponse:
    words = render_to_string(f"{status}.html", {**said, "contact": settings.SERVICE_CONTACT})
    response = HttpResponse(words, status=status)
    add_never_cache_headers(response)
    return response


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _request_id(request: HttpRequest) -> str:
    return request.META.get("request_id", "")
