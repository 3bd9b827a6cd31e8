"""How a browser is started: what it may do by itself, and where it must not go."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.chromium.options import ChromiumOptions
from selenium.webdriver.firefox.options import Options as FirefoxOptions

from vega_terminal.browser.configuration import BrowserKind, InstalledBrowser

BrowserOptions = ChromiumOptions | FirefoxOptions

_CHROMIUM_ARGUMENTS: Final = (
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=AutofillServerCommunication",  # tells the maker of the browser about every form
    "--disable-crash-reporter",
    "--disable-auto-reload",  # an error page that reloads would ask the broker for a second code
    "--disable-quic",
    "--window-size=980,900",
)
_NO_PASSWORD_MANAGER: Final = {
    "credentials_enable_service": False,
    "profile.password_manager_enabled": False,
    "autofill.profile_enabled": False,
}


def options_for(
    browser: InstalledBrowser, profile: Path, redirect_uris: Iterable[str], *, visible: bool
) -> BrowserOptions:
    """The options for one run of `browser` in `profile`, which never connects to a redirect's host.

    Firefox has no such rule: there the redirect is answered by whatever listens at its address.
    """
    options: BrowserOptions
    if browser.kind is BrowserKind.FIREFOX:
        options = _firefox(profile, visible=visible)
    else:
        options = _chromium(browser.kind, profile, redirect_uris, visible=visible)
    if browser.binary is not None:
        options.binary_location = str(browser.binary)
    options.page_load_strategy = "none"  # the login page is watched; the driver need not wait for loads
    options.unhandled_prompt_behavior = "dismiss"  # a box that the page pops up must not stop the looking
    return options


def _chromium(
    kind: BrowserKind, profile: Path, redirect_uris: Iterable[str], *, visible: bool
) -> ChromiumOptions:
    edge = kind is BrowserKind.EDGE
    options: ChromiumOptions = webdriver.EdgeOptions() if edge else webdriver.ChromeOptions()
    # Private: cookies, and redirects with their codes, stay in memory, also when everything is killed.
    private = "--inprivate" if edge else "--incognito"
    for argument in (f"--user-data-dir={profile}", private, *_CHROMIUM_ARGUMENTS):
        options.add_argument(argument)
    if rules := _unresolvable(redirect_uris):
        options.add_argument(f"--host-resolver-rules={rules}")
    if not visible:
        options.add_argument("--headless=new")
        options.add_argument("--disable-gpu")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium refuses to start for root otherwise
    options.add_experimental_option("prefs", _NO_PASSWORD_MANAGER)
    return options


def _firefox(profile: Path, *, visible: bool) -> FirefoxOptions:
    options = webdriver.FirefoxOptions()
    options.add_argument("-profile")
    options.add_argument(str(profile))
    options.set_preference("browser.privatebrowsing.autostart", value=True)
    options.set_preference("signon.rememberSignons", value=False)
    if not visible:
        options.add_argument("-headless")
    return options


def _unresolvable(redirect_uris: Iterable[str]) -> str:
    """Rules that keep the redirect with the code inside the browser: its host is never connected to."""
    hosts = set()
    for uri in redirect_uris:
        parts = urlsplit(uri)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        hosts.add(f"MAP {host}:{port} ~NOTFOUND")
    return ",".join(sorted(hosts))
