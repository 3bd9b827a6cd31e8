"""What the driver's exceptions mean: window closed, something crashed, or only this command failed."""

from __future__ import annotations

import pytest
from selenium.common.exceptions import (
    InvalidSessionIdException,
    NoSuchElementException,
    NoSuchWindowException,
    TimeoutException,
    WebDriverException,
)
from urllib3.exceptions import MaxRetryError, ReadTimeoutError

from vega_terminal.browser.actor import CommandFailed
from vega_terminal.browser.faults import translated
from vega_terminal.domain.errors import BrowserError
from vega_terminal.domain.failure import FailureKind

DISCONNECTED = "invalid session id: session deleted as the browser has closed the connection"
CLOSED, CRASHED = FailureKind.BROWSER_CLOSED, FailureKind.BROWSER_CRASHED


@pytest.mark.parametrize(
    ("error", "driver_alive", "browser_crashed", "kind"),
    [
        (NoSuchWindowException("no such window: target window already closed"), True, False, CLOSED),
        (NoSuchWindowException("no such window: target window already closed"), False, False, CRASHED),
        (InvalidSessionIdException(DISCONNECTED), True, False, CLOSED),
        (InvalidSessionIdException(DISCONNECTED), True, True, CRASHED),
        (WebDriverException("disconnected: not connected to DevTools"), True, False, CLOSED),
        (WebDriverException("chrome not reachable"), True, True, CRASHED),
        (WebDriverException("tab crashed\n  (Session info: chrome=156)"), True, False, CRASHED),
        (WebDriverException(None), False, False, CRASHED),
        (MaxRetryError(None, "/session"), False, False, CRASHED),  # type: ignore[arg-type]  # no pool needed
        (ReadTimeoutError(None, "/session", "silent"), True, False, CRASHED),  # type: ignore[arg-type]  # the same
        (ConnectionResetError(), True, False, CRASHED),
    ],
)
def test_what_ends_the_run(
    error: Exception, driver_alive: bool, browser_crashed: bool, kind: FailureKind
) -> None:
    result = translated(error, driver_alive=driver_alive, browser_crashed=lambda: browser_crashed)
    assert isinstance(result, BrowserError)
    assert result.kind is kind


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NoSuchElementException("no such element: #pinCode\n  (Session info)"), "no such element: #pinCode"),
        (WebDriverException("no driver; For documentation on this error, please visit: x"), "no driver"),
        (TimeoutException("timeout: crash of patience"), "timeout: crash of patience"),
        (WebDriverException(None), "Message: None"),
    ],
)
def test_what_only_this_command_met(error: Exception, words: str) -> None:
    result = translated(error, driver_alive=True, browser_crashed=lambda: True)
    assert isinstance(result, CommandFailed)
    assert str(result) == words


def test_a_defect_of_our_own_stays_what_it_is() -> None:
    defect = KeyError("x")
    assert translated(defect, driver_alive=True, browser_crashed=lambda: True) is defect
