"""Starts the browser with its driver, and ends every process and file of it again."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import psutil
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.service import Service
from selenium.webdriver.remote.webdriver import WebDriver
from urllib3.exceptions import HTTPError

from vega_terminal.browser.configuration import (
    BrowserConfiguration,
    find_browser,
    no_browser,
    no_profile,
    shows_window,
)
from vega_terminal.browser.connection import connect, new_service
from vega_terminal.browser.faults import first_line
from vega_terminal.browser.options import options_for
from vega_terminal.browser.profile import Profile

END_SECONDS: Final = 5.0
"""How long processes that were told to end are waited for."""
POLL_SECONDS: Final = 0.01


class BrowserProcess:
    """One browser with its driver and its profile. Used from one thread, except for `kill`."""

    def __init__(self, configuration: BrowserConfiguration, redirect_uris: Iterable[str]) -> None:
        self._configuration = configuration
        self._redirect_uris = tuple(redirect_uris)
        self._profile: Profile | None = None
        self._service: Service | None = None
        self._family: list[psutil.Process] = []

    def start(self, page_timeout: float) -> WebDriver:
        """Start driver and browser; a page may take `page_timeout` seconds to load.

        Raises:
            BrowserError: nothing could be started; nothing is left behind.
        """
        browser = find_browser(self._configuration)
        self._profile = _new_profile(self._configuration.profiles_dir)
        visible = shows_window(self._configuration)
        options = options_for(browser, self._profile.path, self._redirect_uris, visible=visible)
        self._service = new_service(browser, self._profile.scratch)
        try:
            driver = connect(browser.kind, self._service, options, page_timeout)
            self._remember_family()
        except (WebDriverException, HTTPError, OSError, ValueError) as error:
            self.remove()
            raise no_browser(first_line(error)) from error
        return driver

    def _remember_family(self) -> None:
        """Note driver and browser processes while they are together: an orphan forgets its parent."""
        with contextlib.suppress(psutil.Error):
            if (driver := self._driver_process()) is not None:
                parent = psutil.Process(driver.pid)
                self._family = [parent, *parent.children(recursive=True)]

    def _driver_process(self) -> subprocess.Popen[bytes] | None:
        """The driver's process; a service that could not be started has none."""
        return getattr(self._service, "process", None)

    @property
    def driver_is_alive(self) -> bool:
        """Whether the driver's process still runs."""
        process = self._driver_process()
        return process is not None and process.poll() is None

    def browser_crashed(self) -> bool:
        """Whether the browser ended other than by being closed; asked after it is gone."""
        return self._profile is not None and self._profile.browser_crashed()

    def kill(self) -> None:
        """End every process at once; callable from any thread, also while a command is under way."""
        self._remember_family_again()
        for process in reversed(self._family):
            with contextlib.suppress(psutil.Error):
                process.kill()

    def _remember_family_again(self) -> None:
        before = list(self._family)
        self._remember_family()
        known = {process.pid for process in self._family}
        self._family += [process for process in before if process.pid not in known]

    def remove(self) -> None:
        """End what is left of the processes, wait for them, and remove the profile."""
        self.kill()
        _wait_until_dead(self._family, END_SECONDS)
        if (driver := self._driver_process()) is not None:
            _close_pipes(driver)
        if self._profile is not None:
            self._profile.remove()


def _new_profile(parent: Path) -> Profile:
    try:
        return Profile(parent)
    except OSError as error:
        raise no_profile(parent, error.strerror or str(error)) from error


def _wait_until_dead(processes: Sequence[psutil.Process], seconds: float) -> None:
    """Wait for processes to end, at most `seconds`.

    A zombie has ended: it holds nothing but its number until its new parent buries it, which the first
    process of a container does late or never.
    """
    deadline = time.monotonic() + seconds
    while any(_lives(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    process.poll()
