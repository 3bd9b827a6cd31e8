"""The page in a real browser: opened, used, left, reloaded and closed."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.waiting import until

from .server_process import ServerProcess, server
from .window import Window, window

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]

FOREIGN = "https://foreign.example/"


def environment(home: Path) -> dict[str, str]:
    """Of an operator who configured nothing; the browser of the login is not shown."""
    kept = {key: os.environ[key] for key in ("PATH", "VEGA_BROWSER_BINARY") if key in os.environ}
    return kept | {"HOME": str(home), "VEGA_DATA_DIR": str(home / "data"), "VEGA_HEADLESS": "true"}


def test_a_day_in_a_web_page(tmp_path: Path) -> None:
    with server(tmp_path, environment(tmp_path), "--demo") as running, window(tmp_path) as page:
        opened(page, running)
        sign_in(page)
        nothing_leads_out_of(page, running)
        page.driver.refresh()
        page.wait_for("6 / 6 Access Tokens Generated")
        until(lambda: len(running.terminals()) == 1)
        left_and_started_again(page)
        page.driver.get("about:blank")
        until(lambda: running.terminals() == [])
        assert "broke off" not in running.said
        assert running.stop() == 0


def opened(page: Window, running: ServerProcess) -> None:
    """The link opens the page, and its token is nowhere to be seen."""
    (link,) = running.links
    page.driver.get(link)
    token = link.rpartition("=")[2]
    assert token not in page.driver.current_url
    assert token not in page.driver.page_source
    assert page.run("document.cookie") == ""
    page.wait_for("Press g")
    assert page.run('document.fonts.check(`15px "Roboto Mono"`)') is True


def sign_in(page: Window) -> None:
    """Keys reach the terminal without a click, and the title calls an operator who looks elsewhere."""
    assert page.driver.title == "VEGA Terminal"
    page.press("g")
    page.wait_for("CONFIRM GENERATION")
    until(lambda: page.driver.title.startswith("VEGA Terminal: "))
    page.press("y")
    page.wait_for("6 / 6 Access Tokens Generated")
    until(lambda: page.driver.title == "VEGA Terminal")


def nothing_leads_out_of(page: Window, running: ServerProcess) -> None:
    """Everything came from here, nothing was refused by the browser, and other places stay out of reach."""
    assert page.hosts() == {urlsplit(running.links[0]).netloc}
    assert page.complaints() == []
    assert page.run(f"fetch('{FOREIGN}').then(() => 'reached', () => 'refused')") == "refused"
    assert page.run(f"window.open('{FOREIGN}') === null") is True
    assert page.run("navigator.clipboard.readText().then(() => 'read', () => 'refused')") == "refused"


def left_and_started_again(page: Window) -> None:
    """Ctrl+q ends the terminal, the page says so, and one key brings a fresh one."""
    page.driver.switch_to.active_element.send_keys(Keys.CONTROL, "q")
    reason = page.driver.find_element(By.ID, "reason")
    until(reason.is_displayed)
    until(lambda: reason.text == "The terminal was left.")
    page.press(Keys.ENTER)
    page.wait_for("6 / 6 Access Tokens Generated")
    until(lambda: not page.driver.find_element(By.ID, "ended").is_displayed())
