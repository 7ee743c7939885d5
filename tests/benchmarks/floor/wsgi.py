"""The WSGI function of the floor: `granian tests.benchmarks.floor.wsgi:application`."""

from collections.abc import Callable, Iterable
from typing import Any

from tests.benchmarks.floor import exports, recommendations, summary, updates
from tests.benchmarks.floor.caller import Refused, caller_of

ROOT = "/api/v1/"
Start = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Answer what the benchmark asks; everything else is 404."""
    try:
        status, media_type, body = _answer(environ)
    except Refused as refusal:
        status, media_type, body = str(refusal), "application/json", [b""]
    headers = [("Content-Type", media_type)]
    if isinstance(body, list):
        headers.append(("Content-Length", str(len(body[0]))))
    start_response(status, headers)
    return body


def _answer(environ: dict[str, Any]) -> tuple[str, str, Iterable[bytes]]:
    path, query = environ["PATH_INFO"].removeprefix(ROOT), environ.get("QUERY_STRING", "")
    if path == "/healthz":
        return "200 OK", "text/plain", [b""]
    caller = caller_of(environ)
    noun, _, key = path.strip("/").partition("/")
    match environ["REQUEST_METHOD"], noun, key:
        case "GET", "recommendations", "":
            return "200 OK", "application/json", [recommendations.page(caller, query)]
        case "GET", "recommendations", reference:
            return "200 OK", "application/json", [recommendations.one(caller, reference)]
        case "GET", "summary", "":
            return "200 OK", "application/json", [summary.rows(caller)]
        case "GET", "actions", "":
            media_type = environ["HTTP_ACCEPT"]
            return "200 OK", media_type, exports.pieces(caller, media_type)
        case "POST", "updates", "":
            return "201 Created", "application/json", [updates.create(caller, environ["wsgi.input"].read())]
    raise Refused("404 Not Found")
