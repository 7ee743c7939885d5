"""Many people save one record through the staff screens: nothing is reverted behind anybody's back."""

import re
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from html.parser import HTMLParser
from http.cookiejar import CookieJar

import pytest

from tests.racing.conftest import together
from tests.racing.test_lost_updates import planned
from tests.serving import Tracker

pytestmark = pytest.mark.slow
PEOPLE, ROUNDS = 8, 15


class Fields(HTMLParser):
    """What a browser would send back of the main form of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: list[tuple[str, str]] = []
        self._open: str = ""
        self._select: str = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "textarea" and name:
            self._open = name
            self.values.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.values.append((self._select, given.get("value", "")))
        elif tag == "input" and name and _is_sent(given):
            self.values.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._open = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            name, value = self.values.pop()
            self.values.append((name, value + data))


def _is_sent(given: dict[str, str]) -> bool:
    kind = given.get("type")
    return kind not in ("submit", "file", "button") and (
        kind not in ("checkbox", "radio") or "checked" in given
    )


class Browser:
    """A person at the staff screens."""

    def __init__(self, tracker: Tracker, role: str) -> None:
        self.base = tracker.base
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        secrets = tracker.access[role]
        self.post("/sign-in/", {"username": secrets["username"], "password": secrets["password"]})

    def get(self, path: str) -> str:
        with self.opener.open(self.base + path, timeout=60) as response:
            return response.read().decode()

    def post(self, path: str, changes: dict[str, str]) -> tuple[str, str]:
        """Send the form at `path` back with `changes`; the address arrived at, and its page."""
        sent = {name: value for name, value in Fields(self.get(path)).values if not name.startswith("_")}
        body = urllib.parse.urlencode({**sent, **changes}).encode()
        request = urllib.request.Request(self.base + path, body, {"Referer": self.base + path})  # noqa: S310
        try:
            with self.opener.open(request, timeout=60) as response:
                return response.url, response.read().decode()
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise
            return error.url or "", error.read().decode()  # The page that shows both.


def test_who_saves_second_is_shown_both_and_reverts_nothing(tracker: Tracker) -> None:
    action = planned(tracker)
    path = f"/admin/recommendations/action/{action['id']}/change/"
    browsers = [Browser(tracker, "contributor") for _ in range(PEOPLE)]

    def edit(number: int) -> list[tuple[str, str]]:
        made = []
        for attempt in range(ROUNDS):
            text = f"Person {number}, attempt {attempt}"
            address, page = browsers[number].post(path, {"description": text, "_save": "Save"})
            saved = not address.endswith(path)
            assert saved or re.search("saved", page, re.IGNORECASE), page
            made.append(("saved" if saved else "shown both", text))
        return made

    attempts = [one for made in together(PEOPLE, edit) for one in made]
    verdicts = Counter(verdict for verdict, _ in attempts)
    print(f"{len(attempts)} saves by {PEOPLE} people: {dict(verdicts)}")  # noqa: T201  Reported.
    last = tracker.call("contributor", "GET", f"/actions/{action['id']}/").body
    assert last["version"] == verdicts["saved"] + 1
    assert ("saved", last["description"]) in attempts
    assert verdicts["shown both"] > 0
    query = f"/events/?action={action['id']}&verb=revise&page_size=200"
    assert len(tracker.call("inspector", "GET", query).body["results"]) == verdicts["saved"]
