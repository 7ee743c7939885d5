"""The system's Chromium before a running tracker that tells the story."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.serving import Tracker, serving

NAMES = ("chromium", "chromium-browser", "google-chrome")
Enter = Callable[..., "Visit"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        missing = "There is no Chromium on this machine: install Debian's package “chromium”."
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    return {"executable_path": found, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracker]:
    """The tracker with the story in it; tests that only look share it."""
    with serving(tmp_path_factory.mktemp("told"), workers=1, story=True) as running:
        yield running


@dataclass
class Visit:
    """One person at the tracker: their page, and what the browser complained of meanwhile."""

    page: Page
    base: str
    complaints: list[str]
    hosts: set[str]

    def go(self, path: str, *, status: int = 200) -> Page:
        """The page at `path`, which answers with `status`."""
        answer = self.page.goto(f"{self.base}{path}")
        assert answer is not None
        assert answer.status == status, f"{path} answers {answer.status}"
        return self.page

    def sign_in(self, tracker: Tracker, role: str) -> Page:
        """By the form that people use."""
        self.go("/sign-in/")
        self.page.get_by_label("Username").fill(tracker.access[role]["username"])
        self.page.get_by_label("Password").fill(tracker.access[role]["password"])
        self.page.get_by_role("button", name="Sign in").click()
        return self.page


@pytest.fixture(scope="session")
def sessions() -> dict[tuple[str, str], Any]:
    """Of each tracker and role, what the browser keeps of its session: passwords are slow to check."""
    return {}


@pytest.fixture
def enter(browser: Browser, sessions: dict[tuple[str, str], Any]) -> Iterator[Enter]:
    """Let somebody in: `enter(tracker, "inspector", width=320, java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []

    def enter(tracker: Tracker, role: str | None = None, *, width: int = 1280, **options: Any) -> Visit:
        key = (tracker.base, role or "")
        context = browser.new_context(
            viewport={"width": width, "height": 900}, storage_state=sessions.get(key), **options
        )
        contexts.append(context)
        page = context.new_page()
        visit = Visit(page, tracker.base, [], set())
        page.on("console", lambda message: visit.complaints.append(message.text))
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("request", lambda request: visit.hosts.add(request.url.split("/")[2]))
        if role and key not in sessions:
            visit.sign_in(tracker, role)
            sessions[key] = context.storage_state()
        return visit

    yield enter
    for context in contexts:
        context.close()
