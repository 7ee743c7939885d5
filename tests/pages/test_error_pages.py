"""What is shown where a page cannot be: in plain words, in the same look, and the API in its own form."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.db import IntegrityError, OperationalError, connection
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from recommendations.errors import Invalid, NotPermitted, StaleVersion, StepRefused
from recommendations.models import Inspection
from recommendations.storage import Damaged
from tests.factories import People

RAISED: dict[str, Callable[[], Exception]] = {
    "not-understood": lambda: BadRequest("This page does not know “x”."),
    "too-many-fields": TooManyFieldsSent,
    "invalid": lambda: Invalid({"title": ["Say <what> it is."]}),
    "denied": PermissionDenied,
    "not-permitted": lambda: NotPermitted("It takes the role of assurer."),
    "stale": lambda: StaleVersion(Inspection.objects.get()),
    "step": lambda: StepRefused({"evidence": ["Attach evidence first."]}),
    "damaged": lambda: Damaged("The file is not what was received."),
    "clash": IntegrityError,
    "protected": lambda: ProtectedError("named elsewhere", set()),
    "too-large": RequestDataTooBig,
    "busy": lambda: OperationalError("database is locked"),
    "broken": lambda: ZeroDivisionError("a secret of the code"),
}
EXPECTED = {
    "not-understood": (400, "This page does not know “x”."),
    "too-many-fields": (400, "could not be read"),
    "invalid": (400, "Say &lt;what&gt; it is."),
    "denied": (403, "None of your roles lets you."),
    "not-permitted": (403, "It takes the role of assurer."),
    "stale": (409, "was changed since you read it"),
    "step": (409, "Attach evidence first."),
    "damaged": (409, "The file is not what was received."),
    "clash": (409, "Nothing was saved"),
    "protected": (409, "Nothing was saved"),
    "too-large": (413, "20 MB"),
    "busy": (503, "Others are writing just now"),
    "broken": (500, "there is a problem with the service"),
}


def raising(request: HttpRequest, what: str) -> HttpResponse:
    raise RAISED[what]()


urlpatterns = [
    path("raise/<what>/", raising),
    path("admin/raise/<what>/", raising),
    path("api/v1/raise/<what>/", raising),
    path("", include("tracker.urls")),
]
handler400, handler403, handler404, handler500 = (
    f"tracker.refusals.{name}" for name in ("bad_request", "permission_denied", "not_found", "server_error")
)
elsewhere = override_settings(ROOT_URLCONF=__name__)


def asked(address: str) -> Any:
    return Client(raise_request_exception=False).get(address)


@elsewhere
@pytest.mark.parametrize("what", EXPECTED)
def test_what_a_page_does_not_tell_of_itself_is_told_in_plain_words(bsg: Inspection, what: str) -> None:
    answer, page = asked(f"/raise/{what}/"), asked(f"/raise/{what}/").content.decode()
    status, words = EXPECTED[what]
    assert answer.status_code == status
    assert words in page
    assert "secret" not in page
    assert re.search(r"<title>[^<]+ – Recommendation tracker</title>", page)
    assert "no-store" in answer.headers["Cache-Control"]


@elsewhere
@pytest.mark.parametrize("what", ["not-permitted", "broken"])
def test_the_staff_screens_have_the_same_pages(db: None, what: str) -> None:
    def words(page: HttpResponse) -> str:
        return re.sub(r"<strong>[0-9a-f-]{36}</strong>", "", page.content.decode())

    assert words(asked(f"/admin/raise/{what}/")) == words(asked(f"/raise/{what}/"))


@elsewhere
@pytest.mark.parametrize(("what", "status"), [("not-understood", 400), ("denied", 403), ("broken", 500)])
def test_the_api_answers_with_problem_details(db: None, what: str, status: int) -> None:
    answer = asked(f"/api/v1/raise/{what}/")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_an_address_where_nothing_is_says_so(db: None) -> None:
    answer = asked("/nothing/here/")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_an_address_of_the_api_where_nothing_is_says_so_in_its_own_form(db: None) -> None:
    assert asked("/api/nothing/").headers["Content-Type"] == "application/problem+json"


@elsewhere
def test_a_failure_is_told_with_the_number_by_which_it_is_found(db: None) -> None:
    answer = asked("/raise/broken/")
    assert answer.headers["X-Request-ID"] in answer.content.decode()


@elsewhere
@pytest.mark.parametrize("what", ["denied", "clash", "broken"])
def test_a_page_that_says_no_asks_the_database_nothing(people: People, what: str) -> None:
    browser = Client(raise_request_exception=False)
    browser.force_login(people.viewer)
    with CaptureQueriesContext(connection) as queries:
        browser.get(f"/raise/{what}/")
    assert len(queries) == 0


def test_a_form_that_is_too_large_says_so(db: None) -> None:
    body = "username=" + "a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = Client().post("/sign-in/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


@override_settings(SERVICE_CONTACT="the service desk, 01632 960001")
def test_pages_name_whom_to_ask(db: None) -> None:
    for address in ("/accessibility/", "/sign-in/"):
        assert "the service desk, 01632 960001" in Client().get(address).content.decode()


def test_anybody_reads_the_accessibility_statement(db: None) -> None:
    answer = Client().get("/accessibility/")
    assert answer.status_code == 200
    assert "What was not tested" in answer.content.decode()
