"""Starts the browser with its driver, and ends every process and file of it again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.service import Service
from selenium.webdriver.remote.webdriver import WebDriver
from urllib3.exceptions import HTTPError

from vega_terminal.browser.configuration import (
    BrowserConfiguration,
    Inherited,
    find_browser,
    no_browser,
    no_profile,
    shows_window,
)
from vega_terminal.browser.connection import connect, new_service
from vega_terminal.browser.faults import first_line
from vega_terminal.browser.options import options_for
from vega_terminal.browser.processes import DriverProcesses
from vega_terminal.browser.profile import Profile


class BrowserProcess:
    """One browser with its driver and its profile. Used from one thread, except for `kill`."""

    def __init__(
        self, configuration: BrowserConfiguration, redirect_uris: Iterable[str], inherited: Inherited
    ) -> None:
        self._configuration = configuration
        self._redirect_uris = tuple(redirect_uris)
        self._inherited = inherited
        self._profile: Profile | None = None
        self._service: Service | None = None

    def start(self, page_timeout: float) -> WebDriver:
        """Start driver and browser; a page may take `page_timeout` seconds to load.

        Raises:
            BrowserError: nothing could be started; nothing is left behind.
        """
        browser = find_browser(self._configuration)
        self._profile = _new_profile(self._configuration.profiles_dir)
        visible = shows_window(self._configuration)
        options = options_for(browser, self._profile.path, self._redirect_uris, visible=visible)
        self._service = new_service(browser, self._profile, self._inherited())
        try:
            return connect(browser.kind, self._service, options, page_timeout)
        except (WebDriverException, HTTPError, OSError, ValueError) as error:
            self.remove()
            raise no_browser(first_line(error)) from error

    @property
    def processes(self) -> DriverProcesses | None:
        """What runs; None before the driver was started, or when it could not be."""
        driver = getattr(self._service, "process", None)
        return (
            None
            if driver is None or self._profile is None
            else DriverProcesses(driver, self._profile.scratch)
        )

    @property
    def driver_is_alive(self) -> bool:
        """Whether the driver's process still runs."""
        return self.processes is not None and self.processes.driver_is_alive

    def browser_crashed(self) -> bool:
        """Whether the browser ended other than by being closed; asked after it is gone."""
        return self._profile is not None and self._profile.browser_crashed()

    def kill(self) -> None:
        """End every process at once; callable from any thread, also while a command is under way."""
        if self.processes is not None:
            self.processes.kill()

    def remove(self) -> None:
        """End what is left of the processes, wait for them, and remove the profile."""
        if self.processes is not None:
            self.processes.end()
        if self._profile is not None:
            self._profile.remove()


def _new_profile(parent: Path) -> Profile:
    try:
        return Profile(parent)
    except OSError as error:
        raise no_profile(parent, error.strerror or str(error)) from error
