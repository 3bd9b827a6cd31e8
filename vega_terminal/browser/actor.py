"""A daemon thread that owns the browser, so that the event loop never waits for WebDriver."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from vega_terminal.browser.configuration import BrowserConfiguration, Inherited, nothing_inherited

if TYPE_CHECKING:
    from selenium.webdriver.remote.webdriver import WebDriver

    from vega_terminal.browser.launcher import BrowserProcess

T = TypeVar("T")
Command = Callable[["WebDriver"], T]

QUIT_SECONDS = 4.0
"""How long the browser may take to close itself before its processes are ended."""
KILLED_SECONDS = 10.0


class CommandFailed(Exception):
    """Browser and driver are alive, but the driver could not do what it was told."""


class BrowserActor:
    """Runs commands on the driver one after the other, in a thread of its own.

    A daemon thread: a hanging driver can never keep the program from ending. Selenium is imported in
    the thread, so that its import does not hold up the terminal either. The thread lives as long as the
    browser: the system kills a driver together with the thread that started it (see `bonds`).
    """

    def __init__(
        self,
        configuration: BrowserConfiguration,
        redirect_uris: tuple[str, ...],
        page_timeout: float,
        inherited: Inherited = nothing_inherited,
    ) -> None:
        self._configuration = configuration
        self._redirect_uris = redirect_uris
        self._page_timeout = page_timeout
        self._inherited = inherited
        self._commands: queue.SimpleQueue[tuple[Command[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._process: BrowserProcess | None = None
        self._ended: Future[None] = Future()
        self._thread: threading.Thread | None = None

    @property
    def started(self) -> bool:
        """Whether the browser was asked to start."""
        return self._thread is not None

    async def start(self) -> None:
        """Start the browser; call once.

        Raises:
            BrowserError: no browser can be started.
        """
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._live, args=(ready,), name="browser", daemon=True)
        self._thread.start()
        await asyncio.wrap_future(ready)

    async def call(self, command: Command[T]) -> T:
        """Run `command` with the driver in the thread and return its result.

        Raises:
            BrowserError: the window was closed, the browser or its driver is gone.
            CommandFailed: the driver could not do it, and the command itself had no answer to that.
        """
        if self._ended.done():
            raise CommandFailed("the browser does not run.")
        answer: Future[T] = Future()
        self._commands.put((command, answer))
        return await asyncio.wrap_future(answer)

    async def stop(self) -> None:
        """Close the browser, by force if need be; returns when no process of it is left."""
        if self._thread is None:
            return
        self._commands.put(None)
        if not await self._has_ended(QUIT_SECONDS):
            if self._process is not None:
                self._process.kill()
            await self._has_ended(KILLED_SECONDS)
        if self._ended.done():
            # Saying so is the thread's last act, but for an instant it is still there.
            await asyncio.to_thread(self._thread.join)

    async def _has_ended(self, seconds: float) -> bool:
        await asyncio.wait({asyncio.wrap_future(self._ended)}, timeout=seconds)
        return self._ended.done()

    # --- in the thread ----------------------------------------------------------------------------

    def _live(self, ready: Future[None]) -> None:
        from vega_terminal.browser.launcher import BrowserProcess  # noqa: PLC0415

        self._process = BrowserProcess(self._configuration, self._redirect_uris, self._inherited)
        try:
            driver = self._process.start(self._page_timeout)
        except Exception as error:  # noqa: BLE001  whatever it is, the one who waits has to know
            if ready.set_running_or_notify_cancel():
                ready.set_exception(error)
            self._ended.set_result(None)
            return
        _resolve(ready, None)
        try:
            self._obey(driver)
        finally:
            self._quit(driver)
            self._ended.set_result(None)

    def _obey(self, driver: WebDriver) -> None:
        while (item := self._commands.get()) is not None:
            command, answer = item
            if not answer.set_running_or_notify_cancel():
                continue
            try:
                answer.set_result(command(driver))
            except Exception as error:  # noqa: BLE001  it is raised again where the answer is awaited
                answer.set_exception(self._translated(error))

    def _translated(self, error: Exception) -> Exception:
        from vega_terminal.browser.faults import translated  # noqa: PLC0415

        process = self._process
        if process is None:
            return error
        return translated(
            error, driver_alive=process.driver_is_alive, browser_crashed=process.browser_crashed
        )

    def _quit(self, driver: WebDriver) -> None:
        from selenium.common.exceptions import WebDriverException  # noqa: PLC0415
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        with contextlib.suppress(WebDriverException, HTTPError, OSError):
            driver.quit()
        if self._process is not None:
            self._process.remove()


def _resolve(future: Future[T], value: T) -> None:
    if future.set_running_or_notify_cancel():
        future.set_result(value)
