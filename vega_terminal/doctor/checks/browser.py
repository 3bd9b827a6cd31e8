"""The browser that a login drives: there, fitting its driver, and able to show its window."""

from __future__ import annotations

import asyncio
import re
import sys
from typing import Final

from vega_terminal.browser.configuration import BrowserKind, InstalledBrowser, shows_window
from vega_terminal.doctor.evidence import Evidence, browser_configuration
from vega_terminal.doctor.findings import Outcome, failure, fine, in_sentences, unknown, warning
from vega_terminal.doctor.programs import NoVersion, major, version_of
from vega_terminal.doctor.reach import is_answered
from vega_terminal.domain.errors import BrowserError
from vega_terminal.domain.slots import RouteKind
from vega_terminal.settings.values import Headless

_INSTALL: Final = "Install Chromium with chromedriver, or set VEGA_BROWSER_BINARY and VEGA_DRIVER_PATH."
_NEEDLESS: Final = fine("Not needed: every slot is approved on the phone.")
_X_PORTS: Final = 6000
_X_DISPLAY: Final = re.compile(r"(?P<host>[^:]*):(?P<number>\d+)(?:\.\d+)?")


def _is_needless(evidence: Evidence) -> bool:
    """Whether no slot signs in by a browser."""
    roster = evidence.ground.roster
    return roster is not None and all(slot.route is RouteKind.PHONE for slot in roster)


async def browser(evidence: Evidence) -> Outcome:
    """Installed, and it tells its version; it is not opened."""
    if _is_needless(evidence):
        return _NEEDLESS
    try:
        found, version = await evidence.browser(), await evidence.browser_version()
    except BrowserError as error:
        return failure(*in_sentences(error.failure.message))
    except NoVersion as error:
        return failure(str(error), _INSTALL)
    if version is None:
        return warning(f"No {found.kind} was found; the first login would try to download one.", _INSTALL)
    return fine(f"{found.kind} {version} ({found.binary}).")


async def driver(evidence: Evidence) -> Outcome:
    """Installed, and made for this browser: the first numbers of both versions are the same."""
    if _is_needless(evidence):
        return _NEEDLESS
    try:
        found = await evidence.browser()
    except BrowserError as error:
        return failure(*in_sentences(error.failure.message))
    if found.driver is None:
        return warning(
            f"No driver for {found.kind} was found; the first login would try to download one.", _INSTALL
        )
    try:
        own = await version_of(found.driver, evidence.ground.environ)
    except NoVersion as error:
        return failure(str(error), "Name a WebDriver program in VEGA_DRIVER_PATH, or leave the key out.")
    try:
        theirs = await evidence.browser_version()
    except NoVersion:
        theirs = None
    return _judge_pair(found, own, theirs)


def _judge_pair(found: InstalledBrowser, own: str, theirs: str | None) -> Outcome:
    place = f"{own} ({found.driver})"
    if found.kind is BrowserKind.FIREFOX:
        return fine(f"geckodriver {place}; it drives any recent Firefox.")
    if theirs is None:
        return unknown(f"{place}. Whether it fits cannot be told: the browser tells no version.", _INSTALL)
    if major(own) != major(theirs):
        return failure(
            f"{place} is made for {found.kind} {major(own)}; the browser is {theirs} and would not start.",
            "Install both from one source, or name a driver of the same version in VEGA_DRIVER_PATH.",
        )
    return fine(f"{place}, made for this browser.")


async def display(evidence: Evidence) -> Outcome:
    """Whether a person will see the browser, as a CAPTCHA needs."""
    if _is_needless(evidence):
        return _NEEDLESS
    chosen, environ = evidence.ground.browser.headless, evidence.ground.environ
    if chosen is Headless.ON:
        return warning(
            "VEGA_HEADLESS hides the browser, so nobody can solve a CAPTCHA.", "Set VEGA_HEADLESS=auto."
        )
    if sys.platform == "darwin":
        return fine("The browser's window will be visible.")
    named = environ.get("WAYLAND_DISPLAY") or environ.get("DISPLAY")
    if not named:
        return _without_display(chosen)
    if "WAYLAND_DISPLAY" not in environ and not await _answers(environ["DISPLAY"]):
        return failure(
            f"DISPLAY names {named}, but nothing answers there, so the browser would not start.",
            "Start it, or unset DISPLAY, or set VEGA_HEADLESS=true.",
        )
    visible = shows_window(browser_configuration(evidence.ground))
    return fine(f"The browser's window will be {'visible' if visible else 'hidden'} (display {named}).")


def _without_display(chosen: Headless) -> Outcome:
    if chosen is Headless.OFF:
        return failure(
            "VEGA_HEADLESS=false asks for a visible browser, but there is no display here.",
            "Start from a desktop session, or set VEGA_HEADLESS=auto.",
        )
    return warning(
        "There is no display here, so the browser is hidden and nobody can solve a CAPTCHA.",
        "Start from a desktop session if the broker asks for one.",
    )


async def _answers(name: str) -> bool:
    """Whether an X server takes connections at a display's name; True for a name of another shape."""
    parts = _X_DISPLAY.fullmatch(name)
    if parts is None:
        return True
    host, number = parts["host"], int(parts["number"])
    if host not in ("", "unix"):
        return await is_answered(asyncio.open_connection(host, _X_PORTS + number))
    socket = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X servers put it
    for place in (socket, f"\0{socket}"):
        if await is_answered(asyncio.open_unix_connection(place)):
            return True
    return False
