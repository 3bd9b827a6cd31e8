"""Which browser is driven, and how it is shown."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import BrowserError
from vega_terminal.domain.failure import Failure, FailureKind


class BrowserKind(StrEnum):
    """`VEGA_BROWSER`."""

    CHROME = "chrome"
    CHROMIUM = "chromium"
    EDGE = "edge"
    FIREFOX = "firefox"


@dataclass(frozen=True, slots=True)
class BrowserConfiguration:
    """What the operator set about the browser; None means found by itself.

    Attributes:
        profiles_dir: where the profile of a run is made and removed, 0700.
        kind, binary, driver: `VEGA_BROWSER`, `VEGA_BROWSER_BINARY`, `VEGA_DRIVER_PATH`.
        headless: `VEGA_HEADLESS`; None shows the browser where there is a display.
    """

    profiles_dir: Path
    kind: BrowserKind | None = None
    binary: Path | None = None
    driver: Path | None = None
    headless: bool | None = None


Inherited = Callable[[], tuple[int, ...]]
"""Asked when the driver starts: the descriptors that it keeps open for as long as it lives."""


def nothing_inherited() -> tuple[int, ...]:
    """A driver that holds nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class InstalledBrowser:
    """A browser with its WebDriver. A driver of None lets Selenium's own manager find one."""

    kind: BrowserKind
    binary: Path | None
    driver: Path | None


_BINARIES: Final = {
    BrowserKind.CHROMIUM: ("chromium", "chromium-browser"),
    BrowserKind.CHROME: ("google-chrome", "google-chrome-stable", "chrome"),
    BrowserKind.EDGE: ("microsoft-edge", "microsoft-edge-stable", "msedge"),
    BrowserKind.FIREFOX: ("firefox", "firefox-esr"),
}
_DRIVERS: Final = {
    BrowserKind.CHROMIUM: "chromedriver",
    BrowserKind.CHROME: "chromedriver",
    BrowserKind.EDGE: "msedgedriver",
    BrowserKind.FIREFOX: "geckodriver",
}
_MAC_APPS: Final = {
    BrowserKind.CHROMIUM: "/Applications/Chromium.app/Contents/MacOS/Chromium",
    BrowserKind.CHROME: "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    BrowserKind.EDGE: "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    BrowserKind.FIREFOX: "/Applications/Firefox.app/Contents/MacOS/firefox",
}


def find_browser(configuration: BrowserConfiguration) -> InstalledBrowser:
    """Choose the browser: what is set wins, then a browser with its driver, then Selenium's manager.

    Raises:
        BrowserError: something that was set does not exist or cannot be executed.
    """
    for key, path in (
        ("VEGA_BROWSER_BINARY", configuration.binary),
        ("VEGA_DRIVER_PATH", configuration.driver),
    ):
        if path is not None and not (path.is_file() and os.access(path, os.X_OK)):
            raise _no_browser(
                f"{key} names {path}, which is no file that can be executed. Correct it or leave it out."
            )
    if configuration.binary is not None:
        kind = configuration.kind or _kind_of(configuration.binary)
        return InstalledBrowser(kind, configuration.binary, configuration.driver or _driver_of(kind))
    kinds = (configuration.kind,) if configuration.kind else tuple(_BINARIES)
    found = [_installed(kind, configuration.driver) for kind in kinds]
    complete = [browser for browser in found if browser.binary and browser.driver]
    present = [browser for browser in found if browser.binary]
    fallback = InstalledBrowser(configuration.kind or BrowserKind.CHROME, None, configuration.driver)
    return next(iter(complete or present), fallback)


def shows_window(configuration: BrowserConfiguration) -> bool:
    """Whether a person will see the browser."""
    if configuration.headless is not None:
        return not configuration.headless
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def no_browser(detail: str) -> BrowserError:
    """The error for a browser that cannot be started, with the cure."""
    return _no_browser(
        f"No browser could be started: {detail.rstrip('.')}. Install Chromium with chromedriver, or set"
        " VEGA_BROWSER_BINARY and VEGA_DRIVER_PATH."
    )


def no_profile(folder: Path, reason: str) -> BrowserError:
    """The error for a folder in which no profile can be made, with the cure."""
    return _no_browser(
        f"No browser could be started: its profile cannot be made in {folder} ({reason}). Give your user the"
        " right to write there, or set VEGA_DATA_DIR to another folder."
    )


def _no_browser(message: str) -> BrowserError:
    return BrowserError(Failure(FailureKind.NO_BROWSER, message))


def _installed(kind: BrowserKind, driver: Path | None) -> InstalledBrowser:
    return InstalledBrowser(kind, _binary_of(kind), driver or _driver_of(kind))


def _binary_of(kind: BrowserKind) -> Path | None:
    for name in _BINARIES[kind]:
        found = shutil.which(name)
        if found:
            return Path(found)
    app = Path(_MAC_APPS[kind])
    return app if sys.platform == "darwin" and app.is_file() else None


def _driver_of(kind: BrowserKind) -> Path | None:
    found = shutil.which(_DRIVERS[kind])
    return Path(found) if found else None


def _kind_of(binary: Path) -> BrowserKind:
    name = binary.name.lower().replace(" ", "-")
    for kind, names in _BINARIES.items():
        if any(known in name for known in names):
            return kind
    return BrowserKind.CHROME
