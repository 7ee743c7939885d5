"""Maps every error to HTTP, as RFC 9457 problem details."""

import logging
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, OperationalError
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from drf_standardized_errors.formatter import ExceptionFormatter, flatten_errors
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations.api.parsers import TooLarge, discard_rest
from recommendations.api.renderers import to_json
from recommendations.errors import Invalid, NotPermitted, Refused, StaleVersion, StepRefused
from recommendations.operations.idempotency import KeyReused
from recommendations.storage import Damaged

PROBLEM = "application/problem+json"
log = logging.getLogger(__name__)


class Conflict(exceptions.APIException):
    status_code = 409
    default_code = "conflict"
    default_detail = "This conflicts with data that is already recorded."


class Busy(exceptions.APIException):
    status_code = 503
    default_code = "busy"
    default_detail = (
        "The database is busy with other writes, and your change was not saved. Try again in a few seconds."
    )
    wait = 5  # Seconds, for Retry-After.


class NotYet(Conflict):
    """A step is refused; `problems` holds, per field, everything that is missing."""

    default_code = "step_refused"
    default_detail = "This step cannot be taken yet."

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__()
        self.problems = problems


class Stale(exceptions.APIException):
    """Another write came first; `current` is the row as the caller sees it now."""

    status_code = 412
    default_code = "stale_version"

    def __init__(self, detail: str, current: dict[str, object]) -> None:
        super().__init__(detail)
        self.current = current


class BulkRefused(Conflict):
    """A bulk write was refused and wrote no row; `problems` lists every problem of every item."""

    default_code = "bulk_refused"
    default_detail = "Nothing was written: all items are written, or none."

    def __init__(self, problems: list[dict[str, object]]) -> None:
        super().__init__()
        self.problems = problems


class VersionRequired(exceptions.APIException):
    status_code = 428
    default_code = "version_required"
    default_detail = (
        "Say which version you read: send it as `version` in the body, or send the ETag of the record"
        " in If-Match."
    )


class ProblemHandler(ExceptionHandler):
    def convert_known_exceptions(self, exc: Exception) -> Exception:
        converted = self._of_the_domain(exc) or self._of_the_request(exc)
        return converted or super().convert_known_exceptions(exc)

    def _of_the_domain(self, exc: Exception) -> Exception | None:
        match exc:
            case Invalid():
                return exceptions.ValidationError(exc.problems)
            case StepRefused():
                return NotYet(exc.problems)
            case NotPermitted():
                return exceptions.PermissionDenied(str(exc))
            case StaleVersion():
                return self._stale(exc)
            case Refused():
                return exceptions.ValidationError(exc.problems)
            case KeyReused():
                return Conflict(str(exc), "idempotency_key_reused")
            case Damaged():
                log.error("%s: %s", getattr(self.context["request"], "path", ""), exc)
                return Conflict(str(exc), "damaged")
        return None

    def _of_the_request(self, exc: Exception) -> Exception | None:
        match exc:
            case OperationalError() if "locked" in str(exc) or "deadlock" in str(exc):
                return Busy()
            case IntegrityError() | ProtectedError():
                return Conflict()
            case RequestDataTooBig():
                return TooLarge(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
            case SuspiciousOperation():
                return exceptions.ParseError("The request could not be understood.")
        return None

    def _stale(self, stale: StaleVersion) -> Exception:
        view: Any = self.context["view"]
        try:
            return Stale(str(stale), view.represent_current(stale.current))
        except Http404:  # After the other write the caller may not read the row.
            return exceptions.NotFound()

    def get_response(self, exc: exceptions.APIException, data: dict[str, object]) -> Response:
        request: Any = self.context["request"]
        discard_rest(request)
        response = super().get_response(exc, data)
        response.content_type = PROBLEM
        return response


class ProblemFormatter(ExceptionFormatter):
    def format_error_response(self, error_response: ErrorResponse) -> dict[str, object]:
        errors = error_response.errors
        whole = isinstance(self.exc, exceptions.ValidationError)
        body = problem(
            self.exc.status_code,
            code="invalid" if whole else errors[0].code,
            detail=_sentence(len(errors)) if whole else errors[0].detail,
            request_id=_request_id(self.context["request"]),
        )
        if whole:
            body["errors"] = [
                {"field": error.attr, "code": error.code, "detail": error.detail} for error in errors
            ]
        if isinstance(self.exc, NotYet):
            problems = [(field, said) for field, sentences in self.exc.problems.items() for said in sentences]
            body["detail"] = f"{self.exc.detail} {_sentence(len(problems))}"
            body["errors"] = [
                {"field": field, "code": "step_refused", "detail": said} for field, said in problems
            ]
        if isinstance(self.exc, BulkRefused):
            body["detail"] = f"{self.exc.detail} {_sentence(len(self.exc.problems))}"
            body["errors"] = self.exc.problems
        if isinstance(self.exc, Stale):
            body["current"] = self.exc.current
        return body


def problems_of(error: Exception, view: APIView, where: str) -> list[dict[str, object]]:
    """The problems of a refused item, as `{"field", "code", "detail"}`; `where` goes before each field.

    Errors that do not come from the caller's input are raised again.
    """
    context: Any = {"request": view.request, "view": view}
    found = ProblemHandler(error, context).convert_known_exceptions(error)
    if isinstance(found, NotYet):
        return [
            {"field": f"{where}.{field}", "code": found.default_code, "detail": said}
            for field, sentences in found.problems.items()
            for said in sentences
        ]
    if not isinstance(found, exceptions.APIException):
        raise error
    said = flatten_errors(found.detail)
    return [
        {"field": f"{where}.{one.attr}" if one.attr else where, "code": one.code, "detail": one.detail}
        for one in said
    ]


def problem(status: int, *, code: str, detail: str, request_id: str) -> dict[str, object]:
    """`{"type", "title", "status", "code", "detail", "request_id"}`: the same fields for every refusal."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": request_id,
    }


def _sentence(count: int) -> str:
    return "There is 1 problem." if count == 1 else f"There are {count} problems."


def _answer(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    body = problem(status, code=code, detail=detail, request_id=_request_id(request))
    return HttpResponse(to_json(body), status=status, content_type=PROBLEM)


def _request_id(request: HttpRequest | Request | None) -> str:
    return request.META.get("request_id", "") if request else ""


def bad_request(request: HttpRequest) -> HttpResponse:
    return _answer(request, 400, "bad_request", "The request could not be understood.")


def permission_denied(request: HttpRequest) -> HttpResponse:
    return _answer(request, 403, "permission_denied", "You do not have permission to do this.")


def no_such_address(request: HttpRequest, *, instead: str = "") -> HttpResponse:
    detail = "This address does not exist."
    if instead:
        detail += f" Use {instead} with the slash at its end."
    return _answer(request, 404, "not_found", detail)


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500, "error", "Something went wrong here. Tell us the request_id.")
