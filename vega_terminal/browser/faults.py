"""Turns what WebDriver raises when the browser is gone into the product's own errors."""

from __future__ import annotations

from collections.abc import Callable

from selenium.common.exceptions import (
    InvalidSessionIdException,
    NoSuchWindowException,
    TimeoutException,
    WebDriverException,
)
from urllib3.exceptions import HTTPError

from vega_terminal.browser.actor import CommandFailed
from vega_terminal.domain.errors import BrowserError
from vega_terminal.domain.failure import Failure, FailureKind

_CLOSED = Failure(
    FailureKind.BROWSER_CLOSED,
    "The browser window was closed. The login ended there; start again when you are ready.",
)
_CRASHED = Failure(
    FailureKind.BROWSER_CRASHED,
    "The browser or its driver crashed. The login ended there; nothing was tried a second time."
    " Start again when you are ready.",
)
_ADVERTISEMENT = "; For documentation on this error"
_GONE_WORDS = ("disconnected", "not reachable", "session deleted", "target window already closed")


def browser_gone(
    error: Exception, *, driver_alive: bool, browser_crashed: Callable[[], bool]
) -> BrowserError | None:
    """The error that ends a run when `error` means that window, browser or driver is gone; else None.

    Args:
        error: what the driver's client raised.
        driver_alive: whether the driver's process runs.
        browser_crashed: asked only for a browser that is gone; the driver tells no crash from a close.
    """
    if isinstance(error, HTTPError | OSError):
        return BrowserError(_CRASHED)
    if not isinstance(error, WebDriverException) or isinstance(error, TimeoutException):
        return None
    text = (error.msg or "").lower()
    if not driver_alive or "crash" in text:
        return BrowserError(_CRASHED)
    if isinstance(error, NoSuchWindowException):
        return BrowserError(_CLOSED)
    if isinstance(error, InvalidSessionIdException) or any(word in text for word in _GONE_WORDS):
        return BrowserError(_CRASHED if browser_crashed() else _CLOSED)
    return None


def translated(error: Exception, *, driver_alive: bool, browser_crashed: Callable[[], bool]) -> Exception:
    """What the caller of a command gets instead of the driver's own exceptions."""
    gone = browser_gone(error, driver_alive=driver_alive, browser_crashed=browser_crashed)
    if gone is None and isinstance(error, WebDriverException):
        return CommandFailed(first_line(error))
    return gone or error


def first_line(error: Exception) -> str:
    """The part of a driver's message that is meant for people."""
    message = (getattr(error, "msg", None) or str(error)).strip()
    return message.splitlines()[0].partition(_ADVERTISEMENT)[0] if message else type(error).__name__
