"""The rates hold over four processes, and a refusal reaches who is still sending."""

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from tests.racing.conftest import together
from tests.serving import Answer, Tracker, serving

pytestmark = pytest.mark.slow
ALLOWED, PERIOD, CLIENTS, EACH = 200, 3000, 8, 60


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracker]:
    """Four processes; what each caller may read and write lasts longer than the test."""
    limits = f"read={ALLOWED}/{PERIOD},write={ALLOWED}/{PERIOD}"
    with serving(tmp_path_factory.mktemp("rates"), workers=4, RATE_LIMITS=limits) as running:
        yield running


def asked(tracker: Tracker, role: str, method: str = "GET") -> list[Answer]:
    """Every answer to more requests than are allowed, from several clients at once."""

    def many(_: int) -> list[Answer]:
        return [tracker.call(role, method, "/me/" if method == "GET" else "/updates/") for _ in range(EACH)]

    return [answer for answers in together(CLIENTS, many) for answer in answers]


@pytest.mark.parametrize(("method", "made"), [("GET", 200), ("POST", 400)])
def test_four_processes_together_answer_as_many_as_are_allowed(
    counted: Tracker, method: str, made: int
) -> None:
    answers = asked(counted, "contributor", method)
    seen = Counter(answer.status for answer in answers)
    assert set(seen) == {made, 429}
    assert 0.95 * ALLOWED <= seen[made] <= ALLOWED
    waits = [int(answer.headers["retry-after"]) for answer in answers if answer.status == 429]
    assert 0 < min(waits) <= max(waits) <= PERIOD


def test_who_asked_too_often_leaves_the_others_their_own(counted: Tracker) -> None:
    asked(counted, "viewer")
    assert counted.call("assurer", "GET", "/me/").status == 200


@pytest.mark.parametrize(("token", "megabytes", "status"), [("", 15, 401), ("contributor", 25, 413)])
def test_a_refusal_arrives_though_the_body_is_long(
    counted: Tracker, token: str, megabytes: int, status: int
) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    if token:
        headers["Authorization"] = f"Bearer {counted.access[token]['token']}"
    with closing(http.client.HTTPConnection(urlsplit(counted.base).netloc, timeout=60)) as line:
        line.request("POST", "/api/v1/evidence/", body=b"a" * (megabytes * 1024 * 1024), headers=headers)
        answer = line.getresponse()
        assert answer.status == status
        assert json.loads(answer.read())["status"] == status
