"""Three ways of using a page: with a mouse, with the keyboard alone, and with scripts switched off."""

from typing import Any

from playwright.sync_api import Locator, Page

MOST_STOPS = 150


class Mouse:
    """Points at things."""

    options: dict[str, Any] = {}

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, words: str) -> None:
        target.fill(words)

    def choose(self, target: Locator) -> None:
        target.check()


class WithoutScripts(Mouse):
    options = {"java_script_enabled": False}


class Keyboard(Mouse):
    """Reaches everything by Tab, from wherever the page left them, and sees where they are."""

    def press(self, target: Locator) -> None:
        self._reach(target)
        self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def write(self, target: Locator, words: str) -> None:
        self._reach(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(words)

    def choose(self, target: Locator) -> None:
        """A tick is set by Space; of radio buttons Tab stops at one, and arrows choose."""
        if target.get_attribute("type") == "checkbox":
            self._reach(target)
            self.page.keyboard.press("Space")
            return
        group = target.get_attribute("name")
        self._tab_until(lambda: self._focused("name") == group)
        self.page.keyboard.press("Space")
        for _ in range(MOST_STOPS):
            if self._focused("value") == target.get_attribute("value"):
                break
            self.page.keyboard.press("ArrowDown")
        assert target.is_checked()

    def _reach(self, target: Locator) -> None:
        self._tab_until(lambda: target.evaluate("one => one === document.activeElement"))
        assert target.evaluate(SHOWS_FOCUS), "Nobody can see that the focus is here."

    def _tab_until(self, arrived: Any) -> None:
        for _ in range(MOST_STOPS):
            if arrived():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("The keyboard does not lead there.")

    def _focused(self, attribute: str) -> str | None:
        return self.page.evaluate(f"document.activeElement.getAttribute('{attribute}')")


SHOWS_FOCUS = """one => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none' || one.type === 'radio';
}"""
HANDS = [Mouse, Keyboard, WithoutScripts]
