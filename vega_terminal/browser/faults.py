"""Turns what WebDriver raises when the browser is gone into the product's own errors."""

from __future__ import annotations

from selenium.common.exceptions import (
    InvalidSessionIdException,
    NoSuchWindowException,
    TimeoutException,
    WebDriverException,
)
from urllib3.exceptions import HTTPError

from vega_terminal.domain.errors import BrowserError
from vega_terminal.domain.failure import Failure, FailureKind

_CLOSED = Failure(
    FailureKind.BROWSER_CLOSED,
    "The browser window was closed. The login ended there; press g to start again when you are ready.",
)
_CRASHED = Failure(
    FailureKind.BROWSER_CRASHED,
    "The browser or its driver crashed. The login ended there; nothing was tried a second time."
    " Press g to start again.",
)
_GONE_WORDS = ("disconnected", "not reachable", "session deleted", "target window already closed")


def browser_gone(error: Exception, *, driver_alive: bool) -> BrowserError | None:
    """The error that ends a run when `error` means that window, browser or driver is gone; else None."""
    if isinstance(error, HTTPError | OSError):
        return BrowserError(_CRASHED)
    if not isinstance(error, WebDriverException) or isinstance(error, TimeoutException):
        return None
    text = (error.msg or "").lower()
    if not driver_alive or "crash" in text:
        return BrowserError(_CRASHED)
    closed = isinstance(error, NoSuchWindowException | InvalidSessionIdException)
    return BrowserError(_CLOSED) if closed or any(word in text for word in _GONE_WORDS) else None
