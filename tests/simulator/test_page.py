"""The sign-in page in a real browser: its script, its cover, its challenge."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pyotp
import pytest
from selenium import webdriver
from selenium.common.exceptions import ElementClickInterceptedException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from vega_terminal.simulator import SimulatedBroker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selenium.webdriver.remote.webelement import WebElement

pytestmark = pytest.mark.browser

ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--window-size=900,720",
)  # fmt: skip
PATIENCE_S = 15
CHALLENGE = (By.CSS_SELECTOR, ".cf-turnstile iframe[src*='challenges.cloudflare.com']")


@pytest.fixture
def chromium() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ARGUMENTS:
        options.add_argument(argument)
    driver = webdriver.Chrome(options, Service("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


class Eye:
    """Looks at the page until something is so."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver
        self._wait = WebDriverWait(driver, PATIENCE_S, poll_frequency=0.02)

    def until(self, condition: Callable[[], object]) -> None:
        self._wait.until(lambda _driver: condition())

    def find(self, element_id: str) -> WebElement:
        self.until(lambda: self.driver.find_elements(By.ID, element_id))
        return self.driver.find_element(By.ID, element_id)

    def click(self, element_id: str) -> None:
        """Click natively; the driver itself waits about a second for what covers the element."""
        element = self.find(element_id)
        self.until(element.is_enabled)
        element.click()

    def alert(self) -> str:
        box = self.driver.find_element(By.CSS_SELECTOR, "[role=alert]")
        self.until(box.is_displayed)
        return box.text

    def open_dialog(self, broker: SimulatedBroker, app_name: str) -> None:
        app = broker.population.by_name[app_name]
        query = urlencode({"client_id": app.client_id, "redirect_uri": app.redirect_uri, "state": "s"})
        url = f"{broker.api_base_url}/v2/login/authorization/dialog?{query}"
        # Not `get`: the driver repeats it, dialog and all, while nothing listens at the redirect URI.
        self.driver.execute_script("location.assign(arguments[0])", url)

    def landed(self, redirect_uri: str) -> dict[str, list[str]]:
        self.until(lambda: self.driver.current_url.startswith(redirect_uri))
        return parse_qs(urlsplit(self.driver.current_url).query)


def test_a_person_signs_in(broker: SimulatedBroker, chromium: webdriver.Chrome) -> None:
    app = broker.population.by_name["PRIMARY"]
    eye = Eye(chromium)
    eye.open_dialog(broker, "PRIMARY")

    number, get_otp = eye.find("mobileNum"), eye.find("getOtp")
    url = chromium.current_url
    number.send_keys(app.identity.mobile[:9])
    assert not get_otp.is_enabled()
    number.send_keys("x", app.identity.mobile[9:])
    assert number.get_attribute("value") == app.identity.mobile
    eye.click("getOtp")

    otp = eye.find("otpNum")
    assert not chromium.find_elements(By.ID, "mobileNum")
    assert "Resend OTP (0:" in eye.find("resendOtp").text
    otp.send_keys("000000")
    assert otp.get_attribute("value") == "000-000"
    eye.click("continueBtn")
    assert "incorrect" in eye.alert()
    otp.clear()
    otp.send_keys(pyotp.TOTP(app.identity.totp_secret).now())
    eye.click("continueBtn")

    pin = eye.find("pinCode")
    assert pin.get_attribute("type") == "password"
    pin.send_keys("000000")
    eye.click("pinContinueBtn")
    assert "incorrect" in eye.alert()
    assert chromium.current_url == url
    pin.clear()
    pin.send_keys(app.identity.pin)
    eye.click("pinContinueBtn")

    first = eye.landed(app.redirect_uri)
    eye.open_dialog(broker, "WEBSOCKET1")
    eye.until(lambda: eye.landed(app.redirect_uri) != first)
    assert set(eye.landed(app.redirect_uri)) == set(first) == {"code", "state"}
    total = broker.counts.total
    assert (total.sign_in_pages, total.otps_wrong, total.pins_wrong, total.logins, total.codes) == (
        1,
        1,
        1,
        1,
        2,
    )


def test_a_new_step_swallows_clicks_at_first(broker: SimulatedBroker, chromium: webdriver.Chrome) -> None:
    broker.faults.change(overlay_ms=60_000)
    eye = Eye(chromium)
    eye.open_dialog(broker, "PRIMARY")
    eye.find("mobileNum").send_keys(broker.population.identities[0].mobile)

    with pytest.raises(ElementClickInterceptedException):
        eye.click("getOtp")

    assert broker.counts.total.otp_requests == 0


def test_a_late_challenge_waits_for_a_person(broker: SimulatedBroker, chromium: webdriver.Chrome) -> None:
    app = broker.population.by_name["PRIMARY"]
    broker.faults.change(turnstile="late", turnstile_late_ms=2000)
    eye = Eye(chromium)
    eye.open_dialog(broker, "PRIMARY")
    eye.find("mobileNum").send_keys(app.identity.mobile)
    assert not chromium.find_elements(*CHALLENGE)
    assert eye.find("getOtp").is_enabled()

    eye.until(lambda: chromium.find_elements(*CHALLENGE))
    assert not eye.find("getOtp").is_enabled()
    chromium.switch_to.frame(chromium.find_element(*CHALLENGE))
    assert chromium.find_element(By.TAG_NAME, "label").text == "Verify you are human"
    eye.find("human").click()
    eye.until(lambda: chromium.find_element(By.TAG_NAME, "label").text == "Success!")
    chromium.switch_to.default_content()

    eye.until(eye.find("getOtp").is_enabled)
    eye.click("getOtp")
    eye.find("otpNum")
    assert broker.open_sign_ins() == 1
    chromium.find_element(By.CLASS_NAME, "back").click()
    eye.find("mobileNum").send_keys(app.identity.mobile)
    eye.click("getOtp")
    eye.find("otpNum")
    assert broker.counts.total.otp_requests == 2
    chromium.get("about:blank")
    eye.until(lambda: broker.open_sign_ins() == 0)


def pins_arrived(broker: SimulatedBroker, number: int) -> bool:
    return broker.counts.total.pins_right == number


def test_the_silent_throttle_is_silent(broker: SimulatedBroker, chromium: webdriver.Chrome) -> None:
    app = broker.population.by_name["PRIMARY"]
    broker.faults.change(session_carried=False, throttle_step="pin", overlay_ms=0)
    eye = Eye(chromium)
    for attempt in (1, 2):
        eye.open_dialog(broker, "PRIMARY")
        eye.find("mobileNum").send_keys(app.identity.mobile)
        eye.click("getOtp")
        eye.find("otpNum").send_keys(broker.last_otp(app.identity.mobile) or "")
        eye.click("continueBtn")
        eye.find("pinCode").send_keys(app.identity.pin)
        eye.click("pinContinueBtn")
        eye.until(partial(pins_arrived, broker, attempt))
        if attempt == 1:
            eye.landed(app.redirect_uri)

    assert broker.counts.total.stalls == 1
    assert chromium.current_url.startswith(broker.login_url)
    assert not eye.find("pinContinueBtn").is_enabled()
    assert not chromium.find_element(By.CSS_SELECTOR, "[role=alert]").is_displayed()
