"""The limits of signing in hold over four processes, however many try at once."""

import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from http.cookiejar import CookieJar

import pytest

from tests.racing.conftest import together
from tests.serving import Tracker, serving

pytestmark = pytest.mark.slow
OF_ACCOUNT, FROM_ADDRESS = 5, 20


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracker]:
    with serving(tmp_path_factory.mktemp("door"), workers=4) as running:
        yield running


def knock(tracker: Tracker, username: str, password: str) -> int:
    """The status of an attempt to sign in; 302 is success."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), _Stay)
    opener.open(f"{tracker.base}/sign-in/", timeout=60).close()
    [token] = [cookie.value for cookie in jar if cookie.name == "csrftoken"]
    given = {"csrfmiddlewaretoken": token, "username": username, "password": password}
    body = urllib.parse.urlencode(given).encode()
    try:
        with opener.open(f"{tracker.base}/sign-in/", body, timeout=60) as response:
            return response.status
    except urllib.error.HTTPError as answer:
        return answer.code


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *given: object) -> None:
        return None


def test_guesses_that_race_each_other_are_heard_as_often_as_is_allowed(door: Tracker) -> None:
    """Whichever limit comes first; the address is everybody's here, so the account goes first."""
    of_account = Counter(together(16, lambda _: knock(door, "viewer", "wrong")))
    assert set(of_account) == {200, 429}
    assert of_account[200] <= OF_ACCOUNT
    from_address = Counter(together(40, lambda number: knock(door, f"name-{number}", "wrong")))
    assert set(from_address) == {200, 429}
    assert of_account[200] + from_address[200] <= FROM_ADDRESS
    assert knock(door, "inspector", door.access["inspector"]["password"]) == 429
