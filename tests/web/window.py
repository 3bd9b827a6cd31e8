"""A window of a real Chromium that shows the page, and what its terminal shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains

from tests.waiting import until
from vega_terminal.browser.configuration import BrowserConfiguration, find_browser

LIMIT_SECONDS = 60
_ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--window-size=1280,800",
)  # fmt: skip
_KEEP_TERMINAL = """
Object.defineProperty(Object.prototype, "terminal", {
  configurable: true,
  set(value) {
    Object.defineProperty(this, "terminal", { value, writable: true, configurable: true });
    window.shownTerminal = value;
  },
});
"""
"""The page's script keeps its xterm.js to itself, in a property of this name."""
_READ = """
const buffer = window.shownTerminal?.buffer.active;
if (!buffer) return "";
const rows = Array.from({ length: window.shownTerminal.rows }, (_, row) => buffer.viewportY + row);
return rows.map((row) => buffer.getLine(row)?.translateToString(true)).join("\\n");
"""


class Window:
    """Open a link, press keys, read what the terminal in the page has drawn."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    @property
    def text(self) -> str:
        """What stands in the cells of the page's terminal."""
        return str(self.driver.execute_script(_READ))

    def wait_for(self, words: str) -> None:
        """Wait until the words stand on the screen."""
        try:
            until(lambda: words in self.text, LIMIT_SECONDS)
        except AssertionError:
            raise AssertionError(f"{words!r} did not come. The screen:\n{self.text}") from None

    def press(self, *keys: str) -> None:
        """Type, wherever the page has its focus."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def run(self, script: str) -> object:
        """What an expression of the page's own JavaScript, awaited, comes to."""
        return self.driver.execute_script(f"return (async () => {script})()")

    def hosts(self) -> set[str]:
        """Every host and port that the page has asked for something since the last time."""
        messages = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        asked = [message["params"] for message in messages if message["method"] in _ASKING]
        return {urlsplit(params.get("request", params)["url"]).netloc for params in asked}

    def complaints(self) -> list[str]:
        """Errors in the browser's console since the last time."""
        return [entry["message"] for entry in self._log("browser") if entry["level"] == "SEVERE"]

    def _log(self, kind: str) -> list[dict[str, str]]:
        entries: list[dict[str, str]] = self.driver.execute("getLog", {"type": kind})["value"]
        return entries


_ASKING = {"Network.requestWillBeSent", "Network.webSocketCreated"}


@contextmanager
def window(folder: Path) -> Iterator[Window]:
    """A browser with one window, closed at the end."""
    options = webdriver.ChromeOptions()
    for argument in _ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    installed = find_browser(BrowserConfiguration(folder))
    options.binary_location = str(installed.binary or "")
    driver = webdriver.Chrome(options, Service(str(installed.driver) if installed.driver else None))
    try:
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _KEEP_TERMINAL})
        yield Window(driver)
    finally:
        driver.quit()
