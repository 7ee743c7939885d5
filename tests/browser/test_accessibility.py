"""Every page and staff screen of the story, at three widths: what axe says of it, and what it loads."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Enter
from tests.serving import Tracker

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (1280, 768, 320)
OPEN = ("/sign-in/", "/accessibility/", "/no-such-page/")
PAGES = (
    "/",
    "/?as_of=2025-03-31",
    "/?as_of=nonsense",
    "/organisations/",
    "/organisations/south-west-region/",
    "/inspections/BSG-2023/",
    "/inspections/BSG-2023/?as_of=2025-03-31",
    "/inspections/BSG-2023/plan/",
    *(f"/recommendations/BSG-2023-{number}/" for number in (1, 2, 5, 8)),
    "/recommendations/BSG-2023-1/?as_of=2025-03-31",
    "/recommendations/BSG-2023-1/pack/",
    "/work/",
    "/reviews/",
    "/password/change/",
)
SCREENS = (
    "/admin/",
    "/admin/recommendations/recommendation/",
    "/admin/recommendations/action/",
    "/admin/recommendations/evidence/",
    "/admin/recommendations/inspection/",
)


def complaints_of_axe(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def leaves_the_screen(page: Page) -> bool:
    """Would a reader have to scroll sideways?"""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_bars_anybody_before_they_sign_in(told: Tracker, enter: Enter, width: int) -> None:
    visit = enter(told, width=width)
    found = {path: complaints_of_axe(visit.go(path)) for path in OPEN}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("role", ["viewer", "contributor", "assurer", "inspector"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_bars_anybody(told: Tracker, enter: Enter, role: str, width: int) -> None:
    visit = enter(told, role, width=width)
    found = {path: complaints_of_axe(visit.go(path)) for path in PAGES}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_staff_screen_bars_anybody(told: Tracker, enter: Enter, width: int) -> None:
    visit = enter(told, "inspector", width=width)
    found = {path: complaints_of_axe(visit.go(path)) for path in SCREENS}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_and_four_hundred_per_cent(told: Tracker, enter: Enter, path: str) -> None:
    """400 per cent of a screen 1,280 pixels wide leaves 320."""
    assert not leaves_the_screen(enter(told, "inspector", width=320).go(path))


@pytest.mark.parametrize("path", PAGES)
def test_the_browser_has_nothing_to_complain_of(told: Tracker, enter: Enter, path: str) -> None:
    visit = enter(told, "inspector")
    visit.complaints.clear()
    visit.go(path)
    expected = ["Failed to load resource"] if "nonsense" in path else []
    assert [words[:23] for words in visit.complaints] == expected


def test_nothing_comes_from_another_host(told: Tracker, enter: Enter) -> None:
    visit = enter(told, "inspector")
    for path in PAGES:
        visit.go(path)
    assert visit.hosts == {told.base.removeprefix("http://")}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_weighs_at_most_100_kilobytes(told: Tracker, enter: Enter, path: str) -> None:
    """Over the wire, with nothing kept from before."""
    visit = enter(told, "inspector")
    session = visit.page.context.new_cdp_session(visit.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    weighed: list[float] = []
    session.on("Network.loadingFinished", lambda event: weighed.append(event["encodedDataLength"]))
    visit.go(path)
    visit.page.wait_for_load_state("networkidle")
    assert 0 < sum(weighed) <= 100_000
