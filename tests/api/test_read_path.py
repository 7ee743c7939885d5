"""How much code a list request runs through: a reader has to follow it."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from recommendations.api.throttling import Rates
from recommendations.api.views.recommendations import RecommendationViewSet
from recommendations.models import Inspection
from tests.checks import ROOT
from tests.factories import People

MOST_FILES = 15
PATH = "/api/v1/recommendations/?open=true&ordering=due&page_size=100&owner_subtree=south-west"
FIELDS = "fields=reference,owner,status,due,days_late,actions_by_status"


def files_of(run: Callable[[], Any]) -> set[str]:
    """The files of the project in which a function is called while `run` runs."""
    found = set()

    def note(frame: FrameType, event: str, given: object) -> None:
        if event == "call":
            found.add(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    packages = tuple(f"{ROOT / package}/" for package in ("recommendations", "tracker"))
    return {name for name in found if name.startswith(packages)}


def test_a_warm_list_request_crosses_few_files(
    api: Callable, people: People, bsg: Inspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RecommendationViewSet, "throttle_classes", [Rates])
    caller = api(people.regional)
    assert caller.get(f"{PATH}&{FIELDS}").json()["results"]

    crossed = files_of(lambda: caller.get(f"{PATH}&{FIELDS}"))

    assert len(crossed) <= MOST_FILES, sorted(crossed)
    assert any(name.endswith("api/lists.py") for name in crossed)
