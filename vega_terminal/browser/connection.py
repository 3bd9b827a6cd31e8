"""The driver's process and the connection to it, which stays on this machine and always ends in time."""

from __future__ import annotations

import os
import subprocess
from typing import Any, Final

from selenium import webdriver
from selenium.webdriver.chrome.remote_connection import ChromeRemoteConnection
from selenium.webdriver.common.driver_finder import DriverFinder
from selenium.webdriver.common.proxy import Proxy, ProxyType
from selenium.webdriver.common.service import Service
from selenium.webdriver.edge.remote_connection import EdgeRemoteConnection
from selenium.webdriver.firefox.remote_connection import FirefoxRemoteConnection
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver

from vega_terminal.browser.bonds import bonds
from vega_terminal.browser.configuration import BrowserKind, InstalledBrowser
from vega_terminal.browser.options import BrowserOptions
from vega_terminal.browser.profile import Profile
from vega_terminal.browser.run_folder import RUN_MARK

START_SECONDS: Final = 90
"""How long the browser may take to start."""
ANSWER_SECONDS: Final = 20
"""How long the driver may take over any command; one that is silent for longer counts as crashed."""
LOOK_SECONDS: Final = 2.0
"""How long one look may take: a page that is about to be left for one that does not come gives no answer."""

_KEPT_ENVIRONMENT: Final = (
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ",
    "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE",
    "DBUS_SESSION_BUS_ADDRESS",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip
"""What a browser needs of our environment; the rest holds the operator's secrets."""


def new_service(browser: InstalledBrowser, profile: Profile, inherited: tuple[int, ...]) -> Service:
    """The driver's process, not started yet.

    Args:
        browser: whose driver it is.
        profile: whose scratch is for its temporary files and those of the browser.
        inherited: descriptors that it keeps open.
    """
    kept = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
    own = {"TMPDIR": str(profile.scratch), RUN_MARK: str(profile.path), "SE_AVOID_STATS": "true"}
    arguments: dict[str, Any] = {
        "env": kept | own,
        "log_output": subprocess.DEVNULL,
        "popen_kw": bonds(inherited),
    }
    if browser.driver is not None:
        arguments["executable_path"] = str(browser.driver)
    if browser.kind is BrowserKind.FIREFOX:
        return webdriver.FirefoxService(**arguments)
    if browser.kind is BrowserKind.EDGE:
        return webdriver.EdgeService(**arguments)
    return webdriver.ChromeService(**arguments)


def connect(kind: BrowserKind, service: Service, options: BrowserOptions, page_timeout: float) -> WebDriver:
    """Start the driver, and with it the browser; a page may take `page_timeout` seconds to load.

    Raises:
        WebDriverException: they do not start.
        OSError: the driver cannot be executed.
        urllib3.exceptions.HTTPError: the driver ended meanwhile.
    """
    finder = DriverFinder(service, options)
    if found := finder.get_browser_path():
        options.binary_location = found
    service.path = finder.get_driver_path()
    service.start()
    configuration = _directly_to(service)
    driver = WebDriver(command_executor=_executor(kind, configuration), options=options)
    driver.set_page_load_timeout(page_timeout)
    driver.set_script_timeout(LOOK_SECONDS)
    configuration.timeout = ANSWER_SECONDS
    return driver


def _directly_to(service: Service) -> ClientConfig:
    """Past every proxy: a command may hold a PIN."""
    return ClientConfig(
        remote_server_addr=service.service_url,
        proxy=Proxy({"proxyType": ProxyType.DIRECT}),
        timeout=START_SECONDS,
    )


def _executor(kind: BrowserKind, configuration: ClientConfig) -> RemoteConnection:
    address = configuration.remote_server_addr
    if kind is BrowserKind.FIREFOX:
        return FirefoxRemoteConnection(address, client_config=configuration)
    if kind is BrowserKind.EDGE:
        return EdgeRemoteConnection(address, client_config=configuration)
    return ChromeRemoteConnection(address, client_config=configuration)
