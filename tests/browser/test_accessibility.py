"""Every page and staff screen of the story, at three widths: what axe says of it, and what it loads."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Enter, Visit
from tests.serving import Tracker

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (1280, 768, 320)
OPEN = {"/sign-in/": 200, "/accessibility/": 200, "/no-such-page/": 404}
WRONG = "/?as_of=nonsense"
PAGES = (
    "/",
    "/?as_of=2026-03-31",
    WRONG,
    "/organisations/",
    "/organisations/bristol-and-south-gloucestershire-pdu/",
    "/inspections/BSG-2023/",
    "/inspections/BSG-2023/?as_of=2026-03-31",
    "/inspections/BSG-2023/plan/",
    *(f"/recommendations/BSG-2023-{number}/" for number in (1, 2, 5, 8)),
    "/recommendations/BSG-2023-1/?as_of=2026-03-31",
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


def at(visit: Visit, path: str) -> Page:
    """One of PAGES; a day that is none is refused, and today shown."""
    return visit.go(path, status=400 if path == WRONG else 200)


def opened(page: Page) -> Page:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    return page


def leaves_the_screen(page: Page) -> bool:
    """Would a reader have to scroll sideways?"""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_bars_anybody_before_they_sign_in(told: Tracker, enter: Enter, width: int) -> None:
    visit = enter(told, width=width)
    found = {path: complaints_of_axe(visit.go(path, status=OPEN[path])) for path in OPEN}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("role", "width"),
    [*(("inspector", width) for width in WIDTHS), ("contributor", 320), ("assurer", 1280), ("viewer", 768)],
)
def test_no_page_bars_anybody(told: Tracker, enter: Enter, role: str, width: int) -> None:
    """With every part open that can be opened."""
    visit = enter(told, role, width=width)
    found = {path: complaints_of_axe(opened(at(visit, path))) for path in PAGES}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_staff_screen_bars_anybody(told: Tracker, enter: Enter, width: int) -> None:
    visit = enter(told, "inspector", width=width)
    found = {path: complaints_of_axe(visit.go(path)) for path in SCREENS}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_and_four_hundred_per_cent(told: Tracker, enter: Enter, path: str) -> None:
    """400 per cent of a screen 1,280 pixels wide leaves 320."""
    assert not leaves_the_screen(opened(at(enter(told, "inspector", width=320), path)))


@pytest.mark.parametrize("path", PAGES)
def test_the_browser_has_nothing_to_complain_of(told: Tracker, enter: Enter, path: str) -> None:
    visit = enter(told, "inspector")
    visit.complaints.clear()
    at(visit, path)
    expected = ["Failed to load resource"] if path == WRONG else []
    assert [words[:23] for words in visit.complaints] == expected


def test_nothing_comes_from_another_host(told: Tracker, enter: Enter) -> None:
    visit = enter(told, "inspector")
    for path in PAGES:
        at(visit, path)
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
    at(visit, path)
    visit.page.wait_for_load_state("networkidle")
    assert 0 < sum(weighed) <= 100_000


def test_a_form_that_is_wrong_bars_nobody_either(told: Tracker, enter: Enter) -> None:
    """Its errors, at the top and beside the fields; and the answers to be checked."""
    page = enter(told, "inspector", width=320).go("/recommendations/BSG-2023-2/reviews/new/")
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_role("heading", name="There is a problem").is_visible()
    assert complaints_of_axe(page) == []
    page.get_by_label("Good progress").check()
    page.get_by_label("What was found", exact=True).fill("Word " * 400)
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_role("heading", name="Check your answers").is_visible()
    assert complaints_of_axe(page) == []
    assert not leaves_the_screen(page)


@pytest.mark.parametrize("path", ["/recommendations/BSG-2023-1/pack/", "/inspections/BSG-2023/plan/"])
def test_it_prints(told: Tracker, enter: Enter, path: str) -> None:
    """Every part open, in several pages of A4."""
    page = enter(told, "inspector").go(path)
    page.emulate_media(media="print")
    assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") > 1


def test_every_part_is_printed_open(told: Tracker, enter: Enter) -> None:
    page = enter(told, "inspector").go("/recommendations/BSG-2023-1/")
    page.emulate_media(media="print")
    parts = page.locator("details > :not(summary)").all()
    assert parts
    assert [part.is_visible() for part in parts] == [True] * len(parts)


def test_the_numbers_of_a_chart_are_those_of_its_table(told: Tracker, enter: Enter) -> None:
    """What the drawing says in numbers, in order, is what stands in the table of the same chart."""
    figure = opened(enter(told, "inspector").go("/")).locator("figure, .app-figure", has_text="Over 180 days")
    drawn = figure.first.locator("svg text").all_text_contents()
    cells = [words.strip() for words in figure.first.locator("table td").all_text_contents()]
    bands, every = cells[:-1], cells[-1]
    assert [words.strip() for words in drawn if words.strip().isdecimal()] == bands
    assert sum(map(int, bands)) == int(every) > 0
