"""Starts the browser with its driver, and ends every process and file of it again."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chromium.options import ChromiumOptions
from selenium.webdriver.common.service import Service
from selenium.webdriver.remote.webdriver import WebDriver

from vega_terminal.browser.configuration import (
    BrowserConfiguration,
    BrowserKind,
    InstalledBrowser,
    find_browser,
    no_browser,
    shows_window,
)

_KEPT_ENVIRONMENT = (
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR",
    "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE",
    "DBUS_SESSION_BUS_ADDRESS",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip
"""What a browser needs of our environment; the rest holds the operator's secrets."""


class BrowserProcess:
    """One browser with its driver and its profile. Used from one thread, except for `kill`."""

    def __init__(self, configuration: BrowserConfiguration, redirect_uris: Iterable[str]) -> None:
        self._configuration = configuration
        self._redirect_uris = tuple(redirect_uris)
        self._profile: Path | None = None
        self._service: Service | None = None
        self._family: list[psutil.Process] = []

    def start(self, page_timeout: float) -> WebDriver:
        """Start driver and browser; a page may take `page_timeout` seconds to load.

        Raises:
            BrowserError: nothing could be started; nothing is left behind.
        """
        browser = find_browser(self._configuration)
        self._configuration.profiles_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._profile = Path(tempfile.mkdtemp(prefix="run-", dir=self._configuration.profiles_dir))
        try:
            driver = self._launch(browser)
            driver.set_page_load_timeout(page_timeout)
            self._remember_family()
        except (WebDriverException, OSError, ValueError) as error:
            self.remove()
            raise no_browser(_first_line(error)) from error
        return driver

    def _launch(self, browser: InstalledBrowser) -> WebDriver:
        if browser.kind is BrowserKind.FIREFOX:
            return self._launch_firefox(browser)
        return self._launch_chromium(browser)

    def _launch_chromium(self, browser: InstalledBrowser) -> WebDriver:
        edge = browser.kind is BrowserKind.EDGE
        options: ChromiumOptions = webdriver.EdgeOptions() if edge else webdriver.ChromeOptions()
        for argument in self._chromium_arguments():
            options.add_argument(argument)
        options.page_load_strategy = "eager"
        options.add_experimental_option("prefs", _NO_PASSWORD_MANAGER)
        if browser.binary is not None:
            options.binary_location = str(browser.binary)
        service_class = webdriver.EdgeService if edge else webdriver.ChromeService
        self._service = service_class(**_service_arguments(browser))
        if edge:
            return webdriver.Edge(options=options, service=self._service)  # type: ignore[arg-type]
        return webdriver.Chrome(options=options, service=self._service)  # type: ignore[arg-type]

    def _chromium_arguments(self) -> list[str]:
        arguments = [
            f"--user-data-dir={self._profile}",
            "--remote-debugging-pipe",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-crash-reporter",
            "--disable-auto-reload",  # an error page that reloads would ask the broker for a second code
            "--disable-quic",
            "--window-size=980,900",
        ]
        if rules := _unresolvable(self._redirect_uris):
            arguments.append(f"--host-resolver-rules={rules}")
        if not shows_window(self._configuration):
            arguments += ["--headless=new", "--disable-gpu"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")  # Chromium refuses to start for root otherwise
        return arguments

    def _launch_firefox(self, browser: InstalledBrowser) -> WebDriver:
        options = webdriver.FirefoxOptions()
        options.page_load_strategy = "eager"
        options.add_argument("-profile")
        options.add_argument(str(self._profile))
        options.set_preference("signon.rememberSignons", value=False)
        if browser.binary is not None:
            options.binary_location = str(browser.binary)
        if not shows_window(self._configuration):
            options.add_argument("-headless")
        self._service = webdriver.FirefoxService(**_service_arguments(browser))
        return webdriver.Firefox(options=options, service=self._service)

    def _remember_family(self) -> None:
        """Note driver and browser processes while they are together: an orphan forgets its parent."""
        with contextlib.suppress(psutil.Error):
            if self._service is not None and self._service.process is not None:
                parent = psutil.Process(self._service.process.pid)
                self._family = [parent, *parent.children(recursive=True)]

    @property
    def driver_is_alive(self) -> bool:
        """Whether the driver's process still runs."""
        process = self._service.process if self._service is not None else None
        return process is not None and process.poll() is None

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
        psutil.wait_procs(self._family, timeout=5)
        if self._service is not None and self._service.process is not None:
            _close_pipes(self._service.process)
        if self._profile is not None:
            shutil.rmtree(self._profile, ignore_errors=True)


_NO_PASSWORD_MANAGER = {
    "credentials_enable_service": False,
    "profile.password_manager_enabled": False,
    "autofill.profile_enabled": False,
}


def _service_arguments(browser: InstalledBrowser) -> dict[str, Any]:
    environment = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
    arguments: dict[str, Any] = {
        "env": environment | {"SE_AVOID_STATS": "true"},
        "log_output": subprocess.DEVNULL,
        "popen_kw": {"start_new_session": True},
    }
    if browser.driver is not None:
        arguments["executable_path"] = str(browser.driver)
    return arguments


def _unresolvable(redirect_uris: Iterable[str]) -> str:
    """Rules that keep the redirect with the code inside the browser: its host is never connected to."""
    hosts = set()
    for uri in redirect_uris:
        parts = urlsplit(uri)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        hosts.add(f"MAP {parts.hostname}:{port} ~NOTFOUND")
    return ",".join(sorted(hosts))


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    process.poll()


def _first_line(error: Exception) -> str:
    message = getattr(error, "msg", None) or str(error)
    return message.strip().splitlines()[0] if message.strip() else type(error).__name__
