"""How the tests of pages that write go through them: ask, check, confirm."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from recommendations.models import Action, Event


def where(row: Any, rest: str) -> str:
    """The address of a page about a recommendation or an action."""
    if isinstance(row, Action):
        return f"/recommendations/{row.recommendation.reference}/actions/{row.label}/{rest}"
    return f"/recommendations/{row.reference}/{rest}"


def words(answer: HttpResponse) -> str:
    """The page as text with its tags, on one line."""
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def problems(answer: HttpResponse) -> list[str]:
    """What the error summary says."""
    found = re.search(r'<ul class="govuk-list govuk-error-summary__list">(.*?)</ul>', words(answer))
    return re.findall(r"<li>(?:<a [^>]*>)?(.*?)(?:</a>)?</li>", found.group(1)) if found else []


def hidden(answer: HttpResponse) -> dict[str, list[str]]:
    """What the page holds for the next request."""
    fields: dict[str, list[str]] = {}
    page = answer.content.decode()
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        if name != "csrfmiddlewaretoken":
            fields.setdefault(name, []).append(unescape(value))
    return fields


def check(browser: Client, path: str, **answers: Any) -> HttpResponse:
    """Press “Continue” with these answers."""
    return browser.post(path, {"stage": "check", **answers})


def confirm(browser: Client, path: str, checked: HttpResponse, **last: Any) -> HttpResponse:
    """Press the button of the page of answers."""
    return browser.post(path, {**hidden(checked), **last, "stage": "confirm"})


def written(browser: Client, path: str, **answers: Any) -> HttpResponse:
    """Answer, check and confirm."""
    checked = check(browser, path, **answers)
    assert "Check your answers" in words(checked), problems(checked)
    return confirm(browser, path, checked)


def events() -> int:
    return Event.objects.count()
