"""The broker's login page as an object: look at it, type, click, wait. One tab at a time, no rules."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from vega_terminal.browser.actor import BrowserActor
from vega_terminal.browser.page import EMPTY_PAGE, KNOWN_IDS, PageKind, PageView, is_error_page, view_of
from vega_terminal.clock import Clock
from vega_terminal.domain.secret import Secret

if TYPE_CHECKING:
    from selenium.webdriver.remote.webdriver import WebDriver

POLL_SECONDS: Final = 0.03
EMPTY_SECONDS: Final = 5.0
_SNAPSHOT: Final = files("vega_terminal.browser").joinpath("snapshot.js").read_text(encoding="utf-8")
_PASSING: Final = frozenset({PageKind.LOADING, PageKind.UNKNOWN})


class LoginPage:
    """One tab on its way through the login. Every wait is for a condition and has an end."""

    def __init__(self, actor: BrowserActor, tab: str, redirect_uri: str, clock: Clock) -> None:
        self._actor = actor
        self.tab = tab
        self._redirect_uri = redirect_uri
        self._clock = clock

    async def open(self, url: str) -> None:
        """Start for `url`; the view tells what comes of it."""
        await self._actor.call(lambda driver: _navigate(driver, self.tab, url))

    async def look(self) -> PageView:
        """What the page shows now."""
        return await self._actor.call(lambda driver: _look(driver, self.tab, self._redirect_uri))

    async def until(self, reached: Callable[[PageView], bool], seconds: float) -> PageView:
        """Look again and again until `reached`, at most `seconds`; return the last view either way."""
        deadline = self._clock.monotonic() + seconds
        view = await self.look()
        while not reached(view) and self._clock.monotonic() < deadline:
            await self._clock.sleep(POLL_SECONDS)
            view = await self.look()
        return view

    async def settled(self, seconds: float) -> PageView:
        """Wait for a page that can be named."""
        return await self.until(lambda view: view.kind not in _PASSING, seconds)

    async def type(self, field: str, secret: Secret) -> int:
        """Type into a field; return how many digits it holds afterwards (it may insert a hyphen).

        0 when the field cannot be typed into, for instance because a person has moved the page on.
        """
        return await self._actor.call(lambda driver: _type(driver, self.tab, field, secret))

    async def click(self, button: str, seconds: float) -> bool:
        """Click once, waiting for whatever covers the button to go.

        False when it did not become free, or a CAPTCHA came in between: nothing was clicked.
        """
        deadline = self._clock.monotonic() + seconds
        while not await self._actor.call(lambda driver: _click(driver, self.tab, button)):
            if self._clock.monotonic() >= deadline or (await self.look()).challenge:
                return False
            await self._clock.sleep(POLL_SECONDS)
        return True


# --- commands, run in the browser's thread --------------------------------------------------------


def _select(driver: WebDriver, tab: str) -> None:
    driver.switch_to.window(tab)


def _navigate(driver: WebDriver, tab: str, url: str) -> None:
    """Navigate from within an empty page, so that nothing of an earlier page can be taken for an answer.

    A redirect that nobody answers counts as a failed load, and a driver may repeat a load that failed:
    each time the broker would issue another code. A script's navigation is never repeated.
    """
    from selenium.webdriver.support.wait import WebDriverWait  # noqa: PLC0415

    _select(driver, tab)
    driver.get(EMPTY_PAGE)
    emptied = WebDriverWait(driver, EMPTY_SECONDS, poll_frequency=POLL_SECONDS)
    emptied.until(lambda empty: empty.execute_script("return document.URL") == EMPTY_PAGE)
    driver.execute_script("window.location.assign(arguments[0])", url)


def _look(driver: WebDriver, tab: str, redirect_uri: str) -> PageView:
    from selenium.common.exceptions import JavascriptException, TimeoutException  # noqa: PLC0415

    try:
        _select(driver, tab)
        raw = driver.execute_script(_SNAPSHOT, list(KNOWN_IDS))
        # An error page hides the address that failed; only the driver knows it.
        url = driver.current_url if is_error_page(raw) else raw["documentUri"]
    except (JavascriptException, TimeoutException):
        # The document is being replaced under the script, or does not come: nothing to see yet.
        return PageView("", PageKind.LOADING, {})
    return view_of(url, raw, redirect_uri)


def _type(driver: WebDriver, tab: str, field: str, secret: Secret) -> int:
    from selenium.common.exceptions import (  # noqa: PLC0415
        InvalidElementStateException,
        NoSuchElementException,
        StaleElementReferenceException,
    )

    _select(driver, tab)
    try:
        element = driver.find_element("id", field)
        if element.get_attribute("value"):
            element.clear()
        element.send_keys(secret.reveal())
        value = element.get_attribute("value") or ""
    except (InvalidElementStateException, NoSuchElementException, StaleElementReferenceException):
        return 0
    return sum(character.isdigit() for character in value)


def _click(driver: WebDriver, tab: str, button: str) -> bool:
    """Click natively; False when the click did not reach the button, or would do nothing there."""
    from selenium.common.exceptions import (  # noqa: PLC0415
        ElementClickInterceptedException,
        InvalidElementStateException,
        NoSuchElementException,
        StaleElementReferenceException,
    )

    _select(driver, tab)
    try:
        element = driver.find_element("id", button)
        if not element.is_enabled():
            return False
        element.click()
    except (
        ElementClickInterceptedException,
        InvalidElementStateException,
        NoSuchElementException,
        StaleElementReferenceException,
    ):
        return False
    return True
