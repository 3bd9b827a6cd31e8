"""The yardstick: the plainest Selenium script that signs in and fetches the tokens.

The same clicks on the same pages in the same browser with the same switches, the same calls for code and
profile; no engine, no rules, no database, no second thought. As a program it reads the settings from the
environment: `python -m benchmarks.bare_selenium`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pyotp
from selenium import webdriver
from selenium.common.exceptions import ElementClickInterceptedException, WebDriverException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from benchmarks.marks import Marks

POLL_SECONDS = 0.03
STEP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Navigation:
    """How a page is opened: what the driver waits for, and the command."""

    load_strategy: Literal["eager", "none"]
    open: Callable[[WebDriver, str], None]


def _get(driver: WebDriver, url: str) -> None:
    """Nobody answers at the redirect, which WebDriver reports as an error."""
    with suppress(WebDriverException):
        driver.get(url)


def _assign(driver: WebDriver, url: str) -> None:
    """From within an empty page, so that the driver repeats no load."""
    driver.get("about:blank")
    _wait(driver, lambda: driver.execute_script("return document.URL") == "about:blank")
    driver.execute_script("window.location.assign(arguments[0])", url)


AS_USUAL = Navigation("eager", _get)
"""As every script does it."""
AS_WE_DO = Navigation("none", _assign)
"""As the product does it (`vega_terminal.browser.login_page`)."""


def harvest(environ: Mapping[str, str], names: Sequence[str], navigation: Navigation = AS_USUAL) -> Marks:
    """Fetch and prove a token for each of `names`; raises when anything is not as expected."""
    began, tokens = time.perf_counter(), []
    with (
        browser(environ["UPSTOX_REDIRECT_URI"], navigation) as driver,
        httpx.Client(trust_env=False) as client,
    ):
        up = time.perf_counter()
        for name in names:
            _token(driver, client, environ, name, navigation)
            tokens.append(time.perf_counter())
    return Marks.since(began, up, tokens[0], tokens[-1], time.perf_counter())


@contextmanager
def browser(redirect_uri: str, navigation: Navigation = AS_USUAL) -> Iterator[WebDriver]:
    """Chromium with a profile of its own, gone with the block."""
    with tempfile.TemporaryDirectory(prefix="bare-", ignore_cleanup_errors=True) as profile:
        service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
        driver = webdriver.Chrome(options=_options(profile, redirect_uri, navigation), service=service)
        try:
            yield driver
        finally:
            driver.quit()


def _options(profile: str, redirect_uri: str, navigation: Navigation) -> webdriver.ChromeOptions:
    """Those of the product's own browser (`vega_terminal.browser.launcher`)."""
    options = webdriver.ChromeOptions()
    options.page_load_strategy = navigation.load_strategy
    options.binary_location = shutil.which("chromium") or ""
    options.add_experimental_option(
        "prefs",
        {
            "credentials_enable_service": False,
            "profile.password_manager_enabled": False,
            "autofill.profile_enabled": False,
        },
    )
    for argument in (
        f"--user-data-dir={profile}",
        "--remote-debugging-pipe",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-features=AutofillServerCommunication",
        "--disable-crash-reporter",
        "--incognito",
        "--disable-auto-reload",
        "--disable-quic",
        "--window-size=980,900",
        f"--host-resolver-rules=MAP {urlsplit(redirect_uri).netloc} ~NOTFOUND",
        "--headless=new",
        "--disable-gpu",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ):
        options.add_argument(argument)
    return options


def _token(
    driver: WebDriver, client: httpx.Client, environ: Mapping[str, str], name: str, navigation: Navigation
) -> None:
    api, redirect_uri = environ["UPSTOX_API_BASE_URL"], environ["UPSTOX_REDIRECT_URI"]
    state = secrets.token_urlsafe(32)
    app = {"client_id": environ[f"UPSTOX_CLIENT_ID_{name}"], "redirect_uri": redirect_uri}
    query = urlencode({"response_type": "code", **app, "state": state})
    navigation.open(driver, f"{api}/v2/login/authorization/dialog?{query}")
    answer = parse_qs(urlsplit(_redirect(driver, environ)).query)
    if answer["state"] != [state]:
        raise RuntimeError(f"{name}: the redirect carries another state")
    form = {
        "code": answer["code"][0],
        **app,
        "client_secret": environ[f"UPSTOX_CLIENT_SECRET_{name}"],
        "grant_type": "authorization_code",
    }
    issued = client.post(f"{api}/v2/login/authorization/token", data=form).raise_for_status().json()
    bearer = {"Authorization": f"Bearer {issued['access_token']}"}
    profile = client.get(f"{api}/v2/user/profile", headers=bearer).raise_for_status().json()
    if profile["data"]["user_id"] != issued["user_id"]:
        raise RuntimeError(f"{name}: the token answers for somebody else")


def _redirect(driver: WebDriver, environ: Mapping[str, str]) -> str:
    """The address of the redirect, after a sign-in where the broker wants one."""
    redirect_uri = environ["UPSTOX_REDIRECT_URI"]
    _wait(driver, lambda: driver.current_url.startswith(redirect_uri) or _found(driver, "mobileNum"))
    if not driver.current_url.startswith(redirect_uri):
        _step(driver, "mobileNum", environ["UPSTOX_MOBILE_NUMBER"], "getOtp")
        _step(driver, "otpNum", pyotp.TOTP(environ["UPSTOX_TOTP_SECRET"]).now(), "continueBtn")
        _step(driver, "pinCode", environ["UPSTOX_PIN"], "pinContinueBtn")
        _wait(driver, lambda: driver.current_url.startswith(redirect_uri))
    return str(driver.current_url)


def _step(driver: WebDriver, field: str, text: str, button: str) -> None:
    """Type into a field and click its button, once whatever covers it is gone."""
    _wait(driver, lambda: _found(driver, field))
    driver.find_element("id", field).send_keys(text)
    _wait(driver, lambda: driver.find_element("id", button).is_enabled())
    _wait(driver, lambda: _clicked(driver.find_element("id", button)))


def _found(driver: WebDriver, field: str) -> bool:
    return bool(driver.find_elements("id", field))


def _clicked(button: WebElement) -> bool:
    try:
        button.click()
    except ElementClickInterceptedException:
        return False
    return True


def _wait(driver: WebDriver, reached: Callable[[], bool]) -> None:
    WebDriverWait(driver, STEP_SECONDS, POLL_SECONDS).until(lambda _driver: reached())


if __name__ == "__main__":
    harvest(os.environ, sys.argv[1:] or os.environ["UPSTOX_API_NAMES"].split(","))
